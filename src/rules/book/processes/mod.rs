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

use crate::rules::case::Case;
use crate::shell::Command;

/// A command that took less was no burden, ms (the catalogue's figure for prompts that hang).
const LONG_MS: u64 = 10_000;

/// How a call ended, as far as the event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// By itself, and soon.
    Soon,
    /// After a while, or because its time was over.
    Late,
    /// The event does not tell.
    Unknown,
}

fn ending(case: &Case) -> Ending {
    let event = case.event;
    let long = event.duration_ms.map(|ms| ms >= LONG_MS);
    if !event.succeeded() {
        return if support::time_limit::outlasted(case).is_some()
            || (event.is_interrupt && long != Some(false))
        {
            Ending::Late
        } else {
            // A mistake ended it; that is another matter.
            Ending::Soon
        };
    }
    let shell = event.shell();
    if shell.interrupted || shell.timed_out_after_ms.is_some() || shell.background_task.is_some() {
        return Ending::Late;
    }
    match long {
        Some(true) => Ending::Late,
        Some(false) => Ending::Soon,
        // Whoever printed something and succeeded was not killed.
        None if shell.stdout.bytes() > 0 => Ending::Soon,
        None => Ending::Unknown,
    }
}

/// Whether the call waits for `command` to end.
///
/// # Errors
/// Why it does not.
fn waits_for(case: &Case, command: &Command) -> Result<(), &'static str> {
    if case.in_background() || command.background {
        return Err("it runs in the background");
    }
    if command.is_under("timeout") || command.is_under("gtimeout") {
        return Err("it runs under a time limit");
    }
    if command.is_under("nohup") || command.is_under("setsid") {
        return Err("it is set apart from the shell");
    }
    if command.in_function {
        return Err("it stands in a function, which may not be called");
    }
    Ok(())
}
