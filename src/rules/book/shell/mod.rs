//! Habits and traps of the shell.

pub(crate) mod cd_prefix_cwd;
pub(crate) mod command_not_found;
pub(crate) mod false_ok;
pub(crate) mod masked_commit_gate;
pub(crate) mod masked_exit_pipe;
pub(crate) mod pipestatus_zsh;
pub(crate) mod repeat_failing_command;
pub(crate) mod shell_state_not_kept;
pub(crate) mod support;
pub(crate) mod zsh_no_match;
