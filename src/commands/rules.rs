//! `toolcoach rules`: the rule book, printed from the rules themselves.

use clap::ValueEnum;
use serde::Serialize;

use super::context::{Context, custom_rule_of};
use crate::commands::error::Error;
use crate::rules::custom;
use crate::rules::example::Example;
use crate::rules::rule::Rule;
use crate::ui::format::{COLUMNS, wrapped};
use crate::ui::print::{print, print_json};
use crate::{rules, settings};

/// How the book is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BookFormat {
    Text,
    Json,
    Markdown,
}

/// A rule in JSON.
#[derive(Debug, Serialize)]
struct RuleEntry {
    id: &'static str,
    /// It is a custom rule.
    own: bool,
    severity: &'static str,
    summary: String,
    why: &'static str,
    /// What a new session is told if this is a habit.
    #[serde(skip_serializing_if = "Option::is_none")]
    lesson: Option<&'static str>,
    needs: Vec<&'static str>,
    /// Numbers to set.
    numbers: Vec<String>,
    hits: Vec<String>,
    misses: Vec<String>,
    since: &'static str,
    /// Why it is suppressed here.
    #[serde(skip_serializing_if = "Option::is_none")]
    silenced: Option<String>,
}

/// Prints the book, or one rule.
///
/// # Errors
/// When there is no such rule.
pub(crate) fn run(id: Option<&str>, format: BookFormat) -> Result<(), Error> {
    // The book in Markdown is a document, so it must not depend on the machine.
    let context = if format == BookFormat::Markdown { None } else { Some(Context::new()) };
    let chosen: Vec<&'static Rule> = match (id, &context) {
        (Some(id), Some(context)) => vec![context.rule(id)?],
        (Some(id), None) => vec![Context::quiet().rule(id)?],
        (None, context) => {
            rules::all().chain(context.iter().flat_map(Context::custom_rules)).collect()
        }
    };
    let suppression = |rule: &Rule| context.as_ref().and_then(|context| context.suppression(rule));
    let text = match (format, id) {
        (BookFormat::Json, _) => {
            let entries: Vec<RuleEntry> =
                chosen.iter().map(|rule| entry(rule, suppression(rule))).collect();
            serde_json::to_string_pretty(&entries)? + "\n"
        }
        (BookFormat::Markdown, None) => book(),
        (BookFormat::Markdown, Some(_)) => chosen.iter().map(|rule| section(rule)).collect(),
        (BookFormat::Text, None) => list(&chosen, suppression),
        (BookFormat::Text, Some(_)) => {
            chosen.iter().map(|rule| page(rule, suppression(rule))).collect()
        }
    };
    if format == BookFormat::Json { Ok(print_json(&text)?) } else { Ok(print(&text)?) }
}

fn entry(rule: &Rule, suppression: Option<String>) -> RuleEntry {
    RuleEntry {
        id: rule.id,
        own: custom_rule_of(rule).is_some(),
        severity: rule.severity.as_str(),
        summary: summary(rule),
        why: rule.why,
        lesson: rule.lesson,
        needs: rule.needs.iter().map(|need| need.as_str()).collect(),
        numbers: numbers(rule),
        hits: rule.hits.iter().map(ToString::to_string).collect(),
        misses: rule.misses.iter().map(ToString::to_string).collect(),
        since: rule.since,
        silenced: suppression,
    }
}

/// The numbers of a rule that a user can set, each in a line.
fn numbers(rule: &Rule) -> Vec<String> {
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

/// Most examples of a kind on a page about a rule.
const SHOWN_EXAMPLES: usize = 3;

/// The examples that show a rule best: those with words that it says, then the shortest.
fn best(examples: &[Example]) -> Vec<&Example> {
    let mut best: Vec<&Example> = examples.iter().collect();
    best.sort_by_key(|example| (example.says.is_empty(), example.to_string().len()));
    best.truncate(SHOWN_EXAMPLES);
    best
}

/// What the rule speaks on, one line.
fn summary(rule: &Rule) -> String {
    custom_rule_of(rule).map_or_else(
        || rule.summary.to_owned(),
        |custom_rule| format!("custom: {}", custom::concern(custom_rule)),
    )
}

/// Most characters of the list's first column.
const MAX_ID_COLUMN: usize = 21;

fn list(rules: &[&Rule], suppression: impl Fn(&Rule) -> Option<String>) -> String {
    // A few longer ids shift their own lines. A wider column would push every line over 80
    // characters.
    let width = rules.iter().map(|rule| rule.id.len().min(MAX_ID_COLUMN)).max().unwrap_or_default();
    let line = |rule: &&Rule| {
        let line = format!("{:width$}  {:8}  {}", rule.id, rule.severity.as_str(), summary(rule));
        if line.chars().count() <= COLUMNS {
            return line + "\n";
        }
        line.chars().take(COLUMNS - 1).chain("…\n".chars()).collect()
    };
    let mut out: String = rules.iter().map(line).collect();
    let silent: Vec<&str> =
        rules.iter().filter(|rule| suppression(rule).is_some()).map(|rule| rule.id).collect();
    if !silent.is_empty() {
        out.push('\n');
        out.push_str(&wrapped(
            &format!("Switched off or muted: {}.", silent.join(", ")),
            COLUMNS - 2,
        ));
    }
    out.push_str("\ntoolcoach rules ID says why, with examples.\n");
    out
}

fn page(rule: &Rule, suppression: Option<String>) -> String {
    let mut out = match custom_rule_of(rule) {
        None => {
            format!(
                "{} ({}, since {})\n{}\n\n",
                rule.id,
                rule.severity.as_str(),
                rule.since,
                rule.summary
            )
        }
        Some(custom_rule) => {
            let advice = custom::advice(custom_rule).render(rule.id).unwrap_or_default();
            format!(
                "{} ({}, a custom rule)\n{}\n\n{advice}\n",
                rule.id,
                rule.severity.as_str(),
                custom::concern(custom_rule)
            )
        }
    };
    if !rule.why.is_empty() {
        out.push_str(&wrapped(&format!("Why: {}", rule.why), COLUMNS - 2));
    }
    if let Some(lesson) = rule.lesson {
        out.push_str(&wrapped(&format!("Lesson: {lesson}"), COLUMNS - 2));
    }
    if !rule.needs.is_empty() {
        out.push_str(&wrapped(&format!("Needs: {}.", needs(rule)), COLUMNS - 2));
    }
    for number in numbers(rule) {
        out.push_str(&wrapped(&format!("Number {number}."), COLUMNS - 2));
    }
    for (title, examples) in [("Speaks on", rule.hits), ("Silent on", rule.misses)] {
        if !examples.is_empty() {
            out.push_str(&format!("\n{title}:\n"));
        }
        for example in best(examples) {
            out.push_str(&format!("  {}\n", example.to_string().replace('\n', "\\n")));
            if !example.says.is_empty() {
                out.push_str(&format!("    says: {}\n", example.says));
            }
        }
    }
    out.push_str(&format!("\nSwitch it off:\n  toolcoach mute {} --for 1h\n", rule.id));
    let file = settings::user_file().map(|path| path.display().to_string());
    let file = file.as_deref().unwrap_or("the settings");
    out.push_str(&format!("  \"disable\": [\"{}\"] in {file}\n", rule.id));
    if let Some(suppression) = suppression {
        out.push_str(&wrapped(&format!("It is now {suppression}."), COLUMNS - 2));
    }
    out
}

fn needs(rule: &Rule) -> String {
    rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>().join(", ")
}

/// The whole book as docs/rules.md has it.
fn book() -> String {
    let mut out = String::from(
        "# The rules\n\nMade by `toolcoach rules --format markdown`; a test keeps it fresh. For each rule: \
         what it speaks on\nand why, the lesson for new sessions where it is a habit, the numbers that can be \
         set, up to three calls on which it\nspeaks, with words of its advice, and up to three look-alikes on \
         which it is silent. [examples.md](examples.md) has all\nexamples, and [texts.md](texts.md) \
         everything that is said.\n\n",
    );
    out.push_str(&table());
    for rule in rules::all() {
        out.push('\n');
        out.push_str(&section(rule));
    }
    out
}

/// The table of rules, as the README has it.
fn table() -> String {
    let mut out = String::from("| rule | severity | speaks on |\n|---|---|---|\n");
    for rule in rules::all() {
        out.push_str(&format!(
            "| `{}` | {} | {} |\n",
            rule.id,
            rule.severity.as_str(),
            rule.summary
        ));
    }
    out
}

fn section(rule: &Rule) -> String {
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
