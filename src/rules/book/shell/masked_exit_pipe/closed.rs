//! When a hidden status does no harm.

use super::{RULE, shows_all};
use crate::project::runner::{self, Purpose};
use crate::rules::book::shell::support::masked::Masked;
use crate::rules::case::{Case, classify};
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, Script, options};

/// Misses where the agent sees what matters all the same, or does not ask how the run ended.
pub(super) fn check(case: &Case, script: &Script, masked: &Masked) -> Check<()> {
    if script.before(masked.first).iter().any(stashes) {
        return Err(Miss::Near("it looks at how the tree was before the changes"));
    }
    let is_last = |inside: &Command| inside.id == masked.last.id;
    let in_loop = script.loops.iter().any(|found| script.range(&found.body).iter().any(is_last));
    if in_loop && shows_all(case, masked) {
        return Err(Miss::Near(
            "a loop hides its rounds' statuses anyway, and the output shows them",
        ));
    }
    if was_shown(case) {
        return Err(Miss::Near("the call before showed how the run ends"));
    }
    if counts_findings(script, masked) {
        return Err(Miss::Near("it counts what a check found"));
    }
    if is_built_here(script, masked.run) {
        return Err(Miss::Near("it is a program that the call builds"));
    }
    Ok(())
}

/// Whether a command stashes the agent's changes.
fn stashes(command: &Command) -> bool {
    let Some((at, sub)) = options::subcommand("git", &command.args) else { return false };
    let verb = command.args.get(at + 1).map_or("push", |word| word.text.as_str());
    command.is("git")
        && sub == "stash"
        && (verb.starts_with('-') || matches!(verb, "push" | "save"))
}

/// Whether the call before was the same run, with its status.
fn was_shown(case: &Case) -> bool {
    let Some(runs) = classify::runs(case).and_then(|runs| case.hash("sel", &runs)) else {
        return false;
    };
    let last = case.history().calls().last();
    last.is_some_and(|last| last.sel == runs && last.good.iter().any(|rule| rule == RULE.id))
}

/// Whether a check's findings are sorted and counted: that there are some is known.
fn counts_findings(script: &Script, masked: &Masked) -> bool {
    let stages = script.stages(masked.pipeline).unwrap_or_default();
    runner::purpose(masked.run) == Some(Purpose::Check)
        && stages.len() > 2
        && masked.last.is("sort")
}

/// Whether a command before it writes the program: `go build -o /tmp/x-test && /tmp/x-test`.
fn is_built_here(script: &Script, run: &Command) -> bool {
    script.before(run).iter().any(|other| {
        let mut words = other.args.iter();
        words.any(|word| word.is("-o")) && words.next().is_some_and(|word| word.is(&run.spelled))
    })
}
