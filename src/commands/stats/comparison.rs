//! The newest span of time beside the one before it, which is as long.

use std::collections::BTreeMap;

use serde::Serialize;

/// The span that is compared where the reader names none: a week, ms.
const USUAL_MS: u64 = 7 * 86_400_000;

/// The two spans that are compared: `[start, now]`, and as long before `start`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spans {
    /// Length of each, ms.
    pub(crate) length: u64,
    start: u64,
}

/// What was counted in both spans.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Comparison {
    pub(super) now: SpanCounts,
    pub(super) before: SpanCounts,
}

/// The counts of one span.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct SpanCounts {
    pub(super) calls: u64,
    pub(super) advice: u64,
    /// Calls on which a rule had a finding, by rule.
    pub(super) rules: BTreeMap<String, u64>,
}

impl Spans {
    /// The spans that end at `now`, unix ms; `since` is the length that the reader named, ms.
    pub(super) fn new(since: Option<u64>, now: u64) -> Self {
        let length = since.unwrap_or(USUAL_MS);
        Self { length, start: now.saturating_sub(length) }
    }
}

impl Comparison {
    /// The part for something that ends at `end`, unix ms; `None` if it is older than both spans.
    pub(super) fn part(&mut self, end: u64, spans: &Spans) -> Option<&mut SpanCounts> {
        match spans {
            Spans { start, .. } if end >= *start => Some(&mut self.now),
            Spans { start, length } if end >= start.saturating_sub(*length) => {
                Some(&mut self.before)
            }
            _ => None,
        }
    }

    /// Adds the counts of other ledgers.
    pub(super) fn merge(&mut self, other: Self) {
        for (sum, more) in [(&mut self.now, other.now), (&mut self.before, other.before)] {
            sum.calls += more.calls;
            sum.advice += more.advice;
            for (rule, hits) in more.rules {
                *sum.rules.entry(rule).or_default() += hits;
            }
        }
    }

    /// Whether both spans have calls.
    pub(super) fn is_possible(&self) -> bool {
        self.now.calls > 0 && self.before.calls > 0
    }
}

impl SpanCounts {
    /// Counts a call with so many lines of advice, on which these rules had a finding.
    pub(super) fn call<'r>(&mut self, lines: u64, rules: impl Iterator<Item = &'r str>) {
        self.calls += 1;
        self.advice += lines;
        rules.for_each(|rule| self.hits(rule, 1));
    }

    /// Counts findings of a rule.
    pub(super) fn hits(&mut self, rule: &str, hits: u64) {
        match self.rules.get_mut(rule) {
            Some(sum) => *sum += hits,
            None => _ = self.rules.insert(rule.to_owned(), hits),
        }
    }

    /// Findings a hundred calls, of one rule or of all: `2.1`.
    pub(super) fn rate(&self, rule: Option<&str>) -> String {
        let hits = match rule {
            Some(rule) => self.rules.get(rule).copied().unwrap_or_default(),
            None => self.rules.values().sum(),
        };
        let rate = hits as f64 * 100.0 / self.calls.max(1) as f64;
        let digits = if rate < 1.0 && hits > 0 { 2 } else { 1 };
        format!("{rate:.digits$}")
    }
}
