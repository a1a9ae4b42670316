//! A module that was not found although the project names it: another interpreter ran, or nothing
//! was installed.

pub mod examples;
pub mod node;
pub mod python;

use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;

/// How much of an error is searched, bytes: a traceback ends with what matters, and clients cut an
/// error at 30,000 characters.
const SEARCHED_BYTES: usize = 32 << 10;

pub(crate) const RULE: Rule = Rule {
    id: "module-not-found",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: Some(Analyzer::Router),
    summary: "a module the project names, but not installed where it ran",
    why: "The usual next step, an install into whatever Python or node_modules is at hand, hides the cause: another \
          interpreter than the project's, or a sync that was never made.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let error = case.event.raw_error(SEARCHED_BYTES);
            error.contains("No module named ") || error.contains("Cannot find ")
        },
        check: |case| {
            legacy::on_call(
                case,
                |case| match Missing::of(case) {
                    Ok(_) => Verdict::Fires,
                    Err(verdict) => verdict,
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 1000, 4),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> =
    |case, _| Some(Missing::of(case).ok()?.advice);
const KEY: Key =
    Key::Of(|case, _| Missing::of(case).map(|missing| missing.name).unwrap_or_default());

/// A module or package that was not found, with what is known of it.
struct Missing {
    name: String,
    advice: Advice,
}

impl Missing {
    /// # Errors
    /// The verdict where nothing true can be said.
    fn of(case: &Case) -> Result<Self, Verdict> {
        let error = case.event.error_text(SEARCHED_BYTES);
        let found = if let Some(name) = python::ended_for(&error) {
            python::advice(case, name).map(|advice| (name.to_owned(), advice))
        } else if let Some(name) = error.lines().find_map(node::named) {
            node::advice(case, name).map(|advice| (name.to_owned(), advice))
        } else {
            return Err(Verdict::No);
        };
        let (name, advice) = found?;
        if case.script().is_some_and(|script| script.commands.iter().any(|command| command.remote))
        {
            return Err(Verdict::Near(
                "part of the call ran elsewhere, and the message may be from there",
            ));
        }
        Ok(Self { name, advice })
    }
}
