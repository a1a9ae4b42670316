//! What a lesson changes, for `--stats` and `toolcoach lessons`: how often the bad form came up in
//! sessions that were told it, and in sessions that, at random, were not.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::store::effect::{ArmCounts, Strata, Verdict, interval};
use crate::store::lessons::Lessons;

/// The effect of one lesson.
#[derive(Debug, Serialize)]
pub(crate) struct LessonLine {
    /// Its rule.
    pub(crate) rule: String,
    pub(crate) told: LessonArm,
    pub(crate) held_out: LessonArm,
    /// Share of sessions in which the bad form came up, told minus held out, from -1 to 1, with the
    /// ends of its interval.
    pub(crate) difference: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    /// The verdict of the last look.
    pub(crate) verdict: Verdict,
}

/// The sessions of one arm.
#[derive(Debug, Default, Serialize)]
pub(crate) struct LessonArm {
    pub(crate) units: u64,
    /// Those in which the bad form came up.
    pub(crate) shown: u64,
    /// Those that go on and in which it may still come up.
    pub(crate) open: u64,
}

impl LessonArm {
    fn add(&mut self, arm: &ArmCounts) {
        self.units += arm.units;
        self.shown += arm.again;
        self.open += arm.open;
    }
}

impl LessonLine {
    /// The effect of each lesson that has units, those with the most first.
    pub(crate) fn all(strata: &Strata, lessons: &Lessons) -> Vec<Self> {
        let rules: BTreeSet<&str> =
            strata.iter().map(|(stratum, _)| stratum.rule.as_str()).collect();
        let mut lines: Vec<Self> =
            rules.into_iter().map(|rule| Self::of(rule, strata, lessons)).collect();
        // The sort is stable, so equal ones stay in the order of their names.
        lines.sort_by_key(|line| std::cmp::Reverse(line.told.units + line.held_out.units));
        lines
    }

    fn of(rule: &str, strata: &Strata, lessons: &Lessons) -> Self {
        let (mut told, mut held_out) = (LessonArm::default(), LessonArm::default());
        for counts in strata.of_rule(rule) {
            told.add(&counts.told);
            held_out.add(&counts.held_out);
        }
        let rounded = |share: f64| (share * 10_000.0).round() / 10_000.0;
        let interval = interval::of_risks(strata.of_rule(rule));
        Self {
            rule: rule.to_owned(),
            told,
            held_out,
            difference: interval.as_ref().map(|interval| rounded(interval.difference)),
            low: interval.as_ref().map(|interval| rounded(interval.low)),
            high: interval.as_ref().map(|interval| rounded(interval.high)),
            verdict: lessons.judged(rule).map_or(Verdict::TooFew, |judged| judged.verdict),
        }
    }

    /// The difference in points with its interval, and the verdict in words.
    pub(crate) fn in_words(&self) -> String {
        let (Some(difference), Some(low), Some(high)) = (self.difference, self.low, self.high)
        else {
            return "too few yet".to_owned();
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
            Verdict::TooFew => "too few yet",
        };
        format!("{} ({} to {}): {verdict}", points(difference), points(low), points(high))
    }
}
