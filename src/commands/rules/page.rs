//! One rule on a page: why, with examples, and how to switch it off.

use std::path::Path;

use super::facts::{best, elsewhere, needs, numbers, repeats};
use crate::commands::context::custom_rule_of;
use crate::rules::custom;
use crate::rules::rule::Rule;
use crate::settings;
use crate::ui::format;
use crate::ui::layout::{block, wrapped};
use crate::ui::print::{self, sentence_columns};
use crate::ui::style::Palette;
use crate::ui::verbosity;

/// Renders the page; with `suppression`, why it is silent here, and with `pinned` the company's file
/// that keeps others from silencing it.
pub(super) fn render(rule: &Rule, suppression: Option<String>, pinned: Option<&Path>) -> String {
    let (palette, columns) = (Palette::of_stdout(), print::columns());
    let width = sentence_columns(columns);
    let (source, about) = match custom_rule_of(rule) {
        None => (format!("since {}", rule.since), rule.summary.to_owned()),
        Some(custom_rule) => ("a custom rule".to_owned(), custom::concern(custom_rule)),
    };
    let severity = palette.severity(rule.severity.as_str());
    let head = format!("{} ({severity}, {source})", palette.bold(rule.id));
    let mut out = wrapped(&head, width) + &wrapped(&about, width) + "\n";
    let mut paragraph = |text: String| out.push_str(&wrapped(&text, width));
    if let Some(custom_rule) = custom_rule_of(rule) {
        paragraph(custom::advice(custom_rule).render(rule.id).unwrap_or_default());
    }
    if !rule.why.is_empty() {
        paragraph(format!("Why: {}", rule.why));
    }
    if let Some(elsewhere) = elsewhere(rule) {
        paragraph(format!("Severity: {}; {elsewhere}.", rule.severity.as_str()));
    }
    paragraph(format!("Speaks {}.", repeats(rule)));
    if let Some(lesson) = rule.lesson {
        paragraph(format!("Lesson: {lesson}"));
    }
    if !rule.needs.is_empty() {
        paragraph(format!("Needs: {}.", needs(rule)));
    }
    for number in numbers(rule) {
        paragraph(format!("Number {number}."));
    }
    for (title, examples) in [("Speaks on", rule.hits), ("Silent on", rule.misses)] {
        if !examples.is_empty() {
            out.push_str(&format!("\n{title}:\n"));
        }
        let shown =
            if verbosity::is_verbose() { examples.iter().collect() } else { best(examples) };
        for example in shown {
            let call = example.to_string().replace('\n', "\\n");
            out.push_str(&block("  ", "    ", &call, columns));
            if !example.says.is_empty() {
                out.push_str(&block("    says: ", "    ", example.says, columns));
            }
        }
    }
    if let Some(path) = pinned {
        let path = format::path(path);
        out.push_str(&format!("\nIt cannot be switched off: {path} keeps it on.\n"));
        return out;
    }
    // Commands and settings are never wrapped, so that users can copy them.
    out.push_str(&format!("\nSwitch it off:\n  toolcoach mute {} --for 1h\n", rule.id));
    let file = settings::user_file().map(|path| path.display().to_string());
    let file = file.as_deref().unwrap_or("the settings");
    out.push_str(&format!("  \"disable\": [\"{}\"] in {file}\n", rule.id));
    if let Some(suppression) = suppression {
        out.push_str(&wrapped(&format!("It is now {suppression}."), width));
    }
    out
}
