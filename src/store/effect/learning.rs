//! Which rules learning mutes, by their effect instead of by how often they seem to be followed.
//!
//! The effect of a rule is its risk held out minus its risk told, in percentage points: how many of
//! 100 sessions do not do it again because they were told. A muted rule is still told to a few
//! sessions, so that its effect is known if agents change.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::interval::{self, Interval};
use super::normal;
use super::verdict::{self, Verdict};

/// What is expected of a rule before there is evidence: mean and standard deviation, points.
pub const PRIOR: Belief = Belief { mean: 10.0, deviation: 20.0 };

/// The effect that is worth a line, points.
pub const WORTH: f64 = 10.0;

/// A rule is muted if the chance that it is worth its line is below this.
pub const MUTED_BELOW: f64 = 0.05;

/// A muted rule returns if that chance is above this. The gap keeps a rule from going to and fro.
pub const RETURNS_ABOVE: f64 = 0.20;

/// The share of units that are held out while a rule is muted.
pub const MUTED_SHARE: f64 = 0.95;

/// The share of units that are held out once a rule helps: enough to see it end.
pub const HELPS_SHARE: f64 = 0.05;

/// How far learning looks back, days. After as many days none of the units that decided are in
/// sight, and the looks begin again.
pub const SIGHT_DAYS: u64 = 180;

/// What is believed about an effect: a normal distribution, points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
}

impl Belief {
    /// The belief after an estimate with its variance, points and points squared. An estimate that
    /// is not a number, or has no variance, changes nothing.
    #[must_use]
    pub fn after(self, estimate: f64, variance: f64) -> Self {
        let is_evidence = estimate.is_finite() && variance.is_finite() && variance > 0.0;
        if !is_evidence {
            return self;
        }
        let before = 1.0 / (self.deviation * self.deviation);
        let precision = before + 1.0 / variance;
        Self {
            mean: (self.mean * before + estimate / variance) / precision,
            deviation: precision.sqrt().recip(),
        }
    }

    /// The belief about an effect, from [`PRIOR`] and the interval of the difference of risks, told
    /// minus held out. The standard error is taken from the width of the interval, which unlike an
    /// estimated variance is never 0.
    pub fn of_effect(interval: &Interval) -> Self {
        let error = 100.0 * (interval.high - interval.low) / (2.0 * interval::Z);
        PRIOR.after(-100.0 * interval.difference, error * error)
    }

    fn rounded(self) -> Self {
        Self { mean: rounded(self.mean), deviation: rounded(self.deviation) }
    }

    /// The chance that the effect is at least so many points.
    pub fn chance_of_at_least(&self, points: f64) -> f64 {
        normal::cumulative((self.mean - points) / self.deviation)
    }
}

/// What learning does with a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The rule speaks, and the share of the settings is held out.
    #[default]
    Speaks,
    /// The rule speaks and helps: fewer are held out.
    Helps,
    /// The rule is muted: nearly all are held out.
    Muted,
}

impl Decision {
    /// The share of units to hold out, from 0 to 1. `settings` is that of the settings; if it is 0,
    /// nothing is held out and so nothing is muted.
    pub fn share(self, settings: f64) -> f64 {
        match self {
            _ if settings <= 0.0 => 0.0,
            Self::Speaks => settings,
            Self::Helps => settings.min(HELPS_SHARE),
            Self::Muted => settings.max(MUTED_SHARE),
        }
    }
}

/// A decision, with the look at which it was made and what it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The look, one of [`verdict::LOOKS`].
    pub look: u64,
    /// The day, in days since 1970-01-01 UTC.
    pub day: u64,
    /// The decision. It stays until the next look.
    pub decision: Decision,
    /// What is believed about the effect, points.
    pub effect: Belief,
    /// The chance that the effect is at least [`WORTH`].
    pub chance: f64,
}

/// What is done, and why, as it follows "the rule is".
impl fmt::Display for Decided {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.decision {
            Decision::Speaks => {
                f.write_str("withheld in the share of sessions that the settings name")
            }
            Decision::Helps => {
                let share = HELPS_SHARE * 100.0;
                write!(f, "withheld in at most {share:.0} % of sessions, because advice helps")
            }
            Decision::Muted => {
                // An effect of nothing either way and what is worse are different news.
                let changed = if self.effect.mean < -100.0 * verdict::NOTHING {
                    "made it worse"
                } else {
                    "changed nothing or little"
                };
                let share = MUTED_SHARE * 100.0;
                write!(f, "muted in {share:.0} % of sessions, because advice {changed} ")?;
                let percent = self.chance * 100.0;
                let chance =
                    if percent < 0.5 { "under 1".to_owned() } else { format!("{percent:.0}") };
                write!(f, "(chance of an effect of {WORTH} points: {chance} %)")
            }
        }
    }
}

/// Decides about a rule by the closed units of its last [`SIGHT_DAYS`] days, on a `day` in days
/// since 1970-01-01 UTC. `verdict` is that of [`verdict::judge`].
///
/// Returns the previous decision until the next look is reached, and `None` before the first. A
/// rule that helps by too little to be worth its line is muted.
pub fn decide<'a>(
    previous: Option<&Decided>,
    verdict: Option<Verdict>,
    day: u64,
    strata: impl Iterator<Item = &'a Counts> + Clone,
) -> Option<Decided> {
    let last = previous.filter(|decided| day.saturating_sub(decided.day) < SIGHT_DAYS);
    let last_look = last.map_or(0, |decided| decided.look);
    let look = verdict::reached(verdict::smaller_arm(strata.clone()));
    let due = look.filter(|look| *look > last_look);
    let Some((look, interval)) = due.zip(due.and_then(|_| interval::of_risks(strata))) else {
        return previous.copied();
    };
    let effect = Belief::of_effect(&interval);
    let chance = effect.chance_of_at_least(WORTH);
    let was_muted = previous.is_some_and(|decided| decided.decision == Decision::Muted);
    let limit = if was_muted { RETURNS_ABOVE } else { MUTED_BELOW };
    let decision = if chance < limit {
        Decision::Muted
    } else if verdict == Some(Verdict::Helps) {
        Decision::Helps
    } else {
        Decision::Speaks
    };
    Some(Decided { look, day, decision, effect: effect.rounded(), chance: rounded(chance) })
}

/// A number with four digits after the point, which is precise enough to be shown.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::effect::counts::ArmCounts;

    fn counts(told: (u64, u64), held_out: (u64, u64)) -> Counts {
        let arm = |(again, units)| ArmCounts { again, units, ..ArmCounts::default() };
        Counts { told: arm(told), held_out: arm(held_out) }
    }

    #[test]
    fn evidence_as_strong_as_the_prior_moves_the_belief_half_way() {
        let belief = PRIOR.after(30.0, 400.0);
        assert!((belief.mean - 20.0).abs() < 1e-12, "{belief:?}");
        assert!((belief.deviation - 200.0_f64.sqrt()).abs() < 1e-12, "{belief:?}");
        assert!((PRIOR.chance_of_at_least(10.0) - 0.5).abs() < 1e-7);
        assert!(
            (belief.chance_of_at_least(20.0 + 1.644_853_6 * belief.deviation) - 0.05).abs() < 1e-6
        );
        for (estimate, variance) in [(f64::NAN, 1.0), (5.0, 0.0), (5.0, f64::INFINITY)] {
            assert_eq!(PRIOR.after(estimate, variance), PRIOR);
        }
    }

    #[test]
    fn a_rule_without_an_effect_is_muted_and_returns_when_it_has_one() {
        let none = [counts((320, 640), (80, 160))];
        let muted = decide(None, None, 100, none.iter()).unwrap();
        assert_eq!((muted.look, muted.decision), (160, Decision::Muted));
        let much = [counts((10, 40), (400, 800))];
        let still = decide(Some(&muted), None, 100 + SIGHT_DAYS - 1, much.iter()).unwrap();
        assert_eq!(still, muted, "no look is due");
        let back = decide(Some(&muted), None, 100 + SIGHT_DAYS, much.iter()).unwrap();
        assert_eq!((back.look, back.decision), (40, Decision::Speaks));
    }

    #[test]
    fn a_muted_rule_needs_a_better_chance_than_one_that_speaks() {
        // A chance of 11 %.
        let middling = [counts((96, 240), (25, 60))];
        let speaks = decide(None, None, 0, middling.iter()).unwrap();
        assert!(speaks.chance > MUTED_BELOW && speaks.chance < RETURNS_ABOVE, "{speaks:?}");
        assert_eq!(speaks.decision, Decision::Speaks);
        let muted = Decided { look: 20, decision: Decision::Muted, ..speaks };
        let still = decide(Some(&muted), None, 0, middling.iter()).unwrap();
        assert_eq!(still.decision, Decision::Muted);
    }

    #[test]
    fn nothing_is_decided_before_the_first_look() {
        assert_eq!(decide(None, None, 0, [counts((50, 100), (9, 19))].iter()), None);
        assert_eq!(decide(None, None, 0, [].iter()), None);
    }

    #[test]
    fn a_rule_that_helps_is_held_out_seldom() {
        let strata = [counts((10, 80), (15, 20))];
        let decided = decide(None, Some(Verdict::Helps), 0, strata.iter()).unwrap();
        assert_eq!(decided.decision, Decision::Helps);
        let shares = |settings| {
            [Decision::Speaks, Decision::Helps, Decision::Muted]
                .map(|decision| decision.share(settings))
        };
        assert_eq!(shares(0.2), [0.2, 0.05, 0.95]);
        assert_eq!(shares(0.01), [0.01, 0.01, 0.95]);
        assert_eq!(shares(0.0), [0.0; 3], "without a hold-out nothing is muted");
    }

    #[test]
    fn it_says_in_words_what_is_done_and_why() {
        let effect = Belief { mean: 1.2, deviation: 4.0 };
        let decided = |decision, mean, chance| {
            let effect = Belief { mean, ..effect };
            Decided { look: 80, day: 1, decision, effect, chance }.to_string()
        };
        assert_eq!(
            decided(Decision::Muted, 1.2, 0.0312),
            "muted in 95 % of sessions, because advice changed nothing or little (chance of an effect of 10 points: 3 %)"
        );
        assert_eq!(
            decided(Decision::Muted, -12.0, 0.0),
            "muted in 95 % of sessions, because advice made it worse (chance of an effect of 10 points: under 1 %)"
        );
        assert_eq!(
            decided(Decision::Helps, 30.0, 1.0),
            "withheld in at most 5 % of sessions, because advice helps"
        );
    }
}
