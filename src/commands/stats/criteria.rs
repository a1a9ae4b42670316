//! The success criteria of the project, with the measured values.

use serde::Serialize;

use super::statistics::Statistics;
use crate::base::deadline::P95_MS;
use crate::commands::breaker_line::BreakerLine;
use crate::engine::breaker::FAILURES_TO_OPEN;
use crate::rules::rule::Analyzer;
use crate::ui::format;
use crate::ui::format::{bytes, micros, plural};
use crate::upkeep::MAX_STORE_BYTES;

/// Largest mean time of a call, ms.
const MEAN_MS: f64 = 100.0;

/// Smallest share of answered calls without an analyzer, percent.
const FAST_PATH_PERCENT: f64 = 70.0;

/// Largest share of calls that a deadline cuts short, percent. A breaker leaves an analyzer out
/// after the third failure in a row, and tries it again once in five minutes.
const CUT_PERCENT: f64 = 1.0;

/// Cut calls that the breakers cannot prevent, since these calls open them.
const FIRST_CUTS: u64 = FAILURES_TO_OPEN as u64 * Analyzer::ALL.len() as u64;

/// One success criterion.
#[derive(Debug, Serialize)]
pub(crate) struct Criterion {
    /// What must hold.
    pub(crate) name: String,
    /// The measured value; `None` if nothing was measured.
    pub(crate) value: Option<f64>,
    /// The limit of the value.
    pub(crate) limit: f64,
    pub(crate) unit: &'static str,
    /// Whether it holds; `None` if nothing was measured.
    pub(crate) met: Option<bool>,
    /// The measured value for users.
    #[serde(rename = "shown")]
    pub(crate) measured: String,
}

/// All criteria.
pub(crate) fn all(stats: &Statistics) -> Vec<Criterion> {
    let tally = &stats.tally;
    let times = tally.times.figures();
    let ms = |us: u64| (tally.calls > 0).then_some(us as f64 / 1000.0);
    let time = |figure, value: Option<f64>, limit: f64| Criterion {
        name: format!("{figure} under {limit} ms"),
        value,
        limit,
        unit: "ms",
        met: value.map(|value| value < limit),
        measured: value.map_or(String::new(), |value| format!("{value} ms")),
    };
    let fast = format::percent(tally.answered_fast, tally.answered);
    let tripped = BreakerLine::all(&stats.breakers, stats.now)
        .iter()
        .filter(|line| line.state != "closed")
        .count();
    let cut = tally.via("cut");
    let cut_percent = format::percent(cut, tally.calls);
    vec![
        time("mean", ms(times.mean), MEAN_MS),
        time("p95", ms(times.p95), P95_MS),
        Criterion {
            name: format!("fast path over {FAST_PATH_PERCENT} %"),
            value: fast,
            limit: FAST_PATH_PERCENT,
            unit: "%",
            met: fast.map(|share| share > FAST_PATH_PERCENT),
            measured: fast.map_or(String::new(), |_| {
                format!(
                    "{} of {} answered without an analyzer",
                    format::share(tally.answered_fast, tally.answered),
                    plural(tally.answered, "call")
                )
            }),
        },
        Criterion {
            name: "memory bounded".to_owned(),
            value: Some(stats.storage_bytes as f64 / 1e6),
            limit: MAX_STORE_BYTES as f64 / 1e6,
            unit: "MB",
            met: Some(stats.storage_bytes <= MAX_STORE_BYTES),
            measured: format!(
                "{} stored of {} at most",
                bytes(stats.storage_bytes),
                bytes(MAX_STORE_BYTES)
            ),
        },
        Criterion {
            name: "breakers effective".to_owned(),
            value: cut_percent,
            limit: CUT_PERCENT,
            unit: "%",
            met: cut_percent.map(|share| share <= CUT_PERCENT || cut <= FIRST_CUTS),
            measured: format!(
                "{} cut short, {tripped} open, slowest {}",
                plural(cut, "call"),
                micros(times.max)
            ),
        },
    ]
}
