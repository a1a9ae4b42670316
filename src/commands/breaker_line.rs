//! The states of the breakers, for reports.

use serde::Serialize;

use crate::engine::breaker::{BreakerState, Failure};
use crate::engine::breakers::Breakers;
use crate::rules::rule::Analyzer;

/// One analyzer's breaker, in the work tree where it is worst.
#[derive(Debug, Serialize)]
pub(crate) struct BreakerLine {
    /// The analyzer.
    pub(crate) analyzer: &'static str,
    /// `closed`, `open`, `half-open` or `trying`.
    pub(crate) state: &'static str,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// The kind of the last failure.
    pub(crate) last: Option<&'static str>,
    /// When it stopped being closed, unix ms.
    pub(crate) since_ms: Option<u64>,
    /// When a call may try again, unix ms.
    pub(crate) next_try_ms: Option<u64>,
}

impl BreakerLine {
    /// The breakers of all analyzers, at the time `now`, unix ms.
    pub(crate) fn all(breakers: &Breakers, now: u64) -> Vec<Self> {
        let line = |analyzer: Analyzer| {
            let breaker = breakers.worst(analyzer.as_str(), now);
            let state = breaker.state(now);
            Self {
                analyzer: analyzer.as_str(),
                state: state.as_str(),
                failures: breaker.failures,
                last: breaker.last.map(Failure::as_str),
                since_ms: breaker.opened,
                next_try_ms: if let BreakerState::Open(until) = state { Some(until) } else { None },
            }
        };
        Analyzer::ALL.into_iter().map(line).collect()
    }
}
