//! How the shell is used.

pub mod cd_prefix_cwd;
pub mod command_not_found;
pub mod masked_exit_pipe;
pub mod repeat_failing_command;
pub mod shell_state_not_kept;
