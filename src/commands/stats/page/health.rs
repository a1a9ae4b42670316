//! How well the engine does: times, paths, breakers, errors, storage and the success criteria.

use std::collections::BTreeMap;

use super::sheet::Sheet;
use crate::base::calendar::Utc;
use crate::commands::breaker_line::BreakerLine;
use crate::commands::stats::criteria;
use crate::commands::stats::statistics::Statistics;
use crate::commands::stats::tally::Tally;
use crate::commands::stats::words::{TIMES_US, bucket_label};
use crate::ui::format::{bytes, count, duration, micros, plural, share};

/// Width of the largest bar, characters.
const BAR: usize = 40;

pub(super) fn write(sheet: &mut Sheet, stats: &Statistics) {
    let tally = &stats.tally;
    sheet.title("The engine's health");
    if tally.calls > 0 {
        times(sheet, tally);
        paths(sheet, tally);
    }
    state(sheet, stats);
    if tally.calls > 0 {
        criteria(sheet, stats);
    }
}

fn times(sheet: &mut Sheet, tally: &Tally) {
    let times = tally.times.figures();
    let text = format!(
        "mean {}, p50 {}, p95 {}, p99 {}, max {}",
        micros(times.mean),
        micros(times.p50),
        micros(times.p95),
        micros(times.p99),
        micros(times.max)
    );
    sheet.labelled("call", text);
    let buckets = tally.times.up_to(&TIMES_US);
    let largest = buckets.iter().copied().max().unwrap_or_default();
    let first = buckets.iter().position(|calls| *calls > 0).unwrap_or_default();
    let last = buckets.iter().rposition(|calls| *calls > 0).unwrap_or_default();
    for (at, calls) in buckets.iter().enumerate().take(last + 1).skip(first) {
        let bar = sheet.palette.bar(*calls, largest, BAR);
        let percent = *calls as f64 * 100.0 / tally.calls.max(1) as f64;
        let share = sheet.palette.dim(format!("{percent:>5.1} %"));
        sheet.line(format!("  {:>10}  {bar} {:>10} {share}", bucket_label(at), count(*calls)));
    }
}

fn paths(sheet: &mut Sheet, tally: &Tally) {
    let fast = share(tally.answered_fast, tally.answered);
    let all = share(tally.via("fast") + tally.via("none"), tally.calls);
    let text = format!(
        "{fast} of answered calls and {all} of all calls, without a look at files or history"
    );
    sheet.wrapped("fast path", &text);
    if let Some(rate) = 1_000_000_u64.checked_div(tally.times.figures().mean) {
        sheet.labelled("speed", format!("{} calls a second on one core", count(rate)));
    }
    let cut = tally.via("cut");
    sheet.labelled(
        "cut short",
        if cut == 0 { "none".to_owned() } else { sheet.palette.bad(plural(cut, "call")) },
    );
    if tally.doubled > 0 {
        let doubled = format!(
            "{} recorded twice: is the hook registered twice?",
            plural(tally.doubled, "call")
        );
        sheet.labelled("doubled", sheet.palette.bad(doubled));
    }
}

fn state(sheet: &mut Sheet, stats: &Statistics) {
    breakers(sheet, stats);
    let tally = &stats.tally;
    let mut errors: Vec<String> = named(&tally.errors);
    for (what, number) in
        [("unreadable lines", tally.skipped_lines), ("unreadable ledgers", tally.unreadable_files)]
    {
        errors.extend((number > 0).then(|| format!("{what} {}", count(number))));
    }
    if errors.is_empty() {
        errors.push("none".to_owned());
    }
    sheet.list("errors", errors);
    let clients: BTreeMap<String, u64> =
        tally.clients.iter().map(|(name, via)| (name.clone(), via.values().sum())).collect();
    sheet.list("clients", named(&clients));
    if let Some(last) = tally.last_ms {
        let elapsed = duration(stats.now.saturating_sub(last));
        sheet.labelled("last call", format!("{elapsed} ago, {}", Utc(last)));
    }
    sheet.labelled(
        "storage",
        format!("{} in {}", bytes(stats.storage_bytes), stats.folder.display()),
    );
}

fn breakers(sheet: &mut Sheet, stats: &Statistics) {
    let lines = BreakerLine::all(&stats.breakers, stats.now);
    let unhealthy: Vec<&BreakerLine> =
        lines.iter().filter(|line| line.failures > 0 || line.state != "closed").collect();
    if unhealthy.is_empty() {
        sheet.labelled("breakers", "all closed: every part of the engine runs");
    }
    for (at, line) in unhealthy.into_iter().enumerate() {
        let last = line.last.map_or(String::new(), |last| format!(", last {last}"));
        let since =
            line.since_ms.map(|ms| format!(", {} ago", duration(stats.now.saturating_sub(ms))));
        let next = line
            .next_try_ms
            .map(|ms| format!(", next try in {}", duration(ms.saturating_sub(stats.now))));
        let failures = plural(line.failures.into(), "failure");
        let when = next.or(since).unwrap_or_default();
        let text = format!("{} {}: {failures}{last}{when}", line.analyzer, line.state);
        sheet.labelled(if at == 0 { "breakers" } else { "" }, sheet.palette.bad(text));
    }
}

fn criteria(sheet: &mut Sheet, stats: &Statistics) {
    sheet.line(sheet.palette.dim("criteria"));
    for criterion in criteria::all(stats) {
        let mark = sheet.palette.mark(criterion.met);
        let measured = if criterion.met.is_none() {
            "nothing measured".to_owned()
        } else {
            criterion.measured
        };
        sheet.line(format!("  {mark} {:21}{}", criterion.name, sheet.palette.dim(measured)));
    }
}

fn named(counts: &BTreeMap<String, u64>) -> Vec<String> {
    counts.iter().map(|(name, number)| format!("{name} {}", count(*number))).collect()
}
