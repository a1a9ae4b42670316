//! What the advice of a rule spent, and how much less its calls cost when it was told.

use super::counts::{ArmCounts, Cost, Counts};
use super::interval::{self, Interval, Z};
use super::moments::Moments;
use super::verdict::smaller_arm;

/// Units of the smaller arm from which on means are compared. A single unit may cost a hundred times
/// the median, so the mean of fewer says more about that unit than about the rule.
pub const COST_UNITS: u64 = 100;

/// The cost of one rule, or of all rules pooled. The means are of one unit; the intervals are told
/// against held out, and above 0 if a told session cost less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetCost {
    /// Tokens of the advice of all told units.
    pub spent: Moments,
    /// Tokens of the results of calls in the bad or better form: held out minus told. `None` below
    /// [`COST_UNITS`].
    pub gained_tokens: Option<Interval>,
    /// The same with the tokens of the advice, which only told units have.
    pub net_tokens: Option<Interval>,
    /// Duration of these calls: held out minus told, ms.
    pub gained_ms: Option<Interval>,
}

impl NetCost {
    /// The cost of these strata. Each stratum is compared with itself only.
    pub fn of<'a>(strata: impl Iterator<Item = &'a Counts> + Clone) -> Self {
        let mut spent = Moments::default();
        for counts in strata.clone() {
            spent.add(&counts.told.cost.spent);
        }
        let is_enough = smaller_arm(strata.clone()) >= COST_UNITS;
        let gained = |measure: fn(&Cost) -> &Moments| {
            let pair = move |counts: &'a Counts| {
                let of = |arm: &'a ArmCounts| measure(&arm.cost);
                (of(&counts.told), of(&counts.held_out))
            };
            if is_enough { interval::of_means(strata.clone().map(pair), Z) } else { None }
        };
        Self {
            spent,
            gained_tokens: gained(|cost| &cost.tokens),
            net_tokens: gained(|cost| &cost.total),
            gained_ms: gained(|cost| &cost.ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units that cost as much, of which every second costs one more of each and every other one
    /// less.
    fn arm(units: u64, spent: f64, tokens: f64, ms: f64) -> ArmCounts {
        let mut arm = ArmCounts { units, ..ArmCounts::default() };
        for n in 0..units {
            let more = if n % 2 == 0 { 1.0 } else { -1.0 };
            arm.cost.add_unit(spent + more, tokens + more, ms + more);
        }
        arm
    }

    fn counts(units: u64) -> Counts {
        Counts {
            told: arm(4 * units, 40.0, 1000.0, 300.0),
            held_out: arm(units, 0.0, 1500.0, 200.0),
        }
    }

    fn near(interval: Option<Interval>, difference: f64, margin: f64) {
        let Interval { difference: is, low, high } = interval.unwrap();
        assert!((is - difference).abs() < 1e-9, "{interval:?}");
        assert!(
            (high - is - margin).abs() < 1e-3 && (is - low - margin).abs() < 1e-3,
            "{low} {high}"
        );
    }

    #[test]
    fn below_a_hundred_units_only_what_was_spent_is_known() {
        let cost = NetCost::of([counts(99)].iter());
        assert_eq!(cost.spent.sum, 99.0 * 4.0 * 40.0);
        assert_eq!((cost.gained_tokens, cost.net_tokens, cost.gained_ms), (None, None, None));
    }

    /// The variance of 400 values that are 1 or -1 is 400 / 399, of 100 values 100 / 99; the standard
    /// error sqrt(1 / 399 + 1 / 99) = 0.112282, with 151.90 degrees of freedom, at which t has
    /// 2.42699 where the normal distribution has 2.4. Twice that for the sums, which vary by 2.
    #[test]
    fn from_a_hundred_units_on_means_are_compared() {
        let cost = NetCost::of([counts(100)].iter());
        near(cost.gained_tokens, 500.0, 0.272_51);
        near(cost.net_tokens, 460.0, 0.545_01);
        near(cost.gained_ms, -100.0, 0.272_51);
    }

    #[test]
    fn what_a_rule_costs_is_negative() {
        let told = arm(400, 40.0, 1500.0, 0.0);
        let nothing = Counts { told, held_out: arm(100, 0.0, 1500.0, 0.0) };
        let net = NetCost::of([nothing].iter()).net_tokens.unwrap();
        assert!((net.difference + 40.0).abs() < 1e-9 && net.high < 0.0, "{net:?}");
    }

    /// Sessions of one client cost ten times those of the other, and are held out less often. Pooled
    /// without strata, being told would seem to cost 5,078 tokens.
    #[test]
    fn clients_with_other_costs_and_shares_do_not_make_a_gain() {
        let costly =
            Counts { told: arm(950, 0.0, 10_000.0, 0.0), held_out: arm(50, 0.0, 10_000.0, 0.0) };
        let cheap =
            Counts { told: arm(500, 0.0, 1000.0, 0.0), held_out: arm(500, 0.0, 1000.0, 0.0) };
        let gained = NetCost::of([costly, cheap].iter()).gained_tokens.unwrap();
        assert!(
            gained.difference.abs() < 1e-6 && gained.low < 0.0 && gained.high > 0.0,
            "{gained:?}"
        );
    }
}
