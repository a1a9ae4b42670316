//! The book in Markdown: docs/rules.md.

use super::facts::{best, elsewhere, needs, numbers, repeats, summary};
use super::list::severities;
use crate::commands::context::custom_rule_of;
use crate::rules::rule::Rule;

/// The whole book as docs/rules.md has it.
pub(super) fn book(rules: &[&Rule]) -> String {
    let mut out = String::from(
        "# The rules\n\nMade by `toolcoach rules --format markdown`; a test keeps it fresh. For each rule: \
         what it speaks on\nand why, the lesson for new sessions where it is a habit, the numbers that can be \
         set, up to three calls on which it\nspeaks, with words of its advice, and up to three look-alikes on \
         which it is silent. [examples.md](examples.md) has all\nexamples, and [texts.md](texts.md) \
         everything that is said.\n\nIn `docs/rules.md` each rule also says how often it matched in recorded \
         calls of Claude Code and Codex\n([figures/corpus.txt](figures/corpus.txt)), and in which cases it is \
         silent. The letters of those outputs are masked, so a\nrule that reads words of an output cannot match \
         there.\n\n",
    );
    out.push_str(&table(rules));
    for rule in rules {
        out.push('\n');
        out.push_str(&section(rule));
    }
    out
}

/// The table of rules, as the README has it.
fn table(rules: &[&Rule]) -> String {
    let mut out = String::from("| rule | severity | speaks on |\n|---|---|---|\n");
    for rule in rules {
        out.push_str(&format!("| `{}` | {} | {} |\n", rule.id, severities(rule), rule.summary));
    }
    out
}

/// One rule as a section of it.
pub(super) fn section(rule: &Rule) -> String {
    let source = if custom_rule_of(rule).is_some() {
        "a custom rule".to_owned()
    } else {
        format!("since {}", rule.since)
    };
    let mut out =
        format!("## {}\n\n{} ({}, {source}).\n", rule.id, summary(rule), rule.severity.as_str());
    if !rule.why.is_empty() {
        out.push_str(&format!("\n{}\n", rule.why));
    }
    if let Some(elsewhere) = elsewhere(rule) {
        out.push_str(&format!("\nSeverity: {}; {elsewhere}.\n", rule.severity.as_str()));
    }
    out.push_str(&format!("\nSpeaks {}.\n", repeats(rule)));
    if let Some(lesson) = rule.lesson {
        out.push_str(&format!("\nLesson: {lesson}\n"));
    }
    if !rule.needs.is_empty() {
        out.push_str(&format!("\nNeeds {}.\n", needs(rule)));
    }
    for number in numbers(rule) {
        out.push_str(&format!("\nNumber {number}.\n"));
    }
    for (title, examples) in [("Speaks on", rule.hits), ("Silent on", rule.misses)] {
        if examples.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{title}:\n\n```\n"));
        for example in best(examples) {
            out.push_str(&format!("{example}\n"));
            if !example.says.is_empty() {
                out.push_str(&format!("    says: {}\n", example.says));
            }
        }
        out.push_str("```\n");
    }
    out
}
