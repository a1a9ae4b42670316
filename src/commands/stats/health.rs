//! How well the engine does, in the words that every page uses.

use super::statistics::Statistics;
use crate::base::calendar::Local;
use crate::commands::breaker_line::BreakerLine;
use crate::ui::format::{bytes, count, duration, micros, plural, share};

/// The kind of error of an input without a byte. No agent sends one: somebody tried the hook.
const EMPTY_INPUT: &str = "empty";

/// The label of the line about the last call.
pub(super) const LAST_CALL: &str = "last call";

/// One thing that is known of the engine.
pub(super) struct HealthLine {
    /// What it is about.
    pub(super) label: &'static str,
    /// A list, or one text.
    pub(super) parts: Vec<String>,
    /// A person should look into it.
    pub(super) is_bad: bool,
    /// Not as it should be, whoever is at fault.
    pub(super) is_amiss: bool,
}

impl HealthLine {
    fn good(label: &'static str, text: String) -> Self {
        Self { label, parts: vec![text], is_bad: false, is_amiss: false }
    }

    fn bad(label: &'static str, text: String) -> Self {
        Self { label, parts: vec![text], is_bad: true, is_amiss: true }
    }

    fn list(label: &'static str, parts: Vec<String>) -> Self {
        let parts = if parts.is_empty() { vec!["none".to_owned()] } else { parts };
        Self { label, parts, is_bad: false, is_amiss: false }
    }
}

/// How it does in a sentence; `None` where something is amiss, or nothing is known.
pub(super) fn in_short(stats: &Statistics) -> Option<String> {
    if stats.tally.calls == 0 || all(stats).iter().any(|line| line.is_amiss) {
        return None;
    }
    let times = stats.tally.times.figures();
    Some(format!(
        "Nothing is wrong. A call takes toolcoach {} on average; 95 % of calls take at most {}.",
        micros(times.mean),
        micros(times.p95)
    ))
}

/// All that is known of it.
pub(super) fn all(stats: &Statistics) -> Vec<HealthLine> {
    let tally = &stats.tally;
    let mut lines = Vec::new();
    if tally.calls > 0 {
        let fast = share(tally.answered_fast, tally.answered);
        let all = share(tally.via("fast") + tally.via("none"), tally.calls);
        lines.push(HealthLine::good(
            "fast path",
            format!(
                "{all} of all calls and {fast} of answered calls did not need to look at files or history"
            ),
        ));
        let not_ready =
            |calls| plural(calls, "call") + ", not all of whose checks finished in time";
        lines.push(match tally.via("cut") {
            0 => HealthLine::good("cut short", "none".to_owned()),
            cut => HealthLine::bad("cut short", not_ready(cut)),
        });
        if tally.doubled > 0 {
            let calls = plural(tally.doubled, "call");
            let text = format!("{calls} recorded twice: is the hook registered twice?");
            lines.push(HealthLine::bad("doubled", text));
        }
    }
    lines.extend(breakers(stats));
    let is_amiss = tally.skipped_lines + tally.unreadable_files > 0
        || tally.errors.keys().any(|kind| kind != EMPTY_INPUT);
    lines.push(HealthLine { is_amiss, ..HealthLine::list("errors", errors(stats)) });
    let named = |(name, number): (&String, u64)| format!("{name} {}", count(number));
    let clients = tally.clients.iter().map(|(name, via)| (name, via.values().sum()));
    lines.push(HealthLine::list("clients", clients.map(named).collect()));
    if let Some(last) = tally.last_ms {
        let elapsed = duration(stats.now.saturating_sub(last));
        lines.push(HealthLine::good(LAST_CALL, format!("{elapsed} ago, {}", Local(last))));
    }
    let folder = stats.place();
    let storage = format!("{} in {folder}", bytes(stats.storage_bytes));
    lines.push(HealthLine::good("storage", storage));
    lines
}

fn errors(stats: &Statistics) -> Vec<String> {
    let tally = &stats.tally;
    let own =
        [("unreadable lines", tally.skipped_lines), ("unreadable ledgers", tally.unreadable_files)];
    let kinds = tally.errors.iter().map(|(kind, number)| (kind.as_str(), *number));
    kinds
        .chain(own.into_iter().filter(|(_, number)| *number > 0))
        .map(|(what, number)| format!("{what} {}", count(number)))
        .collect()
}

/// The breakers that count a failure. A closed one is healthy whatever it counts.
fn breakers(stats: &Statistics) -> Vec<HealthLine> {
    let mut lines: Vec<HealthLine> = Vec::new();
    for line in BreakerLine::all(&stats.breakers, stats.now) {
        let is_closed = line.state == "closed";
        if line.failures == 0 && is_closed {
            continue;
        }
        let last = line.last.map_or(String::new(), |last| format!(", last {last}"));
        let ago = |ms| format!(", {} ago", duration(stats.now.saturating_sub(ms)));
        let ahead = |ms: u64| format!(", next try in {}", duration(ms.saturating_sub(stats.now)));
        let when = line.next_try_ms.map(ahead).or(line.since_ms.map(ago)).unwrap_or_default();
        let failures = plural(line.failures.into(), "failure");
        let text = format!("{} {}: {failures}{last}{when}", line.analyzer, line.state);
        let line = if is_closed { HealthLine::good } else { HealthLine::bad };
        lines.push(line("breaker", text));
    }
    if lines.is_empty() {
        let text = "all closed: every part of the engine runs".to_owned();
        lines.push(HealthLine::good("breakers", text));
    }
    lines
}
