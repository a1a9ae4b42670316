//! Number, sum and sum of squares of a measure, which merge over machines.

use serde::{Deserialize, Serialize};

/// Enough of a series of values for its mean and variance. In the unit of the values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Moments {
    /// How many values.
    #[serde(skip_serializing_if = "is_none")]
    pub n: u64,
    /// Their sum.
    #[serde(skip_serializing_if = "is_nothing")]
    pub sum: f64,
    /// The sum of their squares.
    #[serde(skip_serializing_if = "is_nothing")]
    pub squares: f64,
}

impl Moments {
    /// Adds one value. One that is not finite is left out: a sum would never recover from it.
    pub fn add_value(&mut self, value: f64) {
        if value.is_finite() {
            self.add(&Self { n: 1, sum: value, squares: value * value });
        }
    }

    /// Adds the values of another series.
    pub fn add(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// The mean of the values.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / self.n as f64)
    }

    /// The variance of the values, with n - 1 as its divisor. At least two values are needed.
    pub fn variance(&self) -> Option<f64> {
        let n = self.n as f64;
        // Rounding may leave less than nothing where all values are alike.
        (self.n > 1).then(|| ((self.squares - self.sum * self.sum / n) / (n - 1.0)).max(0.0))
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_none(n: &u64) -> bool {
    *n == 0
}

fn is_nothing(sum: &f64) -> bool {
    *sum == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_variance_are_those_of_the_values() {
        let mut moments = Moments::default();
        assert_eq!((moments.mean(), moments.variance()), (None, None));
        for value in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0, f64::NAN, f64::INFINITY] {
            moments.add_value(value);
        }
        assert_eq!(moments.n, 8);
        assert_eq!(moments.mean(), Some(5.0));
        assert!((moments.variance().unwrap() - 32.0 / 7.0).abs() < 1e-12);
    }
}
