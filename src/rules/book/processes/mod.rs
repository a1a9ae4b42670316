//! Commands that never end, wait blindly or run into a time limit.

pub(crate) mod ci_wait;
pub(crate) mod command_timeout;
pub(crate) mod dev_server_foreground;
pub(crate) mod interactive_program;
pub(crate) mod never_ending_command;
pub(crate) mod pkill_broad;
pub(crate) mod poll_background_output;
pub(crate) mod sleep_wait;
pub(crate) mod slow_foreground;
pub(crate) mod support;
pub(crate) mod unbounded_poll_loop;
