//! The effect of advice, by rule and of all rules: what told agents did again, beside what agents did
//! that were not told.

use std::collections::BTreeSet;

use serde::Serialize;

use super::statistics::Statistics;
use crate::store::effect::{ArmCounts, Counts, Interval, Verdict, interval};

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
}

/// The units of one arm.
#[derive(Debug, Default, Serialize)]
pub(super) struct ArmLine {
    pub(super) units: u64,
    pub(super) again: u64,
    pub(super) followed: u64,
    pub(super) open: u64,
}

impl ArmLine {
    fn add(&mut self, arm: &ArmCounts) {
        self.units += arm.units;
        self.again += arm.again;
        self.followed += arm.followed;
        self.open += arm.open;
    }
}

impl EffectLine {
    /// The effect of all rules, each compared with itself only.
    pub(super) fn pooled(stats: &Statistics) -> Self {
        Self::of(stats, None, stats.tally.effect.counts())
    }

    /// The effect of each rule that has units, those with the most first.
    pub(super) fn by_rule(stats: &Statistics) -> Vec<Self> {
        let strata = &stats.tally.effect;
        let rules: BTreeSet<&str> =
            strata.iter().map(|(stratum, _)| stratum.rule.as_str()).collect();
        let mut lines: Vec<Self> = rules
            .into_iter()
            .map(|rule| Self::of(stats, Some(rule), strata.of_rule(rule)))
            .collect();
        // The sort is stable, so equal ones stay in the order of their names.
        lines.sort_by_key(|line| std::cmp::Reverse(line.told.units + line.held_out.units));
        lines
    }

    /// Whether anything was told or held out under a lot.
    pub(super) fn has_units(&self) -> bool {
        self.told.units + self.held_out.units > 0
    }

    /// The difference in points with its interval, and the verdict in words.
    pub(super) fn in_words(&self) -> String {
        let (Some(difference), Some(low), Some(high)) =
            (self.again_difference, self.low, self.high)
        else {
            return "not enough yet".to_owned();
        };
        let points = |share: f64| {
            let points = (share * 100.0).round();
            // Not "-0".
            if points == 0.0 { "0".to_owned() } else { format!("{points:+.0}") }
        };
        let verdict = match self.verdict {
            Verdict::Helps => "helps",
            Verdict::Hurts => "hurts",
            Verdict::NoEffect => "no effect",
            Verdict::TooFew => "not enough yet",
        };
        format!("{} ({} to {}): {verdict}", points(difference), points(low), points(high))
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
        let interval = interval::of_risks(strata);
        let judged = stats.learned.judged(rule);
        Self {
            rule: rule.map(str::to_owned),
            told,
            held_out,
            again_difference: of(|interval| interval.difference, &interval),
            low: of(|interval| interval.low, &interval),
            high: of(|interval| interval.high, &interval),
            verdict: judged.map_or(Verdict::TooFew, |judged| judged.verdict),
        }
    }
}
