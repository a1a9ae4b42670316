//! Whether a search or listing printed much.

use crate::rules::case::Case;
use crate::shell::{Command, Joined};

/// A search of a named folder is worth an advice only if it printed more bytes than this.
pub(crate) const LARGE_BYTES: u64 = 8 << 10;

/// The same in lines, for listings too.
pub(crate) const LARGE_LINES: usize = 200;

/// Whether the call does only one thing. A `cd` does not count.
pub(crate) fn does_one_thing(case: &Case) -> bool {
    // A command that another one starts is a part of it, a command in a group is not.
    let is_written = |command: &Command| command.depth == 0 || command.wrappers.is_empty();
    let counts = |command: &&Command| {
        is_written(command)
            && !command.in_substitution
            && command.joined != Joined::Pipe
            && !command.is("cd")
    };
    case.script().is_some() && case.commands().filter(counts).count() <= 1
}

/// Whether the call printed nothing. A grep that finds nothing fails with 1, if no filter follows.
pub(crate) fn printed_nothing(case: &Case) -> bool {
    let event = case.event;
    if event.succeeded() {
        event.shell().bytes() == 0
    } else {
        event.exit_code() == Some(1) && event.error_text(BARE_FAILURE_BYTES).lines().count() <= 1
    }
}

/// Bytes of an error that show whether it is more than the line `Exit code 1`.
const BARE_FAILURE_BYTES: usize = 64;

/// Whether the call does only one thing, and printed much. If it does several, any of them may have
/// printed it.
pub(crate) fn printed_much(case: &Case) -> bool {
    let result = case.event.shell();
    does_one_thing(case) && (result.bytes() > LARGE_BYTES || result.lines() > LARGE_LINES)
}
