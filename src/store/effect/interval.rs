//! Intervals of differences between the arms.

use serde::{Deserialize, Serialize};

use super::counts::{ArmCounts, Counts};
use super::moments::Moments;
use super::normal;

/// Half the width of every interval, in standard errors.
///
/// A rule is looked at up to five times. With 1.96 about one rule in seven without any effect would
/// get a verdict at one of the looks; with 2.4 about one in twenty (Pocock 1977, Biometrika 64:191,
/// has 2.413 for five looks of equal steps).
pub const Z: f64 = 2.4;

/// An estimated difference with its interval.
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
/// where the bad form comes again less if told. Strata in which one arm is empty have no weight;
/// `None` if no other is left.
///
/// One stratum has the interval of Newcombe. Several have the wider of [`mantel_haenszel`] and
/// [`standardised`] at each end: Sato's variance is too small at the first looks, and 0 where all
/// units of the arms went alike.
pub fn of_risks<'a>(strata: impl Iterator<Item = &'a Counts> + Clone) -> Option<Interval> {
    let score = standardised(strata.clone(), Z)?;
    if strata.clone().filter(|counts| counts.is_comparable()).nth(1).is_none() {
        return Some(score);
    }
    let sato = mantel_haenszel(strata, Z)?;
    Some(Interval { low: score.low.min(sato.low), high: score.high.max(sato.high), ..sato })
}

/// The difference of the risks of two arms, with the hybrid score interval.
///
/// Newcombe 1998, Statistics in Medicine 17:873, method 10. `None` if an arm is empty.
pub fn newcombe(told: &ArmCounts, held_out: &ArmCounts, z: f64) -> Option<Interval> {
    let (p, q) = (told.risk()?, held_out.risk()?);
    Some(hybrid((p, told.units as f64), (q, held_out.units as f64), z))
}

/// Newcombe's interval of two risks, each with the number of units behind it.
fn hybrid((p, n): (f64, f64), (q, m): (f64, f64), z: f64) -> Interval {
    let (p_low, p_high) = wilson(p, n, z);
    let (q_low, q_high) = wilson(q, m, z);
    let difference = p - q;
    Interval {
        difference,
        low: difference - (p - p_low).hypot(q_high - q),
        high: difference + (p_high - p).hypot(q - q_low),
    }
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

/// Newcombe's interval for the difference of Mantel and Haenszel: both arms are brought to the same
/// mix of strata, and count as many units as have the same variance in a single stratum.
///
/// For one stratum this is [`newcombe`]. The weights and sizes are those of a directly standardised
/// rate; Yan and Su 2010, Statistics in Biopharmaceutical Research 2(3), stratify Newcombe's
/// interval likewise. It is too wide where base rates differ much.
pub fn standardised<'a>(strata: impl Iterator<Item = &'a Counts>, z: f64) -> Option<Interval> {
    let mut weights = 0.0;
    // Of each arm the weighted risks, and the weighted variances without p (1 - p).
    let (mut told_sum, mut told_spread, mut held_sum, mut held_spread) = (0.0, 0.0, 0.0, 0.0);
    for Counts { told, held_out } in strata {
        let (Some(p), Some(q)) = (told.risk(), held_out.risk()) else { continue };
        let (n, m) = (told.units as f64, held_out.units as f64);
        let weight = n * m / (n + m);
        weights += weight;
        told_sum += weight * p;
        told_spread += weight * weight / n;
        held_sum += weight * q;
        held_spread += weight * weight / m;
    }
    let square = weights * weights;
    (weights > 0.0).then(|| {
        // Rounding must not leave a risk above 1.
        let told = ((told_sum / weights).min(1.0), square / told_spread);
        hybrid(told, ((held_sum / weights).min(1.0), square / held_spread), z)
    })
}

/// What one unit less costs: the mean of the held out minus that of the told, over all strata, in
/// the unit of the values. Above 0 if advice saves.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(again: u64, units: u64) -> ArmCounts {
        ArmCounts { units, again, ..ArmCounts::default() }
    }

    fn counts(told: (u64, u64), held_out: (u64, u64)) -> Counts {
        Counts { told: arm(told.0, told.1), held_out: arm(held_out.0, held_out.1) }
    }

    fn assert_is(interval: Option<Interval>, wanted: [f64; 3]) {
        let Interval { difference, low, high } = interval.unwrap();
        for (is, wanted) in [difference, low, high].into_iter().zip(wanted) {
            assert!((is - wanted).abs() < 6e-5, "{interval:?}");
        }
    }

    /// Newcombe 1998, table II, method 10.
    #[test]
    fn one_stratum_has_the_published_intervals_of_newcombe() {
        let of = |told: (u64, u64), held_out: (u64, u64)| {
            newcombe(&arm(told.0, told.1), &arm(held_out.0, held_out.1), 1.959_964)
        };
        assert_is(of((56, 70), (48, 80)), [0.2, 0.0524, 0.3339]);
        assert_is(of((9, 10), (3, 10)), [0.6, 0.1705, 0.8090]);
        assert_is(of((10, 10), (0, 10)), [1.0, 0.6075, 1.0]);
    }

    #[test]
    fn none_and_all_of_n_still_leave_a_doubt() {
        for again in [0, 20] {
            let one = [counts((again, 20), (again, 20))];
            assert_is(of_risks(one.iter()), [0.0, -0.22360, 0.22360]);
            let interval = of_risks([&one[0]; 3].into_iter()).unwrap();
            assert!(interval.low < -0.05 && interval.high > 0.05, "{interval:?}");
        }
    }

    /// Computed in Python with exact fractions. A simulation of 20,000 tables has a variance of
    /// 0.00463, Greenland and Robins 1985 one of 0.00467.
    #[test]
    fn several_strata_have_the_difference_of_mantel_and_haenszel() {
        let strata =
            [counts((12, 40), (9, 15)), counts((30, 100), (20, 50)), counts((5, 8), (3, 12))];
        let wanted = [-0.097_998, -0.235_910, 0.039_914];
        assert_is(mantel_haenszel(strata.iter(), 1.959_964), wanted);
        assert_is(of_risks(strata.iter()), [-0.097_998, -0.266_873, 0.070_877]);
    }

    #[test]
    fn strata_with_an_empty_arm_carry_no_weight() {
        let full = counts((56, 70), (48, 80));
        let with = [counts((0, 50), (0, 0)), full.clone(), counts((0, 0), (9, 9))];
        assert_eq!(of_risks(with.iter()), of_risks([full].iter()));
        assert_eq!(of_risks([counts((0, 50), (0, 0))].iter()), None);
        assert_eq!(of_risks([].iter()), None);
    }

    fn moments(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|value| moments.add_value(*value));
        moments
    }

    /// The data and their 27.885 degrees of freedom were computed in Python.
    #[test]
    fn one_stratum_of_means_has_the_interval_of_welch() {
        let told = moments(&[
            27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7,
            21.4,
        ]);
        let held_out = moments(&[
            27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5,
            24.3,
        ]);
        let interval = of_means([(&told, &held_out)].into_iter(), 1.959_964).unwrap();
        // 2.0488 standard errors: the quantile of t at 97.5 % for 27.885 degrees.
        let margin = 2.0488 * 0.992_787;
        assert!((interval.difference - 2.826_667).abs() < 1e-6, "{interval:?}");
        assert!((interval.high - interval.difference - margin).abs() < 1e-3, "{interval:?}");
        assert_eq!(of_means([(&told, &moments(&[1.0]))].into_iter(), Z), None);
    }
}
