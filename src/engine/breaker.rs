//! A circuit breaker for each analyzer in each work tree. Each call is a process, so the state is
//! on disk, in `breakers.json`. What an analyzer reads in one project, and fails on, is no reason to
//! leave it out in another.
//!
//! A closed breaker lets every call run the analyzer. Three failures in a row open it, and calls
//! leave the analyzer out. After five minutes it is half-open: one call tries the analyzer, and
//! closes the breaker if that succeeds or opens it again if not.

use serde::{Deserialize, Serialize};

/// Failures in a row that open a breaker.
pub(crate) const FAILURES_TO_OPEN: u32 = 3;

/// How long a breaker stays open before a call may try, ms: five minutes.
pub(crate) const OPEN_MS: u64 = 300_000;

/// A trial that has not ended after this time was killed with its process, ms. No call takes a
/// tenth of it.
pub(super) const TRIAL_MS: u64 = 2000;

/// Failures that are older than this are forgotten, ms: a day. Nobody may ever work in that tree
/// again.
pub(super) const KEPT_MS: u64 = 86_400_000;

/// How an analyzer failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Failure {
    /// It could not do its work.
    Error,
    /// It panicked.
    Panic,
    /// It took longer than its slice of the time.
    Overrun,
}

impl Failure {
    /// The word in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Overrun => "overrun",
        }
    }
}

/// The breaker of one analyzer. The default is closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Breaker {
    /// Failures in a row.
    pub(crate) failures: u32,
    /// The last failure.
    pub(crate) last: Option<Failure>,
    /// When the breaker opened, unix ms.
    pub(crate) opened: Option<u64>,
    /// When the last trial began, unix ms.
    pub(super) trial: Option<u64>,
    /// When it last failed, unix ms.
    pub(super) failed: u64,
}

/// The state of a breaker at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BreakerState {
    /// Calls run the analyzer.
    Closed,
    /// No call runs the analyzer until this time, unix ms.
    Open(u64),
    /// One call may try.
    HalfOpen,
    /// A call is trying.
    Trying,
}

impl BreakerState {
    /// The word in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open(_) => "open",
            Self::HalfOpen => "half-open",
            Self::Trying => "trying",
        }
    }
}

impl Breaker {
    /// The state at `now`, unix ms. A time in the future was written before the clock was set back,
    /// and counts as past.
    pub(crate) fn state(&self, now: u64) -> BreakerState {
        let Some(opened) = self.opened else { return BreakerState::Closed };
        if opened <= now && now - opened < OPEN_MS {
            return BreakerState::Open(opened + OPEN_MS);
        }
        let is_trying = self.trial.is_some_and(|trial| trial <= now && now - trial < TRIAL_MS);
        if is_trying { BreakerState::Trying } else { BreakerState::HalfOpen }
    }

    /// Whether it failed so long ago that it is forgotten. A time in the future counts as past.
    pub(super) fn is_forgotten(&self, now: u64) -> bool {
        let last = self.failed.max(self.opened.unwrap_or_default());
        last > now || now - last >= KEPT_MS
    }

    pub(super) fn fail(&mut self, failure: Failure, now: u64) {
        self.failures = self.failures.saturating_add(1);
        self.last = Some(failure);
        self.failed = now;
        // A trial that fails opens the breaker again: the count goes on while it is open.
        if self.failures >= FAILURES_TO_OPEN {
            self.opened = Some(now);
        }
        self.trial = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_expires_and_a_time_in_the_future_counts_as_past() {
        let breaker =
            Breaker { failures: 3, opened: Some(0), trial: Some(OPEN_MS), ..Breaker::default() };
        assert_eq!(breaker.state(OPEN_MS + 1), BreakerState::Trying);
        assert_eq!(breaker.state(OPEN_MS + TRIAL_MS), BreakerState::HalfOpen);
        assert_eq!(Breaker { opened: Some(9_000_000), ..breaker }.state(5), BreakerState::HalfOpen);
    }
}
