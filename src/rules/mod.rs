//! The rule book. A family is a file or folder here, its slice is the registry; there is no second list.

mod anti_pattern;
mod directories;
mod files;
mod git;
mod guards;
mod interactive;
mod killing;
mod performance;
mod pipes;
mod processes;
mod reading;
mod removal;
pub mod retired;
mod router;
mod search;
mod secrets;
mod shell_state;
mod views;
mod writing;

use crate::gate::RuleSet;
use crate::rule::{Analyzer, Rule, Trigger};

/// The families in the order of the book, each with the analyzer that looks at its rules; none: the fast path.
const FAMILIES: [(Option<Analyzer>, &[Rule]); 15] = [
    (None, search::RULES),
    (None, reading::RULES),
    (None, files::RULES),
    (None, writing::RULES),
    (None, pipes::RULES),
    (None, directories::RULES),
    (None, shell_state::RULES),
    (None, git::RULES),
    (None, processes::RULES),
    (None, interactive::RULES),
    (None, killing::RULES),
    (None, secrets::RULES),
    (Some(Analyzer::Router), router::RULES),
    (Some(Analyzer::AntiPattern), anti_pattern::RULES),
    (Some(Analyzer::Performance), performance::RULES),
];

/// Rules that speak only for who enables them in the settings.
const OFF_BY_DEFAULT: [&str; 0] = [];

/// The rules of the fast path.
pub const FAST: RuleSet = looked_at_by(None);

/// The rules of each analyzer, in the analyzers' order.
pub const DEEP: [(Analyzer, RuleSet); 3] = [
    (Analyzer::Router, looked_at_by(Some(Analyzer::Router))),
    (Analyzer::AntiPattern, looked_at_by(Some(Analyzer::AntiPattern))),
    (Analyzer::Performance, looked_at_by(Some(Analyzer::Performance))),
];

/// The rules whose trigger is weighed: they concern every call of their tool, and few of them in the end.
pub const WEIGHED: RuleSet = weighed();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn weighed() -> RuleSet {
    let mut set = RuleSet::EMPTY;
    let (mut family, mut rule) = (0, 0);
    while family < FAMILIES.len() {
        let mut inner = 0;
        while inner < FAMILIES[family].1.len() {
            if matches!(FAMILIES[family].1[inner].trigger, Trigger::Weighed { .. }) {
                set = set.with(rule);
            }
            rule += 1;
            inner += 1;
        }
        family += 1;
    }
    set
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn looked_at_by(analyzer: Option<Analyzer>) -> RuleSet {
    let wanted = number(analyzer);
    let mut set = RuleSet::EMPTY;
    let (mut family, mut rule) = (0, 0);
    while family < FAMILIES.len() {
        let mut inner = 0;
        while inner < FAMILIES[family].1.len() {
            if number(FAMILIES[family].0) == wanted {
                set = set.with(rule);
            }
            rule += 1;
            inner += 1;
        }
        family += 1;
    }
    set
}

/// Enums cannot be compared in constants.
const fn number(analyzer: Option<Analyzer>) -> u8 {
    match analyzer {
        None => 0,
        Some(analyzer) => analyzer as u8 + 1,
    }
}

/// The analyzer that looks at a rule; `None` for the fast path.
pub fn analyzer_of(id: &str) -> Option<Analyzer> {
    FAMILIES.iter().find(|(_, family)| family.iter().any(|rule| rule.id == id))?.0
}

/// Every rule, in the order in which the gate numbers them.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|(_, family)| family.iter())
}

/// The rule with this number.
pub fn at(index: usize) -> Option<&'static Rule> {
    all().nth(index)
}

/// The rule with this id.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// Whether the rule speaks only for who enables it.
pub fn is_off_by_default(id: &str) -> bool {
    OFF_BY_DEFAULT.contains(&id)
}
