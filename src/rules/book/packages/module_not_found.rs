//! A module that was not found although the project names it: another interpreter ran, or nothing
//! was installed.

mod examples;
mod node;
mod python;
mod traceback;

use crate::protocol::event::Tool;
use crate::rules::advice::Finding;
use crate::rules::case::Case;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};

/// How much of an error is searched, bytes: a traceback ends with what matters, and clients cut an
/// error at 30,000 characters.
const SEARCHED_BYTES: usize = 32 << 10;

pub(crate) const RULE: Rule = Rule {
    id: "module-not-found",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: Some(Analyzer::Router),
    summary: "a project's module, not installed where it ran",
    why: "The usual next step, an install into whatever Python or node_modules is at hand, hides the cause: another \
          interpreter than the project's, or a sync that was never run.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let error = case.event.raw_error(SEARCHED_BYTES);
            error.contains("No module named ") || error.contains("Cannot find ")
        },
        check: missing_module,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 1000, 4),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn missing_module(case: &Case) -> Check<Finding> {
    let error = case.event.error_text(SEARCHED_BYTES);
    let (name, advice) = if let Some(module) = traceback::missing_module(&error) {
        (module, python::advice(case, module)?)
    } else if let Some(package) = error.lines().find_map(node::missing_package) {
        (package, node::advice(case, package)?)
    } else {
        return Err(Miss::No);
    };
    if case.script().is_some_and(|script| script.commands.iter().any(|command| command.remote)) {
        return Err(Miss::Near(
            "part of the call ran elsewhere, and the message may be from there",
        ));
    }
    Ok(Finding::new(advice).about(name))
}
