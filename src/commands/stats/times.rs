//! How long calls took in the process: exact count, sum and maximum, and buckets for percentiles.
//! Their size does not depend on the number of calls.

use serde::Serialize;

use crate::store::rollup::{BOUNDS_US, Micros};

/// Fine buckets for each doubling of the time: a percentile is at most 1/32 too high.
const STEPS: u64 = 32;

/// Doublings with fine buckets, which reach up to 16 s.
const MAX_DOUBLINGS: usize = 19;

/// Number of fine buckets: one for each us below [`STEPS`], then [`STEPS`] for each doubling.
const FINE: usize = STEPS as usize * (1 + MAX_DOUBLINGS);

/// The times of a set of calls.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    pub(crate) count: u64,
    pub(crate) sum: u64,
    pub(crate) max: u64,
    /// Calls up to each of [`BOUNDS_US`] and over the one before; the last entry has those over all
    /// bounds.
    pub(crate) buckets: [u64; BOUNDS_US.len() + 1],
    fine: Box<[u64; FINE]>,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            count: 0,
            sum: 0,
            max: 0,
            buckets: [0; BOUNDS_US.len() + 1],
            fine: Box::new([0; FINE]),
        }
    }
}

/// The figures of a report, us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Figures {
    pub(crate) mean: u64,
    pub(crate) p50: u64,
    pub(crate) p95: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
}

impl Times {
    /// Adds one call.
    pub(crate) fn add(&mut self, us: u64) {
        self.place(us, 1);
        self.count += 1;
        self.sum = self.sum.saturating_add(us);
        self.max = self.max.max(us);
    }

    fn place(&mut self, us: u64, calls: u64) {
        if let Some(bucket) = self.buckets.get_mut(BOUNDS_US.partition_point(|bound| *bound < us)) {
            *bucket += calls;
        }
        if let Some(fine) = self.fine.get_mut(fine_of(us)) {
            *fine += calls;
        }
    }

    /// Adds the calls of a day of the roll-up. Only their buckets are known, so each call counts as
    /// the longest of its bucket.
    pub(crate) fn add_day(&mut self, us: &Micros) {
        for (at, calls) in us.buckets.iter().enumerate() {
            self.place(BOUNDS_US.get(at).map_or(us.max, |bound| us.max.min(*bound)), *calls);
            self.count += calls;
        }
        self.sum = self.sum.saturating_add(us.sum);
        self.max = self.max.max(us.max);
    }

    /// Adds other times.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        self.max = self.max.max(other.max);
        let coarse = self.buckets.iter_mut().zip(&other.buckets);
        coarse
            .chain(self.fine.iter_mut().zip(other.fine.iter()))
            .for_each(|(sum, more)| *sum += more);
    }

    /// The number of calls up to each of these bounds and over the one before, and of those over
    /// the last. Each bound is one of [`BOUNDS_US`].
    pub(crate) fn up_to(&self, bounds: &[u64]) -> Vec<u64> {
        let mut sums = vec![0; bounds.len() + 1];
        for (at, calls) in self.buckets.iter().enumerate() {
            let place = BOUNDS_US
                .get(at)
                .map_or(bounds.len(), |own| bounds.partition_point(|bound| bound < own));
            if let Some(sum) = sums.get_mut(place) {
                *sum += calls;
            }
        }
        sums
    }

    /// The figures of these times.
    pub(crate) fn figures(&self) -> Figures {
        let at = |percent: u64| {
            let rank = (self.count * percent).div_ceil(100);
            let mut seen = 0;
            let bucket = self.fine.iter().position(|calls| {
                seen += calls;
                seen >= rank
            });
            bucket.map_or(self.max, top_of).min(self.max)
        };
        Figures {
            mean: self.sum.checked_div(self.count).unwrap_or_default(),
            p50: at(50),
            p95: at(95),
            p99: at(99),
            max: self.max,
        }
    }
}

/// The fine bucket of a time. Longer times are in the last one.
fn fine_of(us: u64) -> usize {
    if us < STEPS {
        return us as usize;
    }
    let doubling = us.ilog2() - STEPS.ilog2();
    let step = (us >> doubling) - STEPS;
    ((u64::from(doubling) + 1) * STEPS + step).min(FINE as u64 - 1) as usize
}

/// The longest time in a fine bucket.
fn top_of(fine: usize) -> u64 {
    let (doubling, step) = (fine as u64 / STEPS, fine as u64 % STEPS);
    match doubling {
        0 => step,
        doubling => ((STEPS + step + 1) << (doubling - 1)) - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_no_gaps() {
        let mut last = 0;
        for us in 0..200_000 {
            let fine = fine_of(us);
            assert!(fine == last || fine == last + 1, "{us}");
            assert!(
                top_of(fine) >= us && (top_of(fine) - us) * STEPS <= us,
                "{us}: {}",
                top_of(fine)
            );
            last = fine;
        }
        assert_eq!(fine_of(u64::MAX), FINE - 1);
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let mut state = 7_u64;
        let mut all: Vec<u64> = Vec::new();
        let (mut one, mut two) = (Times::default(), Times::default());
        for n in 0..10_000_u64 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let us = (state >> 33) % (1 << (6 + n % 12));
            all.push(us);
            if n % 3 == 0 { one.add(us) } else { two.add(us) }
        }
        one.merge(&two);
        all.sort_unstable();
        let figures = one.figures();
        assert_eq!(figures.mean, all.iter().sum::<u64>() / 10_000);
        assert_eq!(figures.max, *all.last().unwrap());
        for (percent, approximate) in [(50, figures.p50), (95, figures.p95), (99, figures.p99)] {
            let exact = all[percent * 100 - 1];
            assert!(
                approximate >= exact && approximate - exact <= exact / 32,
                "p{percent}: {approximate}, not {exact}"
            );
        }
        assert_eq!(one.buckets.iter().sum::<u64>(), 10_000);
        let below = all.iter().filter(|us| **us <= BOUNDS_US[0]).count() as u64;
        assert_eq!(one.buckets[0], below, "a bound belongs to the bucket below it");
        let between = all.iter().filter(|us| (101..=1000).contains(*us)).count() as u64;
        assert_eq!(one.up_to(&[100, 1000])[1], between);
        assert_eq!(one.up_to(&[100, 1000]).iter().sum::<u64>(), 10_000);
    }

    #[test]
    fn few_calls_have_figures_too() {
        assert_eq!(Times::default().figures(), Figures::default());
        let mut times = Times::default();
        times.add(1000);
        assert_eq!(
            times.figures(),
            Figures { mean: 1000, p50: 1000, p95: 1000, p99: 1000, max: 1000 }
        );
    }

    #[test]
    fn a_day_counts_like_its_calls() {
        let (mut live, mut day, mut folded) =
            (Times::default(), Micros::default(), Times::default());
        for us in [3, 50, 51, 999, 1000, 7000, 200_000, 300_000] {
            live.add(us);
            day.note(us);
        }
        folded.add_day(&day);
        assert_eq!((folded.count, folded.sum, folded.max), (live.count, live.sum, live.max));
        assert_eq!(folded.buckets, live.buckets);
        assert_eq!(
            folded.figures(),
            Figures { p50: top_of(fine_of(1000)), p95: 300_000, p99: 300_000, ..live.figures() }
        );
    }
}
