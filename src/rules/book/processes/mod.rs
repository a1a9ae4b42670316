//! Commands that do not end, wait blindly, or outlast their time.

pub mod command_timeout;
pub mod dev_server_foreground;
pub mod interactive_program;
pub mod never_ending_command;
pub mod pkill_broad;
pub mod poll_background_output;
pub mod sleep_wait;
pub mod slow_foreground;
pub mod support;
pub mod unbounded_poll_loop;
