//! Intervals of differences between the arms.

use serde::{Deserialize, Serialize};

use super::counts::{Arm, Counts};
use super::moments::Moments;
use super::normal;

/// Half the width of every interval, in standard errors.
///
/// A rule is looked at up to five times. With 1.96 about one rule in seven without any effect would
/// get a verdict at one of the looks; with 2.4 about one in twenty (Pocock 1977, Biometrika 64:191,
/// has 2.413 for five looks of equal steps).
pub const Z: f64 = 2.4;

/// An estimated difference, and the interval that it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The estimate.
    pub difference: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    fn around(difference: f64, margin: f64) -> Self {
        Self { difference, low: difference - margin, high: difference + margin }
    }
}

/// The difference of risks, told minus held out, from -1 to 1, with [`Z`] standard errors: below 0
/// where the bad form comes again less if told. Strata in which one arm is empty carry no weight;
/// `None` if no other is left.
pub fn of_risks<'a>(strata: impl Iterator<Item = &'a Counts> + Clone) -> Option<Interval> {
    let mut comparable = strata.clone().filter(|counts| counts.is_comparable());
    match (comparable.next(), comparable.next()) {
        (Some(only), None) => newcombe(&only.told, &only.held_out, Z),
        _ => mantel_haenszel(strata, Z),
    }
}

/// The difference of the risks of two arms, with the hybrid score interval.
///
/// Newcombe 1998, Statistics in Medicine 17:873, method 10. `None` if an arm is empty.
pub fn newcombe(told: &Arm, held_out: &Arm, z: f64) -> Option<Interval> {
    let (p, q) = (told.risk()?, held_out.risk()?);
    let (p_low, p_high) = wilson(p, told.units as f64, z);
    let (q_low, q_high) = wilson(q, held_out.units as f64, z);
    let difference = p - q;
    Some(Interval {
        difference,
        low: difference - (p - p_low).hypot(q_high - q),
        high: difference + (p_high - p).hypot(q - q_low),
    })
}

/// The score interval of a risk `p` of `n` units (Wilson 1927, JASA 22:209).
fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let square = z * z;
    let centre = p + square / (2.0 * n);
    let margin = z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    let divisor = 1.0 + square / n;
    (((centre - margin) / divisor).max(0.0), ((centre + margin) / divisor).min(1.0))
}

/// The difference of risks over all strata in which both arms have units.
///
/// The estimate is that of Mantel and Haenszel, its variance that of Sato 1989, Biometrics 45:1323,
/// which holds for few large strata and for many small ones.
pub fn mantel_haenszel<'a>(strata: impl Iterator<Item = &'a Counts>, z: f64) -> Option<Interval> {
    let (mut weight, mut difference, mut p, mut q) = (0.0, 0.0, 0.0, 0.0);
    for Counts { told, held_out } in strata.filter(|counts| counts.is_comparable()) {
        let (n, m) = (told.units as f64, held_out.units as f64);
        let (x, y) = (told.again as f64, held_out.again as f64);
        let both = n + m;
        weight += n * m / both;
        difference += (x * m - y * n) / both;
        p += (n * n * y - m * m * x + n * m * (m - n) / 2.0) / (both * both);
        q += (x * (m - y) + y * (n - x)) / (2.0 * both);
    }
    if weight == 0.0 {
        return None;
    }
    let difference = difference / weight;
    let variance = (difference * p + q).max(0.0) / (weight * weight);
    Some(Interval::around(difference, z * variance.sqrt()))
}

/// What one unit less costs: the mean of the held out minus that of the told, over all strata, in
/// the unit of the values. Above 0 where being told saves.
///
/// Each stratum has the weight of Mantel and Haenszel, so that strata of other shares do not
/// distort it. For one stratum this is the interval of Welch 1947, Biometrika 34:28. Strata with
/// fewer than two values in an arm carry no weight.
pub fn of_means<'a>(
    strata: impl Iterator<Item = (&'a Moments, &'a Moments)>,
    z: f64,
) -> Option<Interval> {
    let (mut weights, mut difference, mut variance, mut spread) = (0.0, 0.0, 0.0, 0.0);
    for (told, held_out) in strata {
        let (Some(told_variance), Some(held_variance)) = (told.variance(), held_out.variance())
        else {
            continue;
        };
        let (n, m) = (told.n as f64, held_out.n as f64);
        let weight = n * m / (n + m);
        weights += weight;
        difference += weight * (held_out.sum / m - told.sum / n);
        for (of_mean, n) in [(told_variance / n, n), (held_variance / m, m)] {
            let part = weight * weight * of_mean;
            variance += part;
            spread += part * part / (n - 1.0);
        }
    }
    if weights == 0.0 {
        return None;
    }
    let quantile = if spread > 0.0 { normal::student(z, variance * variance / spread) } else { z };
    Some(Interval::around(difference / weights, quantile * variance.sqrt() / weights))
}
