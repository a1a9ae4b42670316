//! Agents whose effect is known: what is counted of them day by day, and what is made of it.

use toolcoach::store::effect::learning::{self, Decided, Decision, SIGHT_DAYS};
use toolcoach::store::effect::verdict::{self, Judged, Verdict};
use toolcoach::store::effect::{ArmCounts, Strata, Stratum};

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

/// Counts one unit.
pub(crate) fn unit(strata: &mut Strata, client: &str, agents: &Agents, day: u64, dice: &mut Dice) {
    let stratum = Stratum {
        client: client.to_owned(),
        share_ppm: (agents.share * 1e6).round() as u32,
        period: Stratum::period_of(day),
        rule: String::new(),
        lesson: None,
    };
    let is_held_out = dice.roll() < agents.share;
    let risk = if is_held_out { agents.base } else { agents.base - agents.effect };
    let again = u64::from(dice.roll() < risk);
    let counts = strata.entry(stratum);
    let arm = if is_held_out { &mut counts.held_out } else { &mut counts.told };
    arm.add(&ArmCounts { units: 1, again, ..ArmCounts::default() });
}

/// The verdicts of one run that is looked at daily, until so many units were counted.
pub(crate) fn verdicts(agents: &Agents, units: u64, seed: u64) -> Vec<Judged> {
    let mut dice = Dice(seed);
    let mut strata = Strata::default();
    let mut judged: Vec<Judged> = Vec::new();
    for day in 0..units / agents.a_day {
        for _ in 0..agents.a_day {
            unit(&mut strata, "", agents, day, &mut dice);
        }
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

/// What learning made of one rule.
#[derive(Default)]
pub(crate) struct Run {
    /// Units until it was muted first.
    pub(crate) muted_after: Option<u64>,
    /// Units from the change of the agents until it was not muted any more.
    pub(crate) back_after: Option<u64>,
    /// It is muted in the end.
    pub(crate) is_muted: bool,
    /// The decision that it helps was made.
    pub(crate) helps: bool,
    /// Units that were told, in all.
    pub(crate) told: u64,
}

/// One rule over so many units, decided daily. After `change.0` units the agents have the effect
/// `change.1`.
pub(crate) fn learn(agents: &Agents, units: u64, change: (u64, f64), seed: u64) -> Run {
    let mut dice = Dice(seed);
    let mut run = Run::default();
    let mut now = *agents;
    let settings = (agents.share * 1e6).round() as u32;
    let mut strata = Strata::default();
    let mut judged: Option<Judged> = None;
    let mut decided: Option<Decided> = None;
    for day in 0..units / agents.a_day {
        let before = day * agents.a_day;
        if before == change.0 {
            now.effect = change.1;
        }
        let decision = decided.map_or(Decision::Speaks, |decided| decided.decision);
        now.share = f64::from(decision.share_ppm(settings)) / 1e6;
        for _ in 0..agents.a_day {
            unit(&mut strata, "", &now, day, &mut dice);
        }
        judged = verdict::judge(judged.as_ref(), strata.counts());
        let oldest = Stratum::period_of((day + 1).saturating_sub(SIGHT_DAYS));
        let in_sight = strata.iter().filter(|(key, _)| key.period >= oldest).map(|(_, c)| c);
        let verdict = judged.map(|judged| judged.verdict);
        decided = learning::decide(decided.as_ref(), verdict, day, in_sight);
        let decision = decided.map_or(Decision::Speaks, |decided| decided.decision);
        run.is_muted = decision == Decision::Muted;
        run.helps |= decision == Decision::Helps;
        let after = before + agents.a_day;
        if run.is_muted {
            run.muted_after.get_or_insert(after);
            run.back_after = None;
        } else if after > change.0 {
            run.back_after.get_or_insert(after - change.0);
        }
    }
    run.told = strata.counts().map(|counts| counts.told.units).sum();
    run
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
