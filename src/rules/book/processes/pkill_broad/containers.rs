//! Ending every container of the machine.

use super::aim::searches;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, options};

/// `docker stop $(docker ps -aq)`, `docker ps -q | xargs docker rm -f`.
pub(super) fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let program = command.program.as_str();
    let verb = verb(command).ok_or(Miss::No)?;
    let does = match verb {
        "stop" => "stops every",
        "kill" => "kills every",
        "rm" if is_forced(command) => "removes every",
        // Without force those that run are refused.
        "rm" => "removes every stopped",
        _ => return Err(Miss::No),
    };
    let searched = searches(script, command).ok_or(Miss::No)?;
    let [listing] = searched.as_slice() else {
        return Err(Miss::Near("what it lists is narrowed"));
    };
    if !listing.is(program) || !matches!(self::verb(listing), Some("ps" | "ls" | "list")) {
        return Err(Miss::No);
    }
    // `-f`, `-aqf`, `-n 1` and `-l` pick some.
    let picks = |text: &str| match text.strip_prefix("--") {
        Some(long) => ["filter", "latest", "last"].iter().any(|name| long.starts_with(name)),
        None => text.starts_with('-') && text.contains(['f', 'l', 'n']),
    };
    if listing.args.iter().any(|word| picks(&word.text)) {
        return Err(Miss::Near("it picks its containers"));
    }
    if !case.event.succeeded() && case.event.error_text(400).contains("requires at least") {
        return Err(Miss::Near("there was no container"));
    }
    Ok(Finding::new(Advice::plain(format!(
        "this {does} container of the machine, other projects' too: next time name them, or use {program} compose"
    ))))
}

fn is_forced(command: &Command) -> bool {
    command.args.iter().any(|word| match word.text.strip_prefix("--") {
        Some(long) => long == "force",
        None => word.text.starts_with('-') && word.text.contains('f'),
    })
}

/// The sub-command, without the `container` that may stand in front of it.
fn verb(command: &Command) -> Option<&str> {
    let (at, sub) = options::subcommand(&command.program, &command.args)?;
    match sub {
        "container" => command.args.get(at + 1)?.literal(),
        sub => Some(sub),
    }
}
