//! git: what takes too much along, skips checks, or loses work.

pub mod commit_hook_failed;
pub mod git_add_all;
pub mod git_amend_pushed;
pub mod git_discard_worktree;
pub mod git_interactive;
pub mod git_merge_conflict;
pub mod git_no_verify;
pub mod git_push_force;
pub mod git_push_rejected;
pub mod git_reset_hard;
pub mod support;
