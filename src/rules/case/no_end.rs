//! Runs that did not come to an end.

use super::Case;
use crate::project::runner;
use crate::protocol::codex;
use crate::shell::{Script, missing_program};

/// Bytes of an output in which a shell or a client says that it did not run a command to its end.
const REFUSAL_BYTES: usize = 1 << 10;

/// Whether the output says that a run of the script did not start, or has not ended yet.
pub(super) fn has_no_end(case: &Case, script: &Script) -> bool {
    let event = case.event;
    let output = if event.succeeded() {
        let shell = event.shell();
        shell.stdout.head(REFUSAL_BYTES) + "\n" + &shell.stderr.head(REFUSAL_BYTES)
    } else {
        event.error_text(REFUSAL_BYTES)
    };
    let is_run = |program: &str| {
        let mut commands = script.commands.iter();
        commands.any(|command| command.is(program) && runner::label(command).is_some())
    };
    output.lines().any(|line| {
        [codex::DID_NOT_START, codex::GOES_ON].iter().any(|start| line.starts_with(start))
            || missing_program(line).is_some_and(is_run)
    })
}
