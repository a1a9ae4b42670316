//! What could be said: rules, what they look at, and how they are asked.

pub mod advice;
pub(crate) mod book;
pub mod case;
pub(crate) mod custom;
pub mod example;
pub mod gate;
pub mod matcher;
pub(crate) mod problems;
pub(crate) mod rewrite;
pub mod rule;
pub mod set;
mod silent;
pub mod threshold;
pub(crate) mod trigger;

pub use book::RULES;

use crate::protocol::event::{Event, Tool};
use book::secrets::secret_in_written_file;
use case::Case;
use rule::{Analyzer, Rule};
use set::RuleSet;
use threshold::Threshold;
use trigger::Trigger;

/// Every number that a user can set, by rule.
pub fn thresholds() -> impl Iterator<Item = &'static Threshold> {
    book::THRESHOLDS.iter().copied().flatten()
}

/// Rules that speak only if the settings enable them.
const OFF_BY_DEFAULT: [&str; 0] = [];

/// The rules of the fast path.
pub const FAST: RuleSet = asked_by(None);

/// The rules of each analyzer, in the analyzers' order.
pub const DEEP: [(Analyzer, RuleSet); Analyzer::ALL.len()] = [
    (Analyzer::Router, asked_by(Some(Analyzer::Router))),
    (Analyzer::AntiPattern, asked_by(Some(Analyzer::AntiPattern))),
    (Analyzer::Performance, asked_by(Some(Analyzer::Performance))),
];

/// The rules whose trigger is deferred: every call of their tool is theirs to look at, and they
/// speak about few of them.
pub const DEFERRED: RuleSet = deferred();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn deferred() -> RuleSet {
    let (mut set, mut at) = (RuleSet::EMPTY, 0);
    while at < RULES.len() {
        if matches!(RULES[at].trigger, Trigger::Deferred { .. }) {
            set = set.with(at);
        }
        at += 1;
    }
    set
}

/// What a deferred rule asks of every call of its tools.
pub(crate) type Concerns = Option<fn(&Case) -> bool>;

/// These of all rules, side by side: each rule itself lies in another page of the program, and a page
/// that is touched first costs a page fault.
pub(crate) static CONCERNS: [Concerns; RULES.len()] = concerns_of_all();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn concerns_of_all() -> [Concerns; RULES.len()] {
    let (mut all, mut at) = ([const { None }; RULES.len()], 0);
    while at < RULES.len() {
        if let Trigger::Deferred { concerns, .. } = &RULES[at].trigger {
            all[at] = Some(*concerns);
        }
        at += 1;
    }
    all
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn asked_by(analyzer: Option<Analyzer>) -> RuleSet {
    let (mut set, mut at) = (RuleSet::EMPTY, 0);
    while at < RULES.len() {
        // Enums cannot be compared in constants.
        let is_asked = match (RULES[at].analyzer, analyzer) {
            (None, None) => true,
            (Some(own), Some(asked)) => own as u8 == asked as u8,
            _ => false,
        };
        if is_asked {
            set = set.with(at);
        }
        at += 1;
    }
    set
}

/// Every rule, in the order of their numbers.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied()
}

/// The topic of the rule with this id: the name of its folder.
pub(crate) fn topic(id: &str) -> Option<&'static str> {
    let index = RULES.iter().position(|rule| rule.id == id)?;
    book::TOPICS.get(index).copied()
}

/// The rule with this number.
pub fn at(index: usize) -> Option<&'static Rule> {
    RULES.get(index).copied()
}

/// The rule with this id.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// Whether a rule looks at all of a long text that `event` may have, and not only at the part that
/// is kept of others: at what a file held before a secret was written into it.
pub fn needs_all_of(event: &Event) -> bool {
    matches!(event.tool, Tool::Write | Tool::Edit)
        && secret_in_written_file::may_write_secret(event)
}

/// Whether the rule speaks only if the settings enable it.
pub fn is_off_by_default(id: &str) -> bool {
    OFF_BY_DEFAULT.contains(&id)
}
