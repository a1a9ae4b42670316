//! git commands that stage too much, skip checks or lose work.

pub(crate) mod commit_hook_failed;
pub(crate) mod git_add_all;
pub(crate) mod git_amend_pushed;
pub(crate) mod git_discard_worktree;
pub(crate) mod git_interactive;
pub(crate) mod git_merge_conflict;
pub(crate) mod git_no_verify;
pub(crate) mod git_push_force;
pub(crate) mod git_push_rejected;
pub(crate) mod git_reset_hard;
pub(crate) mod git_stash_worktree;
pub(crate) mod message_substitution;
pub(crate) mod support;
