//! The book as a list in groups.

use super::facts::{severities_of, summary};
use crate::rules;
use crate::rules::rule::{Rule, Severity};
use crate::ui::layout::wrapped;
use crate::ui::print::{self, sentence_columns};
use crate::ui::style::Palette;
use crate::ui::table::{Align, Table};

/// The topics with their titles, in the order of the list.
const TITLES: [(&str, &str); 11] = [
    ("git", "Git"),
    ("files", "Deleting files"),
    ("secrets", "Secrets"),
    ("shell", "Shell: results that are hidden or false"),
    ("search", "Searching"),
    ("reading", "Reading files"),
    ("writing", "Writing files"),
    ("runs", "Tests and checks"),
    ("processes", "Processes and waiting"),
    ("packages", "Packages"),
    ("context", "Large output"),
];

/// Renders the rules, with those that are suppressed named at the end.
pub(super) fn render(rules: &[&Rule], suppression: impl Fn(&Rule) -> Option<String>) -> String {
    let (palette, width) = (Palette::of_stdout(), print::columns());
    let mut table =
        Table::new(&[("rule", Align::Left), ("severity", Align::Left), ("speaks on", Align::Text)]);
    let topic = |rule: &Rule| rules::topic(rule.id).unwrap_or_default();
    let is_listed = |rule: &Rule| TITLES.iter().any(|(name, _)| *name == topic(rule));
    let custom: Vec<&&Rule> = rules.iter().filter(|rule| !is_listed(rule)).collect();
    let groups = TITLES.iter().map(|(name, title)| {
        (*title, rules.iter().filter(|rule| topic(rule) == *name).collect::<Vec<_>>())
    });
    for (title, rules) in groups.chain([("Custom rules", custom)]) {
        if !rules.is_empty() {
            table.heading(palette.bold(title));
        }
        for rule in rules {
            let varies = if severities_of(rule).count() > 1 { " *" } else { "" };
            let severity = palette.severity(rule.severity.as_str()) + varies;
            table.row([rule.id.to_owned(), severity, summary(rule)]);
        }
    }
    let mut out = table.render(width, |heads| palette.dim(heads));
    let sentences = |text: &str| format!("\n{}", wrapped(text, sentence_columns(width)));
    let silent: Vec<&str> =
        rules.iter().filter(|rule| suppression(rule).is_some()).map(|rule| rule.id).collect();
    if !silent.is_empty() {
        out.push_str(&sentences(&format!("Switched off or muted: {}.", silent.join(", "))));
    }
    out.push_str(&sentences(
        "`toolcoach rules RULE` says why a rule exists, with examples. * The severity depends on the call.",
    ));
    out
}

/// The severities of a rule, the usual one first: `warn or critical`.
pub(super) fn severities(rule: &Rule) -> String {
    let mut all: Vec<Severity> = severities_of(rule).collect();
    all.dedup();
    all.iter().map(|severity| severity.as_str()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_title() {
        for rule in rules::all() {
            let topic = rules::topic(rule.id).unwrap();
            assert!(TITLES.iter().any(|(name, _)| *name == topic), "{topic}");
        }
    }
}
