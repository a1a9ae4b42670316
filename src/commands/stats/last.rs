//! `toolcoach explain --last`: which rule spoke last, when, where and why. Neither the advice nor the
//! command is stored: both are in the client's transcript.

use std::collections::HashSet;
use std::path::Path;

use serde::Serialize;

use crate::base::calendar::Local;
use crate::base::{state_dir, text};
use crate::commands::error::Error;
use crate::rules;
use crate::store::history::{CallLine, WarningLine};
use crate::store::ledger_file::LedgerLines;
use crate::store::ledgers::{LedgerFiles, LineBuffer};
use crate::store::rollup::Rollup;
use crate::store::uptake::AdviceOutcome;
use crate::store::{ledger, ledgers, uptake};
use crate::ui::format::{bytes, count, duration, plural};
use crate::ui::layout::{block, wrapped};
use crate::ui::print::{self, print, print_json, print_sentences};
use crate::ui::reason;

/// The last advice; `explain --last --json`.
#[derive(Debug, Serialize)]
struct LastAdvice {
    rule: String,
    severity: String,
    /// Unix time, ms.
    t: u64,
    /// Hash of the session; for a sub-agent also the hash of the agent, behind a `-`.
    session: String,
    /// Number of the call in its session, if the ledger still has its line.
    number: Option<u64>,
    /// The command, or the tool and its file, if the client's transcript is on this disk.
    command: Option<String>,
    /// The line that was said, under the same condition.
    line: Option<String>,
    chars: u64,
    /// `followed`, `repeated` or `open`.
    outcome: &'static str,
    /// The call, if the ledger still has its line.
    call: Option<LastCall>,
    /// The reason for the rule; null for custom rules.
    why: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct LastCall {
    client: String,
    tool: String,
    ok: bool,
    result_bytes: u64,
    duration_ms: Option<u64>,
    via: String,
    /// Other rules with a finding for it, and why each did not speak.
    held: Vec<(String, String)>,
}

/// Prints the last advice. `find_texts` finds the command of a call and the line about it by the state
/// folder, the name of the ledger, the time of the advice in unix ms and the rule.
///
/// # Errors
/// When the state folder is unknown or cannot be read.
pub(crate) fn last(
    json: bool,
    find_texts: impl Fn(&Path, &str, u64, &str) -> Result<(Option<String>, Option<String>), Error>,
) -> Result<(), Error> {
    let folder = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let mut last = find(&folder)?;
    if let Some(last) = &mut last {
        (last.command, last.line) = find_texts(&folder, &last.session, last.t, &last.rule)?;
    }
    if json {
        return Ok(print_json(&(serde_json::to_string(&last)? + "\n"))?);
    }
    let Some(last) = last else {
        return Ok(print_sentences(
            "Nothing has been said in the sessions that are still kept (`toolcoach stats` counts the others).",
        )?);
    };
    Ok(print(&page(&last, print::sentence_columns(print::columns())))?)
}

fn find(folder: &Path) -> Result<Option<LastAdvice>, Error> {
    let rollup = Rollup::read(folder);
    let mut lines = LineBuffer::new();
    // The line of the advice, and the resets after it.
    let mut last: Option<(Vec<WarningLine>, LedgerFiles)> = None;
    for memory in ledgers::sessions(folder).map_err(Error::reading(folder))?.into_values().flatten()
    {
        let mut latest: Vec<WarningLine> = Vec::new();
        memory.each(LedgerLines::Warnings, &rollup, &mut lines, |bytes| {
            let Some(line) = WarningLine::of(bytes) else { return };
            if !line.reset.is_empty() {
                latest.push(line);
            } else if !line.was_said() {
                // Held out, or what a sub-agent drew.
            } else if latest
                .first()
                .is_none_or(|latest| latest.rule.is_empty() || line.t >= latest.t)
            {
                latest = vec![line];
            }
        });
        let time = |lines: &[WarningLine]| {
            lines.first().filter(|line| !line.rule.is_empty()).map(|line| line.t)
        };
        if time(&latest) > last.as_ref().and_then(|(last, _)| time(last)) {
            last = Some((latest, memory));
        }
    }
    let Some((latest, memory)) = last else { return Ok(None) };
    let advised_call = latest.first().map(|said| said.call.clone()).filter(|call| !call.is_empty());
    let mut calls: Vec<CallLine<'static>> = Vec::new();
    // A call has two lines if the hook is registered twice.
    let (mut seen, mut number) = (HashSet::new(), None);
    memory.each(LedgerLines::Calls, &rollup, &mut lines, |bytes| {
        let Some(line) = CallLine::of(bytes) else { return };
        if number.is_none() {
            seen.insert(match &*line.call {
                "" => seen.len().to_string(),
                call => call.to_owned(),
            });
            number = advised_call
                .as_deref()
                .filter(|call| line.call == *call)
                .map(|_| seen.len() as u64);
        }
        if !(line.hit.is_empty() && line.good.is_empty()) {
            calls.push(line.into_owned());
        }
    });
    Ok(describe(&latest, &memory, &calls, number))
}

/// Describes the last advice. `latest` begins with its line.
fn describe(
    latest: &[WarningLine],
    memory: &LedgerFiles,
    calls: &[CallLine],
    number: Option<u64>,
) -> Option<LastAdvice> {
    let said = latest.first()?;
    let outcomes = uptake::of_each(calls, latest);
    let outcome = outcomes.first().map_or(AdviceOutcome::Open, |(_, outcome)| *outcome);
    let spoke = |call: &&CallLine| {
        call.say.iter().any(|rule| *rule == said.rule)
            && (said.call.is_empty() || call.call == said.call)
    };
    let call = calls.iter().rev().find(spoke).map(|call| LastCall {
        client: text::clean(&call.client),
        tool: text::clean(&call.tool),
        ok: call.ok,
        result_bytes: call.size,
        duration_ms: call.dur,
        via: text::clean(&call.via),
        held: call.held.iter().map(|(rule, why)| (text::clean(rule), text::clean(why))).collect(),
    });
    Some(LastAdvice {
        rule: text::clean(&said.rule),
        severity: text::clean(&said.sev),
        t: said.t,
        session: text::clean(memory.stem()),
        number,
        command: None,
        line: None,
        chars: said.chars,
        outcome: outcome.as_str(),
        call,
        why: rules::named(&said.rule).map(|rule| rule.why),
    })
}

fn page(last: &LastAdvice, width: usize) -> String {
    let head = format!(
        "{} ({}) spoke last, {} ago, {}",
        last.rule,
        last.severity,
        duration(ledger::now_ms().saturating_sub(last.t)),
        Local(last.t)
    );
    let mut page = wrapped(&head, width);
    let mut line = |label: &str, text: String| {
        let (lead, indent) = (format!("  {label:12}"), " ".repeat(14));
        page.push_str(&block(&lead, &indent, &text, width));
    };
    let agent = if last.session.contains('-') { ", a sub-agent" } else { "" };
    let number = last.number.map_or(String::new(), |number| format!(", call {}", count(number)));
    line("session", format!("{}{number}{agent}", last.session));
    let unknown = "never stored, and no transcript on this disk has the call";
    line("command", last.command.clone().unwrap_or_else(|| unknown.to_owned()));
    if let Some(call) = &last.call {
        let ended = if call.ok { "succeeded" } else { "failed" };
        let after = call.duration_ms.map_or(String::new(), |ms| format!(" after {} ms", count(ms)));
        line(
            "tool",
            format!(
                "{} of {}, {ended}{after}, {} of output",
                call.tool,
                call.client,
                bytes(call.result_bytes)
            ),
        );
        for (rule, why) in &call.held {
            line("not said", format!("{rule}: {}", reason::in_words(why)));
        }
    }
    if let Some(said) = &last.line {
        line("said", said.clone());
    }
    line(
        "length",
        format!("{}, about {}", plural(last.chars, "character"), plural(last.chars / 4, "token")),
    );
    line(
        "since then",
        match last.outcome {
            "followed" => "the better form came next".to_owned(),
            "repeated" => "the same came again".to_owned(),
            _ => "neither the better form nor the same again so far".to_owned(),
        },
    );
    if let Some(why) = last.why {
        line("why", why.to_owned());
    }
    // It is never wrapped, so that users can copy it.
    page.push_str(&format!("  $ toolcoach rules {}\n", last.rule));
    page
}
