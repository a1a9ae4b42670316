//! `toolcoach rules`: the rule book, printed from the rules themselves.

use clap::ValueEnum;
use serde::Serialize;

use crate::cli;
use crate::error::Error;
use crate::rule::Rule;
use crate::rules;

/// How the book is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Markdown,
}

/// A rule in JSON.
#[derive(Debug, Serialize)]
struct Entry {
    id: &'static str,
    severity: &'static str,
    summary: &'static str,
    why: &'static str,
    needs: Vec<&'static str>,
    hits: Vec<String>,
    misses: Vec<String>,
    since: &'static str,
}

/// Prints the book, or one rule.
///
/// # Errors
/// When there is no such rule.
pub(crate) fn run(id: Option<&str>, format: Format) -> Result<(), Error> {
    let chosen: Vec<&'static Rule> = match id {
        Some(id) => vec![rules::named(id).ok_or_else(|| unknown(id))?],
        None => rules::all().collect(),
    };
    let text = match (format, id) {
        (Format::Json, _) => {
            let entries: Vec<Entry> = chosen.iter().map(|rule| entry(rule)).collect();
            serde_json::to_string_pretty(&entries)? + "\n"
        }
        (Format::Markdown, None) => book(),
        (Format::Markdown, Some(_)) => chosen.iter().map(|rule| section(rule)).collect(),
        (Format::Text, None) => list(&chosen),
        (Format::Text, Some(_)) => chosen.iter().map(|rule| page(rule)).collect(),
    };
    cli::print(&text)
}

fn unknown(id: &str) -> Error {
    let shared = |rule: &Rule| rule.id.split('-').filter(|part| id.contains(part)).count();
    let begun = |rule: &Rule| rule.id.bytes().zip(id.bytes()).take_while(|(a, b)| a == b).count();
    let nearest = rules::all().max_by_key(|rule| (shared(rule), begun(rule))).filter(|rule| shared(rule) > 0);
    let hint = nearest.map(|rule| format!("; the nearest is `{}`", rule.id)).unwrap_or_default();
    Error::UnknownRule { id: crate::text::excerpt(id), hint }
}

fn entry(rule: &Rule) -> Entry {
    Entry {
        id: rule.id,
        severity: rule.severity.as_str(),
        summary: rule.summary,
        why: rule.why,
        needs: rule.needs.iter().map(|need| need.as_str()).collect(),
        hits: rule.hits.iter().map(ToString::to_string).collect(),
        misses: rule.misses.iter().map(ToString::to_string).collect(),
        since: rule.since,
    }
}

/// Most characters of the list's first column.
const MAX_ID_COLUMN: usize = 21;

fn list(rules: &[&Rule]) -> String {
    // The few longer ids push their own line: a wider column would push every line over 80 characters.
    let width = rules.iter().map(|rule| rule.id.len().min(MAX_ID_COLUMN)).max().unwrap_or_default();
    let mut out: String = rules
        .iter()
        .map(|rule| format!("{:width$}  {:8}  {}\n", rule.id, rule.severity.as_str(), rule.summary))
        .collect();
    out.push_str("\ntoolcoach rules ID tells why, with examples.\n");
    out
}

fn page(rule: &Rule) -> String {
    let mut out =
        format!("{} ({}, since {})\n{}\n\n", rule.id, rule.severity.as_str(), rule.since, rule.summary);
    out.push_str(&wrapped(&format!("Why: {}", rule.why), 78));
    if !rule.needs.is_empty() {
        out.push_str(&wrapped(&format!("Needs: {}.", needs(rule)), 78));
    }
    for (title, examples) in [("Speaks on", rule.hits), ("Silent on", rule.misses)] {
        out.push_str(&format!("\n{title}:\n"));
        for example in examples {
            out.push_str(&format!("  {}\n", example.to_string().replace('\n', "\\n")));
        }
    }
    out
}

fn needs(rule: &Rule) -> String {
    rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>().join(", ")
}

/// Text in lines of at most `width` characters.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        if length > 0 && length + 1 + word.len() > width {
            out.push('\n');
            length = 0;
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word.len();
    }
    out + "\n"
}

/// The whole book as docs/rules.md has it.
fn book() -> String {
    let mut out = String::from(
        "# The rules\n\nMade by `toolcoach rules --format markdown`; a test keeps it fresh. Every example is run \
         through the built binary.\n\n",
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
        out.push_str(&format!("| `{}` | {} | {} |\n", rule.id, rule.severity.as_str(), rule.summary));
    }
    out
}

fn section(rule: &Rule) -> String {
    let mut out = format!(
        "## {}\n\n{} ({}, since {}).\n\n{}\n",
        rule.id,
        rule.summary,
        rule.severity.as_str(),
        rule.since,
        rule.why
    );
    if !rule.needs.is_empty() {
        out.push_str(&format!("\nNeeds {}.\n", needs(rule)));
    }
    for (title, examples) in [("Speaks on", rule.hits), ("Silent on", rule.misses)] {
        out.push_str(&format!("\n{title}:\n\n```\n"));
        for example in examples {
            out.push_str(&format!("{example}\n"));
        }
        out.push_str("```\n");
    }
    out
}
