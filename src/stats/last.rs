//! `toolcoach explain --last`: which rule spoke last, when, where and why. The words themselves are stored nowhere.

use std::path::Path;

use serde::Serialize;

use super::page::ago;
use super::store::{self, Lines, Memory};
use crate::calendar::Utc;
use crate::cli;
use crate::error::Error;
use crate::figures::{bytes, count, plural};
use crate::history::{CallLine, LINE_VERSION, WarningLine};
use crate::ledger;
use crate::rollup::{CALLS, Rollup, WARNINGS};
use crate::rulebook;
use crate::rules;
use crate::state;
use crate::text;
use crate::uptake;

/// The last advice; `explain --last --json`.
#[derive(Debug, Serialize)]
struct Last {
    rule: String,
    severity: String,
    /// Unix time, ms.
    t: u64,
    /// Hash of the session, and of the agent behind a `-` for a sub-agent.
    session: String,
    /// Number of the call in its session, estimated in a long one.
    number: u64,
    chars: u64,
    /// `followed`, `repeated` or `open`.
    outcome: &'static str,
    /// The call, if its line is there.
    call: Option<Call>,
    /// Why the rule is there; null for own rules.
    why: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Call {
    client: String,
    tool: String,
    ok: bool,
    result_bytes: u64,
    duration_ms: Option<u64>,
    via: String,
    /// Other rules that held on it, and why each did not speak.
    held: Vec<(String, String)>,
}

/// Prints the last advice.
///
/// # Errors
/// When there is no place for state, or it cannot be read.
pub(crate) fn last(json: bool) -> Result<(), Error> {
    let folder = state::folder().ok_or(Error::NoStateFolder)?;
    let last = find(&folder)?;
    if json {
        return cli::print_json(&(serde_json::to_string(&last)? + "\n"));
    }
    cli::print(&match last {
        Some(last) => page(&last),
        None => "Nothing was said yet in the sessions that are kept (toolcoach --stats counts the others).\n"
            .to_owned(),
    })
}

fn find(folder: &Path) -> Result<Option<Last>, Error> {
    let rollup = Rollup::read(folder);
    let mut lines = Lines::new();
    let mut last: Option<(WarningLine, Memory)> = None;
    for memory in store::sessions(folder)?.into_values().flatten() {
        let mut latest: Option<WarningLine> = None;
        memory.each(WARNINGS, &rollup, &mut lines, |bytes| {
            let line = serde_json::from_slice::<WarningLine>(bytes).ok();
            let line = line.filter(|line| line.v == LINE_VERSION && !line.rule.is_empty());
            if let Some(line) = line.filter(|line| latest.as_ref().is_none_or(|latest| line.t >= latest.t)) {
                latest = Some(line);
            }
        });
        let is_later = |line: &WarningLine| last.as_ref().is_none_or(|(last, _)| line.t > last.t);
        if let Some(line) = latest.filter(is_later) {
            last = Some((line, memory));
        }
    }
    let Some((said, memory)) = last else { return Ok(None) };
    let mut calls: Vec<CallLine<'static>> = Vec::new();
    memory.each(CALLS, &rollup, &mut lines, |bytes| {
        if let Ok(line) = serde_json::from_slice::<CallLine>(bytes)
            && line.v == LINE_VERSION
            && !(line.hit.is_empty() && line.good.is_empty())
        {
            calls.push(detached(&line));
        }
    });
    Ok(Some(told(&said, &memory, &calls)))
}

fn told(said: &WarningLine, memory: &Memory, calls: &[CallLine]) -> Last {
    let outcomes = uptake::outcomes(calls, std::slice::from_ref(said));
    let outcome = outcomes.get(&said.rule).copied().unwrap_or_default();
    let spoke = |call: &&CallLine| {
        call.say.iter().any(|rule| *rule == said.rule) && (said.call.is_empty() || call.call == said.call)
    };
    let call = calls.iter().rev().find(spoke).map(|call| Call {
        client: text::clean(&call.client),
        tool: text::clean(&call.tool),
        ok: call.ok,
        result_bytes: call.size,
        duration_ms: call.dur,
        via: text::clean(&call.via),
        held: call.held.iter().map(|(rule, why)| (text::clean(rule), text::clean(why))).collect(),
    });
    Last {
        rule: text::clean(&said.rule),
        severity: text::clean(&said.sev),
        t: said.t,
        session: text::clean(memory.name()),
        number: said.n,
        chars: said.chars,
        outcome: if outcome.followed > 0 {
            "followed"
        } else if outcome.repeated > 0 {
            "repeated"
        } else {
            "open"
        },
        call,
        why: rules::named(&said.rule).map(|rule| rule.why),
    }
}

/// What is needed of a call, without the bytes it was read from.
fn detached(line: &CallLine) -> CallLine<'static> {
    let owned = |text: &str| text.to_owned().into();
    let all = |names: &[std::borrow::Cow<str>]| names.iter().map(|name| owned(name)).collect();
    CallLine {
        v: line.v,
        t: line.t,
        call: owned(&line.call),
        tool: owned(&line.tool),
        ok: line.ok,
        size: line.size,
        dur: line.dur,
        via: owned(&line.via),
        hit: all(&line.hit),
        good: all(&line.good),
        say: all(&line.say),
        held: line.held.iter().map(|(rule, why)| (owned(rule), owned(why))).collect(),
        client: owned(&line.client),
        ..CallLine::default()
    }
}

fn page(last: &Last) -> String {
    let mut page = format!(
        "{} ({}) spoke last, {} ago, {}\n",
        last.rule,
        last.severity,
        ago(ledger::now_ms().saturating_sub(last.t)),
        Utc(last.t)
    );
    let mut line = |label: &str, text: String| page.push_str(&format!("  {label:12}{text}\n"));
    let agent = if last.session.contains('-') { ", a sub-agent" } else { "" };
    line("session", format!("{}, call {}{agent}", last.session, count(last.number)));
    if let Some(call) = &last.call {
        let ended = if call.ok { "succeeded" } else { "failed" };
        let after = call.duration_ms.map_or(String::new(), |ms| format!(" after {} ms", count(ms)));
        line(
            "tool",
            format!(
                "{} of {}, {ended}{after}, {} of result",
                call.tool,
                call.client,
                bytes(call.result_bytes)
            ),
        );
        for (rule, why) in &call.held {
            line("held back", format!("{rule}: {why}"));
        }
    }
    line("said", format!("{}, about {}", plural(last.chars, "character"), plural(last.chars / 4, "token")));
    line(
        "since then",
        match last.outcome {
            "followed" => "the better form was used: followed".to_owned(),
            "repeated" => "the same was done again: not followed".to_owned(),
            _ => "no chance to follow it yet".to_owned(),
        },
    );
    if let Some(why) = last.why {
        for (at, part) in rulebook::wrapped(why, 66).lines().enumerate() {
            line(if at == 0 { "why" } else { "" }, part.to_owned());
        }
    }
    line("more", format!("toolcoach rules {}", last.rule));
    page
}
