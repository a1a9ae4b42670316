//! What is said of a rule in every form of the book.

use crate::commands::context::custom_rule_of;
use crate::rules;
use crate::rules::book::severities;
use crate::rules::custom;
use crate::rules::example::Example;
use crate::rules::rule::{Repeat, Rule, Severity};

/// The severities that a rule's findings may have: the usual one first.
pub(super) fn severities_of(rule: &Rule) -> impl Iterator<Item = Severity> {
    std::iter::once(rule.severity).chain(severities::elsewhere(rule.id).map(|(other, _)| other))
}

/// What the rule speaks on, one line.
pub(super) fn summary(rule: &Rule) -> String {
    custom_rule_of(rule).map_or_else(
        || rule.summary.to_owned(),
        |custom_rule| format!("custom: {}", custom::concern(custom_rule)),
    )
}

/// Where its findings matter more or less: `critical for a push to a protected branch`.
pub(super) fn elsewhere(rule: &Rule) -> Option<String> {
    let parts: Vec<String> = severities::elsewhere(rule.id)
        .map(|(severity, at)| format!("{} for {at}", severity.as_str()))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// How often the rule speaks in a session: `the first and then every third time, at most 3 times a
/// session`.
pub(super) fn repeats(rule: &Rule) -> String {
    let Repeat { first, every, max, gap } = rule.repeat;
    let turns = match (first, every) {
        (1, 1) if max == 1 => "the first time".to_owned(),
        (1, 1) => "each time".to_owned(),
        (1, 2..MANY) => format!("the first and then every {} time", ordinal(every)),
        (1, _) if max == 1 => "the first time".to_owned(),
        (1, _) => "the first time about the same thing".to_owned(),
        (_, 1) if max > 1 => format!("from the {} time on", ordinal(first)),
        _ => format!("the {} time", ordinal(first)),
    };
    let most = match max {
        1 => ", once a session".to_owned(),
        u32::MAX => String::new(),
        max => format!(", at most {max} times a session"),
    };
    let gap = if gap > 0 && max > 1 { format!(", {gap} calls apart") } else { String::new() };
    format!("{turns}{most}{gap}")
}

/// A distance between occasions that no session reaches.
const MANY: u32 = 1000;

fn ordinal(number: u32) -> String {
    let words = ["first", "second", "third", "fourth", "fifth", "sixth"];
    let word = number.checked_sub(1).and_then(|at| words.get(at as usize));
    word.map_or_else(|| format!("{number}th"), |word| (*word).to_owned())
}

/// The numbers of a rule that a user can set, each in a line.
pub(super) fn numbers(rule: &Rule) -> Vec<String> {
    rules::thresholds()
        .filter(|number| number.rule == rule.id)
        .map(|number| {
            format!(
                "{}: {}, from {} on ({} to {}); {}",
                number.name, number.what, number.default, number.least, number.most, number.because
            )
        })
        .collect()
}

pub(super) fn needs(rule: &Rule) -> String {
    rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>().join(", ")
}

/// Most examples of a kind on a page about a rule.
const SHOWN_EXAMPLES: usize = 3;

/// The examples that show a rule best: those with words that it says, then the shortest.
pub(super) fn best(examples: &[Example]) -> Vec<&Example> {
    let mut best: Vec<&Example> = examples.iter().collect();
    best.sort_by_key(|example| (example.says.is_empty(), example.to_string().len()));
    best.truncate(SHOWN_EXAMPLES);
    best
}
