//! An entry of the log as text for a person, and as JSON.

use serde::Serialize;

use super::entry::Entry;
use crate::base::calendar::Utc;
use crate::base::text;
use crate::commands::error::Error;
use crate::commands::transcripts::about::shortened;
use crate::rules;
use crate::rules::advice::TAG;
use crate::store::uptake::AdviceOutcome;
use crate::ui::format::{bytes, wrapped};
use crate::ui::style::Palette;

/// Width of the column with the rule, characters.
const RULE_WIDTH: usize = 24;

/// Columns before the name of the project.
const BEFORE_PROJECT: usize = 20 + 2 + 10 + 2 + RULE_WIDTH + 2;

/// An entry; `log --format json`.
#[derive(Serialize)]
struct LogLine<'e> {
    /// Unix time, ms.
    t: u64,
    session_file: Option<&'e str>,
    project: Option<&'e str>,
    command: Option<&'e str>,
    rule: &'e str,
    line: Option<&'e str>,
    line_from: &'static str,
    outcome: &'static str,
}

/// An entry as one line of JSON.
///
/// # Errors
/// When it cannot be expressed in JSON.
pub(super) fn json(entry: &Entry) -> Result<String, Error> {
    let (said, trace) = (&entry.said, &entry.trace);
    let line = LogLine {
        t: said.t,
        session_file: trace.file.as_deref(),
        project: trace.project.as_deref(),
        command: trace.command.as_deref(),
        rule: &said.rule,
        line: trace.line.as_deref().or_else(|| summary(&said.rule)),
        line_from: trace.line_from.as_str(),
        outcome: said.outcome.as_str(),
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

/// An entry in lines of at most `width` columns: when, outcome, rule and project; the command; what
/// was said, unless it is an `update` of an entry that was printed before.
pub(super) fn text(entry: &Entry, palette: Palette, width: usize, is_update: bool) -> String {
    let (said, trace) = (&entry.said, &entry.trace);
    let outcome = match said.outcome {
        AdviceOutcome::Followed => palette.good(format!("{:10}", "followed")),
        AdviceOutcome::Repeated => palette.warning(format!("{:10}", "done again")),
        AdviceOutcome::Open => palette.dim(format!("{:10}", "open")),
    };
    let rule = palette.bold(format!("{:RULE_WIDTH$}", text::excerpt(&said.rule)));
    let project = trace.project.as_deref().unwrap_or_default();
    let project = palette.cut(project, width.saturating_sub(BEFORE_PROJECT).max(8));
    let head = format!("{}  {outcome}  {rule}  {project}", Utc(said.t));
    let mut page = format!("{}\n", head.trim_end());
    page.push_str(&format!("  > {}\n", shortened(&about(entry), width - 4)));
    if !is_update {
        for line in wrapped(&advice(entry), width - 4).lines() {
            page.push_str(&format!("    {line}\n"));
        }
    }
    page
}

/// The command; where it is not known, what the ledger knows.
fn about(entry: &Entry) -> String {
    if let Some(command) = &entry.trace.command {
        return command.clone();
    }
    let facts = entry.said.facts.as_ref();
    let client = facts.map_or("", |facts| facts.client.as_str());
    let why = match &entry.trace.file {
        Some(_) => "not in the transcript",
        None if matches!(client, "claude" | "codex" | "") => "transcript gone",
        None => "no transcript in a known form",
    };
    facts.map_or(why.to_owned(), |facts| {
        let ended = if facts.ok { "succeeded" } else { "failed" };
        format!("{why}: {} of {client}, {ended}, {} of result", facts.tool, bytes(facts.bytes))
    })
}

/// The line that was said, without tag and rule; where it is not known, what the rule is about.
fn advice(entry: &Entry) -> String {
    let rule = &entry.said.rule;
    let Some(line) = &entry.trace.line else {
        return match summary(rule) {
            Some(summary) => format!("The rule: {summary}"),
            None => "The text is not known: no rule has this name any more".to_owned(),
        };
    };
    let line = line.strip_prefix(TAG).unwrap_or(line);
    line.strip_suffix(&format!(" ({rule})")).unwrap_or(line).to_owned()
}

fn summary(rule: &str) -> Option<&'static str> {
    rules::named(rule).map(|rule| rule.summary)
}
