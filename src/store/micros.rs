//! The times that this program took for calls, as a histogram that adds up over days and machines.

use serde::{Deserialize, Serialize};

/// Inclusive upper bounds of the buckets in [`Micros::buckets`], us. One more bucket counts the
/// times above the last bound.
pub const BOUNDS_US: [u64; 23] = [
    50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 15_000,
    20_000, 30_000, 50_000, 75_000, 100_000, 150_000,
];

/// The times that this program took for calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Micros {
    /// The sum, us.
    pub sum: u64,
    /// The longest, us.
    pub max: u64,
    /// A histogram: bucket i counts the times that are at most bound i of [`BOUNDS_US`] and above
    /// the bound before. Empty buckets at the end are left out.
    pub buckets: Vec<u64>,
}

impl Micros {
    /// Adds the time of one call.
    pub fn note(&mut self, us: u64) {
        self.sum = self.sum.saturating_add(us);
        self.max = self.max.max(us);
        let at = BOUNDS_US.partition_point(|bound| *bound < us);
        self.widen(at + 1);
        if let Some(bucket) = self.buckets.get_mut(at) {
            *bucket += 1;
        }
    }

    /// Adds the times of other calls.
    pub(crate) fn add(&mut self, other: &Self) {
        self.sum = self.sum.saturating_add(other.sum);
        self.max = self.max.max(other.max);
        self.widen(other.buckets.len());
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket = bucket.saturating_add(*more);
        }
    }

    fn widen(&mut self, length: usize) {
        if self.buckets.len() < length {
            self.buckets.resize(length, 0);
        }
    }

    /// Whether there are no times.
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }
}
