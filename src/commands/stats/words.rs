//! The words that the pages share: what is counted, and why something was not said.

use super::comparison::Comparison;
use super::statistics::Statistics;
use crate::ui::format::{count, days, duration, plural};
use crate::ui::reason;

/// Upper bounds of the bars of times, us.
pub(super) const TIMES_US: [u64; 11] =
    [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/// Which calls are counted, as it follows the program's name.
pub(super) fn scope(stats: &Statistics) -> String {
    let filter = &stats.filter;
    let mut scope = days(stats.tally.first_ms, stats.tally.last_ms);
    if stats.machines > 1 {
        scope += &format!(", {}", plural(stats.machines, "machine"));
    }
    if let Some(since) = filter.since {
        scope += &format!(", {}", since.in_words());
    }
    if let Some(client) = filter.client {
        scope += &format!(", {} only", client.name());
    }
    if filter.session.is_some() {
        scope += ", one session";
    }
    scope
}

/// The newest span of time beside the one before it; `None` if one of them has no calls.
pub(super) fn compared(stats: &Statistics) -> Option<String> {
    let Comparison { now, before } = &stats.tally.comparison;
    let span = duration(stats.filter.spans(stats.now).length);
    stats.tally.comparison.is_possible().then(|| {
        format!(
            "In the last {span} these came up {} times per 100 calls ({} calls); in the {span} before, {} \
             times ({} calls).",
            now.rate(None),
            count(now.calls),
            before.rate(None),
            count(before.calls)
        )
    })
}

/// The label of the times up to a bound of [`TIMES_US`] and over the one before.
pub(super) fn bucket_label(at: usize) -> String {
    match TIMES_US.get(at) {
        Some(us) if *us >= 1000 => format!("to {} ms", us / 1000),
        Some(us) => format!("to {us} us"),
        None => "longer".to_owned(),
    }
}

/// Why lines were not said and how often, most frequent first.
pub(super) fn held_back(stats: &Statistics) -> Vec<String> {
    reason::counts(stats.tally.held())
}
