//! How well the engine does, in the words that every page uses.

use super::statistics::Statistics;
use crate::base::calendar::Local;
use crate::commands::breaker_line::BreakerLine;
use crate::ui::format::{bytes, count, duration, plural, share};

/// One thing that is known of the engine.
pub(super) struct HealthLine {
    /// What it is about; empty if the line continues the one before it.
    pub(super) label: &'static str,
    /// A list, or one text.
    pub(super) parts: Vec<String>,
    /// A person should look into it.
    pub(super) is_bad: bool,
}

impl HealthLine {
    fn good(label: &'static str, text: String) -> Self {
        Self { label, parts: vec![text], is_bad: false }
    }

    fn bad(label: &'static str, text: String) -> Self {
        Self { label, parts: vec![text], is_bad: true }
    }

    fn list(label: &'static str, parts: Vec<String>) -> Self {
        let parts = if parts.is_empty() { vec!["none".to_owned()] } else { parts };
        Self { label, parts, is_bad: false }
    }
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
    lines.push(HealthLine::list("errors", errors(stats)));
    let named = |(name, number): (&String, u64)| format!("{name} {}", count(number));
    let clients = tally.clients.iter().map(|(name, via)| (name, via.values().sum()));
    lines.push(HealthLine::list("clients", clients.map(named).collect()));
    if let Some(last) = tally.last_ms {
        let elapsed = duration(stats.now.saturating_sub(last));
        lines.push(HealthLine::good("last call", format!("{elapsed} ago, {}", Local(last))));
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
        let label = if lines.is_empty() { "breakers" } else { "" };
        lines.push(if is_closed {
            HealthLine::good(label, text)
        } else {
            HealthLine::bad(label, text)
        });
    }
    if lines.is_empty() {
        let text = "all closed: every part of the engine runs".to_owned();
        lines.push(HealthLine::good("breakers", text));
    }
    lines
}
