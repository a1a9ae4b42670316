//! The success criteria that the project set itself, with what was measured.

use super::Stats;
use crate::base::deadline::P95_MS;
use crate::commands::breaker_line::BreakerLine;
use crate::engine::breaker::FAILURES_TO_OPEN;
use crate::rules::rule::Analyzer;
use crate::ui::format;
use crate::ui::format::{bytes, micros, plural};
use crate::upkeep::MAX_STORE_BYTES;
use serde::Serialize;

/// Largest mean time of a call, ms.
const MEAN_MS: f64 = 100.0;

/// Least share of answered calls that took no analyzer, percent.
const FAST_PATH_PERCENT: f64 = 70.0;

/// Most calls that are cut short, percent: an analyzer that overruns again and again is left out
/// after the third time, and then tried once in five minutes.
const CUT_PERCENT: f64 = 1.0;

/// Cuts that breakers are too slow to prevent: those that open each of them.
const FIRST_CUTS: u64 = FAILURES_TO_OPEN as u64 * Analyzer::ALL.len() as u64;

/// One success criterion.
#[derive(Debug, Serialize)]
pub(crate) struct Criterion {
    /// What must hold.
    pub(crate) name: &'static str,
    /// What was measured; `None` while there is nothing.
    pub(crate) value: Option<f64>,
    /// What it must keep to.
    pub(crate) limit: f64,
    pub(crate) unit: &'static str,
    /// It holds; `None` while nothing was measured.
    pub(crate) met: Option<bool>,
    /// The figure for a person.
    pub(crate) shown: String,
}

/// All of them.
pub(crate) fn all(stats: &Stats) -> Vec<Criterion> {
    let tally = &stats.tally;
    let times = tally.times.figures();
    let ms = |us: u64| (tally.calls > 0).then_some(us as f64 / 1000.0);
    let time = |name, value: Option<f64>, limit: f64| Criterion {
        name,
        value,
        limit,
        unit: "ms",
        met: value.map(|value| value < limit),
        shown: value.map_or(String::new(), |value| format!("{value} ms")),
    };
    let fast = format::percent(tally.answered_fast, tally.answered);
    let tripped = BreakerLine::all(&stats.breakers, stats.now)
        .iter()
        .filter(|line| line.state != "closed")
        .count();
    let cut = tally.via("cut");
    let cut_percent = format::percent(cut, tally.calls);
    vec![
        time("mean under 100 ms", ms(times.mean), MEAN_MS),
        time("p95 under 150 ms", ms(times.p95), P95_MS),
        Criterion {
            name: "fast path over 70 %",
            value: fast,
            limit: FAST_PATH_PERCENT,
            unit: "%",
            met: fast.map(|share| share > FAST_PATH_PERCENT),
            shown: fast.map_or(String::new(), |share| {
                format!(
                    "{share} % of {} answered without an analyzer",
                    plural(tally.answered, "call")
                )
            }),
        },
        Criterion {
            name: "memory bounded",
            value: Some(stats.storage_bytes as f64 / 1e6),
            limit: MAX_STORE_BYTES as f64 / 1e6,
            unit: "MB",
            met: Some(stats.storage_bytes <= MAX_STORE_BYTES),
            shown: format!(
                "{} stored of {} at most",
                bytes(stats.storage_bytes),
                bytes(MAX_STORE_BYTES)
            ),
        },
        Criterion {
            name: "breakers effective",
            value: cut_percent,
            limit: CUT_PERCENT,
            unit: "%",
            met: cut_percent.map(|share| share <= CUT_PERCENT || cut <= FIRST_CUTS),
            shown: format!(
                "{} cut short, {tripped} open, slowest {}",
                plural(cut, "call"),
                micros(times.max)
            ),
        },
    ]
}
