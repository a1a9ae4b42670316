//! How a call ended.

use super::time_limit;
use crate::rules::case::Case;

/// A call that took less does no harm, ms (the catalogue's figure for prompts that hang).
const LONG_MS: u64 = 10_000;

/// How a call ended, as far as the event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By itself, and soon.
    Soon,
    /// After a while, or because its time was over.
    Late,
    /// The event does not say.
    Unknown,
}

impl Ending {
    /// How the call of `case` ended.
    pub(crate) fn of(case: &Case) -> Self {
        let event = case.event;
        let is_long = event.duration_ms.map(|ms| ms >= LONG_MS);
        if !event.succeeded() {
            let is_stopped = time_limit::outlasted(case).is_some()
                || (event.is_interrupt && is_long != Some(false));
            // Else an error ended it, which other rules look at.
            return if is_stopped { Self::Late } else { Self::Soon };
        }
        let shell = event.shell();
        if shell.interrupted
            || shell.timed_out_after_ms.is_some()
            || shell.background_task.is_some()
        {
            return Self::Late;
        }
        match is_long {
            Some(true) => Self::Late,
            Some(false) => Self::Soon,
            // A call that printed something and succeeded was not killed.
            None if shell.stdout.bytes() > 0 => Self::Soon,
            None => Self::Unknown,
        }
    }
}
