//! Counts by stratum: what else, apart from being told, differs between sessions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use crate::store::line::Arm;

/// Days of a period. Habits, models and shares change with time, so only units of about the same
/// time are compared.
pub const PERIOD_DAYS: u64 = 30;

/// What the units of a stratum have in common.
///
/// The share is a part of it: where clients or times have different base rates and different
/// shares, a comparison over all of them shows an effect that is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stratum {
    /// The rule.
    pub rule: String,
    /// The client.
    pub client: String,
    /// The share of units that were held out, in millionths.
    pub share_ppm: u32,
    /// The time, in periods of [`PERIOD_DAYS`] since 1970-01-01 UTC.
    pub period: u64,
    /// The arm that the sessions have of the rule's lesson; `None` if it was not due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<Arm>,
}

impl Stratum {
    /// The period of a day, in days since 1970-01-01 UTC.
    pub fn period_of(day: u64) -> u64 {
        day / PERIOD_DAYS
    }
}

/// Counts of any number of strata. Their JSON is a list of flat objects.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Row>", into = "Vec<Row>")]
pub struct Strata(BTreeMap<Stratum, Counts>);

#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(flatten)]
    stratum: Stratum,
    #[serde(flatten)]
    counts: Counts,
}

impl Strata {
    /// Adds counts to a stratum.
    pub fn add(&mut self, stratum: Stratum, counts: &Counts) {
        self.0.entry(stratum).or_default().add(counts);
    }

    /// The counts of a stratum, to be added to.
    pub fn entry(&mut self, stratum: Stratum) -> &mut Counts {
        self.0.entry(stratum).or_default()
    }

    /// Adds the counts of other strata, for instance those of another machine.
    pub fn merge(&mut self, other: &Self) {
        for (stratum, counts) in &other.0 {
            self.add(stratum.clone(), counts);
        }
    }

    /// Every stratum with its counts, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Stratum, &Counts)> + Clone {
        self.0.iter()
    }

    /// The counts of all strata: the rules pooled, each compared only with itself.
    pub fn counts(&self) -> impl Iterator<Item = &Counts> + Clone {
        self.0.values()
    }

    /// The counts of one rule's strata.
    pub fn of_rule(&self, rule: &str) -> impl Iterator<Item = &Counts> + Clone {
        let first = Stratum { rule: rule.to_owned(), ..Stratum::default() };
        self.0
            .range(first..)
            .take_while(move |(stratum, _)| stratum.rule == rule)
            .map(|(_, counts)| counts)
    }
}

impl From<Vec<Row>> for Strata {
    fn from(rows: Vec<Row>) -> Self {
        let mut strata = Self::default();
        for row in rows {
            strata.add(row.stratum, &row.counts);
        }
        strata
    }
}

impl From<Strata> for Vec<Row> {
    fn from(strata: Strata) -> Self {
        strata.0.into_iter().map(|(stratum, counts)| Row { stratum, counts }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::effect::counts::ArmCounts;

    fn stratum(rule: &str, client: &str) -> Stratum {
        Stratum {
            rule: rule.into(),
            client: client.into(),
            share_ppm: 200_000,
            period: 692,
            lesson: None,
        }
    }

    fn told(units: u64) -> Counts {
        Counts { told: ArmCounts { units, ..ArmCounts::default() }, ..Counts::default() }
    }

    #[test]
    fn strata_of_two_machines_merge() {
        let mut here = Strata::default();
        here.add(stratum("a", "claude"), &told(3));
        let mut there = Strata::default();
        there.entry(stratum("a", "claude")).add(&told(4));
        there.add(stratum("b", "codex"), &told(5));
        here.merge(&there);
        let units: Vec<u64> = here.counts().map(|counts| counts.told.units).collect();
        assert_eq!(units, [7, 5]);
    }

    #[test]
    fn a_rule_has_its_own_strata_only() {
        let mut strata = Strata::default();
        for (n, (rule, client)) in
            [("a", "x"), ("b", "x"), ("b", "y"), ("bb", "x")].into_iter().enumerate()
        {
            strata.add(stratum(rule, client), &told(n as u64 + 1));
        }
        let of = |rule| strata.of_rule(rule).map(|counts| counts.told.units).collect::<Vec<_>>();
        assert_eq!(of("b"), [2, 3]);
        assert!(of("c").is_empty());
    }

    #[test]
    fn sessions_with_another_arm_of_the_lesson_are_another_stratum() {
        let mut strata = Strata::default();
        strata.add(stratum("a", "claude"), &told(3));
        strata.add(Stratum { lesson: Some(Arm::HeldOut), ..stratum("a", "claude") }, &told(4));
        assert_eq!(strata.of_rule("a").count(), 2);
        let json = serde_json::to_string(&strata).unwrap();
        assert!(json.contains(r#""period":692,"lesson":"held_out","told":{"units":4}"#), "{json}");
        assert_eq!(serde_json::from_str::<Strata>(&json).unwrap(), strata);
    }

    #[test]
    fn the_json_is_a_list_of_flat_objects() {
        let mut strata = Strata::default();
        strata.add(stratum("a", "claude"), &told(3));
        let json = serde_json::to_string(&strata).unwrap();
        assert_eq!(
            json,
            r#"[{"rule":"a","client":"claude","share_ppm":200000,"period":692,"told":{"units":3}}]"#
        );
        assert_eq!(serde_json::from_str::<Strata>(&json).unwrap(), strata);
    }
}
