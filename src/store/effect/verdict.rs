//! Whether a rule changes what agents do, judged at a few looks only.

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::interval;

/// Units of the smaller arm at which a rule is judged. Each look doubles the evidence. Daily
/// looks would find an effect everywhere in the end; [`Z`](interval::Z) is made for five looks.
pub const LOOKS: [u64; 5] = [20, 40, 80, 160, 320];

/// A difference this small counts as none, whatever its sign; a share from 0 to 1.
pub const NOTHING: f64 = 0.05;

/// What the interval of the difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Agents that are told do it again less often: the interval is wholly below 0.
    Helps,
    /// Agents that are told do it again more often: the interval is wholly above 0.
    Hurts,
    /// The interval is within [`NOTHING`] of 0.
    #[serde(rename = "none")]
    NoEffect,
    /// Too few units to judge.
    TooFew,
}

/// A verdict, with the look at which it was made and what it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The look, one of [`LOOKS`].
    pub look: u64,
    /// The verdict. It stays until the next look.
    pub verdict: Verdict,
    /// The difference of risks at that look, told minus held out, from -1 to 1.
    pub difference: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
}

/// The last look that an arm of so many units has reached.
pub fn reached(min_units: u64) -> Option<u64> {
    LOOKS.into_iter().rev().find(|look| *look <= min_units)
}

/// The number of units in the smaller arm, of strata in which both arms have units.
pub fn smaller_arm<'a>(strata: impl Iterator<Item = &'a Counts>) -> u64 {
    let (told, held_out) = strata.filter(|counts| counts.is_comparable()).fold(
        (0_u64, 0_u64),
        |(told, held_out), counts| {
            (told.saturating_add(counts.told.units), held_out.saturating_add(counts.held_out.units))
        },
    );
    told.min(held_out)
}

/// Judges a rule, or all rules pooled, by its strata. Returns the previous verdict until the next
/// look is reached, and `None` before the first.
pub fn judge<'a>(
    previous: Option<&Judged>,
    strata: impl Iterator<Item = &'a Counts> + Clone,
) -> Option<Judged> {
    let last = previous.map_or(0, |judged| judged.look);
    match reached(smaller_arm(strata.clone())) {
        Some(look) if look > last => of_look(look, strata),
        _ => previous.copied(),
    }
}

fn of_look<'a>(look: u64, strata: impl Iterator<Item = &'a Counts> + Clone) -> Option<Judged> {
    let interval::Interval { difference, low, high } = interval::of_risks(strata)?;
    let verdict = if high < 0.0 {
        Verdict::Helps
    } else if low > 0.0 {
        Verdict::Hurts
    } else if -NOTHING <= low && high <= NOTHING {
        Verdict::NoEffect
    } else {
        Verdict::TooFew
    };
    Some(Judged { look, verdict, difference, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::effect::counts::ArmCounts;

    fn counts(told: (u64, u64), held_out: (u64, u64)) -> Counts {
        let arm = |(again, units)| ArmCounts { again, units, ..ArmCounts::default() };
        Counts { told: arm(told), held_out: arm(held_out) }
    }

    fn verdict(told: (u64, u64), held_out: (u64, u64)) -> Option<Verdict> {
        judge(None, [counts(told, held_out)].iter()).map(|judged| judged.verdict)
    }

    #[test]
    fn looks_double() {
        let at = [0, 19, 20, 39, 40, 100, 320, 5000].map(reached);
        let looks = [0, 0, 20, 20, 40, 80, 320, 320].map(|look| (look > 0).then_some(look));
        assert_eq!(at, looks);
    }

    #[test]
    fn a_verdict_says_which_way_it_goes() {
        assert_eq!(verdict((0, 19), (19, 19)), None);
        assert_eq!(verdict((10, 80), (15, 20)), Some(Verdict::Helps));
        assert_eq!(verdict((60, 80), (2, 20)), Some(Verdict::Hurts));
        assert_eq!(verdict((40, 80), (11, 20)), Some(Verdict::TooFew));
        assert_eq!(verdict((5, 400), (5, 400)), Some(Verdict::NoEffect));
    }

    #[test]
    fn a_verdict_stays_until_the_next_look() {
        let first = judge(None, [counts((10, 80), (15, 20))].iter()).unwrap();
        let more = [counts((80, 150), (20, 39))];
        assert_eq!(judge(Some(&first), more.iter()), Some(first));
        let next = [counts((80, 150), (20, 40))];
        let judged = judge(Some(&first), next.iter()).unwrap();
        assert_eq!((judged.look, judged.verdict), (40, Verdict::TooFew));
        assert_eq!(judge(Some(&judged), [].iter()), Some(judged), "counts that are gone");
    }

    #[test]
    fn strata_with_an_empty_arm_do_not_bring_a_look_nearer() {
        let strata = [counts((5, 100), (5, 19)), counts((0, 0), (50, 100))];
        assert_eq!(smaller_arm(strata.iter()), 19);
        assert_eq!(judge(None, strata.iter()), None);
    }

    #[test]
    fn a_verdict_is_read_back() {
        let judged = judge(None, [counts((10, 80), (15, 20))].iter()).unwrap();
        let json = serde_json::to_string(&judged).unwrap();
        assert!(json.starts_with(r#"{"look":20,"verdict":"helps","difference":-0.625,"#), "{json}");
        assert_eq!(serde_json::from_str::<Judged>(&json).unwrap(), judged);
        let words = [Verdict::Hurts, Verdict::NoEffect, Verdict::TooFew];
        assert_eq!(serde_json::to_string(&words).unwrap(), r#"["hurts","none","too-few"]"#);
    }
}
