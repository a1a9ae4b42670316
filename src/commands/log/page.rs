//! An entry of the log as text for a person, and as JSON.

use serde::Serialize;

use super::entry::Entry;
use crate::base::calendar::Local;
use crate::base::text;
use crate::commands::error::Error;
use crate::rules;
use crate::rules::advice::TAG;
use crate::store::uptake::AdviceOutcome;
use crate::ui::format::bytes;
use crate::ui::layout::{block, cut, pad, width as width_of};
use crate::ui::print::sentence_columns;
use crate::ui::style::Palette;

/// Width of the column with the rule, characters.
const RULE_WIDTH: usize = 24;

/// The least columns for the name of a project.
const LEAST_PROJECT: usize = 8;

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
        AdviceOutcome::Followed => palette.good(format!("{:11}", "better form")),
        AdviceOutcome::Repeated => palette.warning(format!("{:11}", "same again")),
        AdviceOutcome::Open => palette.dim(format!("{:11}", "neither yet")),
    };
    let when = format!("{}  {outcome}", Local(said.t));
    let rule = palette.bold(text::excerpt(&said.rule));
    let project = trace.project.as_deref().unwrap_or_default();
    let head = format!("{when}  {}  ", pad(&rule, RULE_WIDTH));
    let room = width.saturating_sub(width_of(&head));
    let mut page = if room >= LEAST_PROJECT {
        format!("{}\n", format!("{head}{}", palette.cut(project, room)).trim_end())
    } else {
        let second = palette.cut(project, width.saturating_sub(width_of(&rule) + 4));
        let second = format!("{rule}  {second}");
        format!("{}\n  {}\n", when.trim_end(), second.trim_end())
    };
    page.push_str(&format!("  > {}\n", cut(&about(entry), width - 4, "…")));
    if !is_update {
        page.push_str(&block("    ", "    ", &advice(entry), sentence_columns(width)));
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
        format!("{why}: {} of {client}, {ended}, {} of output", facts.tool, bytes(facts.bytes))
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
