//! The effect of advice, by rule and of all rules: what told agents did again, compared with agents
//! that were not told, and what both cost.

use std::collections::BTreeSet;

use serde::Serialize;

use super::statistics::Statistics;
use super::tally::DAY_MS;
use crate::base::calendar::Utc;
use crate::store::effect::{ArmCounts, Counts, Interval, NetCost, Verdict, interval};

/// The effect of one rule, or of all of them.
#[derive(Debug, Serialize)]
pub(super) struct EffectLine {
    /// The rule; `None` for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
    pub(super) told: ArmLine,
    pub(super) held_out: ArmLine,
    /// Risk of "again", told minus held out, from -1 to 1, with the ends of its interval.
    pub(super) again_difference: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    /// The verdict of the last look.
    pub(super) verdict: Verdict,
    pub(super) cost: CostLine,
}

/// The units of one arm.
#[derive(Debug, Default, Serialize)]
pub(super) struct ArmLine {
    pub(super) units: u64,
    pub(super) again: u64,
    pub(super) followed: u64,
    pub(super) open: u64,
}

/// What the units cost. A gain is above 0 if a told unit cost less; it is unknown while units are
/// few.
#[derive(Debug, Serialize)]
pub(super) struct CostLine {
    /// Tokens of the lines of all told units.
    pub(super) spent_tokens: f64,
    /// The same of one unit; `None` if there is none.
    pub(super) spent_tokens_mean: Option<f64>,
    /// Tokens of results a unit.
    pub(super) gained_tokens: Option<Gain>,
    /// The same less what the lines spent.
    pub(super) net_tokens: Option<Gain>,
    /// Duration of calls a unit, ms.
    pub(super) gained_ms: Option<Gain>,
}

/// A mean difference with the ends of its interval.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Gain {
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The effect of all rules, each compared with itself only.
#[derive(Debug, Serialize)]
pub(super) struct PooledEffect {
    #[serde(flatten)]
    pub(super) line: EffectLine,
    /// Days of the first and the last unit, in UTC.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// The shares of sessions that were held out, from 0 to 1.
    pub(super) shares: Vec<f64>,
    /// How many rules have had their first look.
    pub(super) judged: u64,
}

impl PooledEffect {
    /// The effect of all rules.
    pub(super) fn of(stats: &Statistics) -> Self {
        let strata = &stats.tally.effect;
        let shares: BTreeSet<u32> = strata.iter().map(|(stratum, _)| stratum.share_ppm).collect();
        let is_judged = |rule: &&str| stats.learned.judged(Some(*rule)).is_some();
        let date = |day: u64| Utc(day * DAY_MS).date();
        Self {
            line: EffectLine::of(stats, None, strata.counts()),
            from: stats.tally.unit_days.map(|(first, _)| date(first)),
            to: stats.tally.unit_days.map(|(_, last)| date(last)),
            shares: shares.into_iter().map(|ppm| f64::from(ppm) / 1e6).collect(),
            judged: rules(stats).into_iter().filter(is_judged).count() as u64,
        }
    }
}

/// The rules with units, by name.
fn rules(stats: &Statistics) -> BTreeSet<&str> {
    stats.tally.effect.iter().map(|(stratum, _)| stratum.rule.as_str()).collect()
}

impl ArmLine {
    fn add(&mut self, arm: &ArmCounts) {
        self.units += arm.units;
        self.again += arm.again;
        self.followed += arm.followed;
        self.open += arm.open;
    }
}

/// Rounded to a tenth, and never to -0.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0 + 0.0
}

impl Gain {
    fn of(interval: Interval) -> Self {
        let Interval { difference, low, high } = interval;
        Self { mean: tenths(difference), low: tenths(low), high: tenths(high) }
    }
}

impl CostLine {
    fn of(cost: &NetCost) -> Self {
        Self {
            spent_tokens: tenths(cost.spent.sum),
            spent_tokens_mean: cost.spent.mean().map(tenths),
            gained_tokens: cost.gained_tokens.map(Gain::of),
            net_tokens: cost.net_tokens.map(Gain::of),
            gained_ms: cost.gained_ms.map(Gain::of),
        }
    }
}

impl EffectLine {
    /// The effect of each rule that has units, those with the most first.
    pub(super) fn by_rule(stats: &Statistics) -> Vec<Self> {
        let strata = &stats.tally.effect;
        let mut lines: Vec<Self> = rules(stats)
            .into_iter()
            .map(|rule| Self::of(stats, Some(rule), strata.of_rule(rule)))
            .collect();
        // The sort is stable, so equal ones stay in the order of their names.
        lines.sort_by_key(|line| std::cmp::Reverse(line.units()));
        lines
    }

    /// The units of both arms.
    pub(super) fn units(&self) -> u64 {
        self.told.units + self.held_out.units
    }

    /// The rule's id; empty for all rules.
    pub(super) fn rule(&self) -> &str {
        self.rule.as_deref().unwrap_or_default()
    }

    fn of<'c>(
        stats: &Statistics,
        rule: Option<&str>,
        strata: impl Iterator<Item = &'c Counts> + Clone,
    ) -> Self {
        let (mut told, mut held_out) = (ArmLine::default(), ArmLine::default());
        for counts in strata.clone() {
            told.add(&counts.told);
            held_out.add(&counts.held_out);
        }
        let of = |end: fn(&Interval) -> f64, interval: &Option<Interval>| {
            interval.as_ref().map(|interval| (end(interval) * 10_000.0).round() / 10_000.0)
        };
        let interval = interval::of_risks(strata.clone());
        let judged = stats.learned.judged(rule);
        Self {
            rule: rule.map(str::to_owned),
            told,
            held_out,
            again_difference: of(|interval| interval.difference, &interval),
            low: of(|interval| interval.low, &interval),
            high: of(|interval| interval.high, &interval),
            verdict: judged.map_or(Verdict::TooFew, |judged| judged.verdict),
            cost: CostLine::of(&NetCost::of(strata)),
        }
    }
}
