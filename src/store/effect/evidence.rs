//! The units that a rule is judged by.

use std::collections::BTreeSet;

use super::counts::{ArmCounts, Counts};
use super::learning::SIGHT_DAYS;
use super::strata::{Strata, Stratum};
use crate::base::id::is_id;

/// The units of the whole store. Verdicts go by all of them, learning by those that are closed and
/// of the last [`SIGHT_DAYS`] days.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    all: Strata,
    in_sight: Strata,
}

impl Evidence {
    /// Adds units of a `day`, as they are known `today`, both in days since 1970-01-01 UTC. Those
    /// of a rule whose name is no id are left out.
    pub fn add(&mut self, stratum: Stratum, day: u64, today: u64, counts: &Counts) {
        if !is_id(&stratum.rule) {
            return;
        }
        if today.saturating_sub(day) < SIGHT_DAYS {
            let closed = Counts { told: closed(&counts.told), held_out: closed(&counts.held_out) };
            self.in_sight.add(stratum.clone(), &closed);
        }
        self.all.add(stratum, counts);
    }

    /// Adds the units of other ledgers.
    pub fn merge(&mut self, other: &Self) {
        self.all.merge(&other.all);
        self.in_sight.merge(&other.in_sight);
    }

    /// All rules that have units.
    pub fn rules(&self) -> BTreeSet<&str> {
        self.all.iter().map(|(stratum, _)| stratum.rule.as_str()).collect()
    }

    /// All units.
    pub fn all(&self) -> &Strata {
        &self.all
    }

    /// The closed units that learning looks at.
    pub fn in_sight(&self) -> &Strata {
        &self.in_sight
    }
}

/// The closed units of an arm, and what learning needs of them. No open unit did it again, since
/// that would have closed it.
fn closed(arm: &ArmCounts) -> ArmCounts {
    let units = arm.units.saturating_sub(arm.open);
    ArmCounts { units, again: arm.again.min(units), ..ArmCounts::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learning_sees_what_is_closed_and_not_too_old() {
        let told = ArmCounts { units: 9, again: 4, open: 2, ..ArmCounts::default() };
        let counts = Counts { told, ..Counts::default() };
        let stratum = |rule: &str| Stratum { rule: rule.to_owned(), ..Stratum::default() };
        let mut evidence = Evidence::default();
        evidence.add(stratum("new"), 101, 100 + SIGHT_DAYS, &counts);
        evidence.add(stratum("old"), 100, 100 + SIGHT_DAYS, &counts);
        evidence.add(stratum("\u{1b}[31m"), 101, 101, &counts);
        assert_eq!(evidence.rules(), BTreeSet::from(["new", "old"]));
        let units = |strata: &Strata, rule: &str| -> u64 {
            strata.of_rule(rule).map(|counts| counts.told.units).sum()
        };
        assert_eq!((units(evidence.all(), "new"), units(evidence.all(), "old")), (9, 9));
        assert_eq!((units(evidence.in_sight(), "new"), units(evidence.in_sight(), "old")), (7, 0));
    }
}
