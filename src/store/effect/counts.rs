//! What became of the units of one stratum, told and held out.

use serde::{Deserialize, Serialize};

use super::moments::Moments;

/// Units that were told, or units that were held out. Numbers that are 0 are left out of the JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArmCounts {
    /// Number of units, open ones included.
    #[serde(skip_serializing_if = "is_zero")]
    pub units: u64,
    /// Units in which the bad form came again within the window.
    #[serde(skip_serializing_if = "is_zero")]
    pub again: u64,
    /// Units in which the better form came within the window, before the bad form.
    #[serde(skip_serializing_if = "is_zero")]
    pub followed: u64,
    /// Units whose window is not over. They count as what they are so far.
    #[serde(skip_serializing_if = "is_zero")]
    pub open: u64,
    /// What the units cost.
    #[serde(skip_serializing_if = "Cost::is_empty")]
    pub cost: Cost,
}

/// What the units of an arm cost: one value a unit, zero where there was nothing. Tokens include
/// what is read again from the cache in later turns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cost {
    /// Tokens of the advice. Units that were held out have zeros.
    #[serde(skip_serializing_if = "Moments::is_empty")]
    pub spent: Moments,
    /// Tokens of the results of calls in the rule's bad or better form.
    #[serde(skip_serializing_if = "Moments::is_empty")]
    pub tokens: Moments,
    /// Both of these, added by unit. Its interval needs the squares of the sums, which the two
    /// alone do not have.
    #[serde(skip_serializing_if = "Moments::is_empty")]
    pub total: Moments,
    /// Duration of those calls, ms.
    #[serde(skip_serializing_if = "Moments::is_empty")]
    pub ms: Moments,
}

impl Cost {
    /// Adds one unit: tokens of its advice, tokens of its calls, and duration of its calls in ms.
    pub fn add_unit(&mut self, spent: f64, tokens: f64, ms: f64) {
        self.spent.add_value(spent);
        self.tokens.add_value(tokens);
        self.total.add_value(spent + tokens);
        self.ms.add_value(ms);
    }

    /// Adds the units of another count.
    pub fn add(&mut self, other: &Self) {
        self.spent.add(&other.spent);
        self.tokens.add(&other.tokens);
        self.total.add(&other.total);
        self.ms.add(&other.ms);
    }

    fn is_empty(&self) -> bool {
        [&self.spent, &self.tokens, &self.total, &self.ms].into_iter().all(Moments::is_empty)
    }
}

impl ArmCounts {
    /// Adds the units of another count.
    pub fn add(&mut self, other: &Self) {
        self.units = self.units.saturating_add(other.units);
        self.again = self.again.saturating_add(other.again);
        self.followed = self.followed.saturating_add(other.followed);
        self.open = self.open.saturating_add(other.open);
        self.cost.add(&other.cost);
    }

    /// The share of units in which the bad form came again, from 0 to 1.
    pub fn risk(&self) -> Option<f64> {
        (self.units > 0).then(|| self.again.min(self.units) as f64 / self.units as f64)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Both arms of one stratum.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Units whose agent read the advice.
    #[serde(skip_serializing_if = "ArmCounts::is_empty")]
    pub told: ArmCounts,
    /// Units whose agent would have read it, except for the hold-out.
    #[serde(skip_serializing_if = "ArmCounts::is_empty")]
    pub held_out: ArmCounts,
}

impl Counts {
    /// Adds the units of another count, arm by arm.
    pub fn add(&mut self, other: &Self) {
        self.told.add(&other.told);
        self.held_out.add(&other.held_out);
    }

    /// Whether both arms have units. If one has none, there is nothing to compare.
    pub fn is_comparable(&self) -> bool {
        self.told.units > 0 && self.held_out.units > 0
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_left_out_and_read_back() {
        let told = ArmCounts { units: 3, again: 1, ..ArmCounts::default() };
        let counts = Counts { told, ..Counts::default() };
        let json = serde_json::to_string(&counts).unwrap();
        assert_eq!(json, r#"{"told":{"units":3,"again":1}}"#);
        assert_eq!(serde_json::from_str::<Counts>(&json).unwrap(), counts);
    }

    #[test]
    fn adding_is_the_same_in_any_order() {
        let mut one =
            ArmCounts { units: 3, again: 1, followed: 2, open: 1, ..ArmCounts::default() };
        one.cost.add_unit(38.0, 1000.0, 20.0);
        let mut two = ArmCounts { units: 5, again: 4, ..ArmCounts::default() };
        two.cost.add_unit(40.0, 0.0, 0.0);
        let sum = |first: &ArmCounts, second: &ArmCounts| {
            let mut sum = first.clone();
            sum.add(second);
            sum
        };
        assert_eq!(sum(&one, &two), sum(&two, &one));
        assert_eq!(sum(&one, &two).units, 8);
        assert_eq!(sum(&one, &two).cost.total.mean(), Some(539.0));
    }
}
