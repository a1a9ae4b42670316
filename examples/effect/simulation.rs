//! Agents whose effect is known: what is counted of them day by day, and which verdicts are made of
//! it.

use toolcoach::store::effect::verdict::{self, Judged, Verdict};
use toolcoach::store::effect::{Counts, Strata, Stratum};

/// Runs behind each figure.
pub(crate) const RUNS: u64 = 1000;

/// The agents of one client.
#[derive(Clone, Copy)]
pub(crate) struct Agents {
    /// The chance that an agent that is not told does it again.
    pub(crate) base: f64,
    /// By how much being told lowers that chance.
    pub(crate) effect: f64,
    /// The share of units that are held out.
    pub(crate) share: f64,
    /// Units a day.
    pub(crate) a_day: u64,
}

impl Agents {
    /// The stratum of a day's units.
    pub(crate) fn stratum(&self, client: &str, day: u64) -> Stratum {
        Stratum {
            client: client.to_owned(),
            share_ppm: (self.share * 1e6).round() as u32,
            period: Stratum::period_of(day),
            rule: "rule".to_owned(),
            lesson: None,
        }
    }

    /// What becomes of the units of a day.
    pub(crate) fn day(&self, dice: &mut Dice) -> Counts {
        let mut counts = Counts::default();
        for _ in 0..self.a_day {
            let is_held_out = dice.roll() < self.share;
            let risk = if is_held_out { self.base } else { self.base - self.effect };
            let arm = if is_held_out { &mut counts.held_out } else { &mut counts.told };
            arm.units += 1;
            arm.again += u64::from(dice.roll() < risk);
        }
        counts
    }
}

/// The verdicts of one run that is looked at daily, until so many units were counted.
pub(crate) fn verdicts(agents: &Agents, units: u64, seed: u64) -> Vec<Judged> {
    let mut dice = Dice(seed);
    let mut strata = Strata::default();
    let mut judged: Vec<Judged> = Vec::new();
    for day in 0..units / agents.a_day {
        strata.add(agents.stratum("", day), &agents.day(&mut dice));
        let now = verdict::judge(judged.last(), strata.counts());
        judged.extend(now.filter(|now| judged.last() != Some(now)));
    }
    judged
}

/// How many of [`RUNS`] runs have a verdict at any look that says there is an effect.
pub(crate) fn with_an_effect(agents: &Agents, units: u64) -> u64 {
    let finds = |judged: &Judged| matches!(judged.verdict, Verdict::Helps | Verdict::Hurts);
    (0..RUNS).filter(|seed| verdicts(agents, units, *seed).iter().any(finds)).count() as u64
}

/// The same numbers on every machine (SplitMix64; Steele, Lea and Flood 2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    pub(crate) fn roll(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
