//! The words that the pages share about effect and cost: how large, how sure, and of what.

use super::effect::{ArmLine, EffectLine, Gain, PooledEffect};
use super::statistics::Statistics;
use crate::store::effect::Verdict;
use crate::store::effect::net_cost::COST_UNITS;
use crate::store::effect::units::WINDOW_CALLS;
use crate::store::effect::verdict::LOOKS;
use crate::ui::format::{count, plural};

/// The share in whole percent: more digits would promise too much.
pub(super) fn whole_percent(part: u64, whole: u64) -> String {
    match whole {
        0 => "-".to_owned(),
        _ => format!("{} %", (part as f64 * 100.0 / whole as f64).round()),
    }
}

/// In how many units of an arm the bad form came again: `42 % of 81`, or `-`.
pub(super) fn again(arm: &ArmLine) -> String {
    match arm.units {
        0 => "-".to_owned(),
        units => format!("{} of {}", whole_percent(arm.again, units), count(units)),
    }
}

/// The effect of all rules in sentences; `None` while there is no control group.
pub(super) fn headline(effect: &PooledEffect) -> Option<[String; 2]> {
    let line = &effect.line;
    let (from, to) = (effect.from.as_deref()?, effect.to.as_deref()?);
    let (told, held_out) = (&line.told, &line.held_out);
    let of = |arm: &ArmLine, whom: &str| {
        let share = whole_percent(arm.again, arm.units);
        (arm.units > 0).then(|| format!("{share} of {} {whom}", count(arm.units)))
    };
    let arms = [of(told, "told"), of(held_out, "not told")];
    let first = format!(
        "Each line is withheld at random in {} of sessions. Done again: {}; {}.",
        shares(&effect.shares),
        arms.into_iter().flatten().collect::<Vec<_>>().join(", "),
        match difference(line) {
            Some(points) => format!("difference {points}: {}", verdict(line.verdict)),
            None => "nothing to compare yet".to_owned(),
        }
    );
    let when = if from == to { format!("on {to}") } else { format!("{from} to {to}") };
    let open = told.open + held_out.open;
    let open = match open {
        0 => String::new(),
        _ => format!(
            " {} of these {} still open, counted as \"not again\".",
            count(open),
            if open == 1 { "is" } else { "are" }
        ),
    };
    let judged = match effect.judged {
        0 => format!(" A rule is judged only after {} sessions that were not told.", LOOKS[0]),
        judged => {
            format!(
                " Of {} judged, up to one in 20 may be wrong by chance.",
                plural(judged, "rule")
            )
        }
    };
    let second = format!(
        "This counts each session's first line of a rule and its next {WINDOW_CALLS} calls, {when}; the \
         difference compares each rule with itself.{open}{judged}"
    );
    Some([first, second])
}

/// What the pages say while there is no control group.
pub(super) const NO_LOT: &str = "There is no control group yet. The setting `holdout` (0.2 unless set) is the \
    share of sessions that are not told; 0 switches that off.";

/// Why what came next proves nothing: the share of recorded agents that could not read a line and
/// did what it says all the same (docs/effect.md).
const UNTOLD: &str = "Recorded agents that could not read their lines \"followed\" 35.9 % of them, so this \
    alone proves nothing.";

/// What came next after each line: the weaker evidence, and all there is without a control. `None`
/// if there was no line.
pub(super) fn uptake(stats: &Statistics) -> Option<String> {
    let (judged, others) = stats.tally.outcomes();
    if judged.said + others.said == 0 {
        return None;
    }
    let mut text = format!(
        "After {}, the better form came next {}, the same again {}, neither {}",
        plural(judged.said, "line"),
        plural(judged.followed, "time"),
        plural(judged.repeated, "time"),
        plural(judged.open, "time")
    );
    if others.said > 0 {
        text += &format!(
            "; after {}, whose better form no call shows, the same again {}",
            plural(others.said, "more line"),
            plural(others.repeated, "time")
        );
    }
    Some(format!("{text}. {UNTOLD}"))
}

fn shares(shares: &[f64]) -> String {
    let percent = |share: f64| format!("{} %", (share * 1000.0).round() / 10.0);
    match shares {
        [] => "no".to_owned(),
        [share] => percent(*share),
        [least, .., most] => format!("{} to {}", percent(*least), percent(*most)),
    }
}

/// The difference with its interval: `-28 points (-55 to +1)`.
pub(super) fn difference(line: &EffectLine) -> Option<String> {
    let points = |share: f64| signed(share * 100.0);
    let (low, high) = (line.low?, line.high?);
    let difference = points(line.again_difference?);
    Some(format!("{difference} points ({} to {})", points(low), points(high)))
}

/// A verdict in words.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Helps => "helps",
        Verdict::Hurts => "hurts",
        Verdict::NoEffect => "no effect",
        Verdict::TooFew => "not enough yet",
    }
}

/// A rounded number with its sign: `+1,234`, `-5`, `0`.
fn signed(value: f64) -> String {
    let number = count(value.abs().round() as u64);
    match number.as_str() {
        "0" => number,
        _ if value < 0.0 => format!("-{number}"),
        _ => format!("+{number}"),
    }
}

/// A gain in whole tokens: `+460 (-84 to +1,004)`.
pub(super) fn tokens(gain: Gain) -> String {
    format!("{} ({} to {})", signed(gain.mean), signed(gain.low), signed(gain.high))
}

/// A gain of ms, in seconds: `-0.1 s (-0.4 to +0.2)`.
pub(super) fn seconds(gain: Gain) -> String {
    let tenths = |ms: f64| {
        let seconds = (ms / 100.0).round() / 10.0;
        if seconds == 0.0 { "0".to_owned() } else { format!("{seconds:+.1}") }
    };
    format!("{} s ({} to {})", tenths(gain.mean), tenths(gain.low), tenths(gain.high))
}

/// What the lines of all rules cost, each with a label; none if no session
/// was told while others were held out.
pub(super) fn cost(effect: &PooledEffect) -> Vec<(&'static str, String)> {
    let cost = &effect.line.cost;
    let Some(mean) = cost.spent_tokens_mean else { return Vec::new() };
    let whole = |tokens: f64| tokens.round().max(0.0) as u64;
    let spent = format!(
        "{} for {}, {} each",
        plural(whole(cost.spent_tokens), "token"),
        plural(effect.line.told.units, "told session"),
        count(whole(mean))
    );
    let mut lines = vec![("spent", spent)];
    match (cost.gained_tokens, cost.net_tokens, cost.gained_ms) {
        (Some(gained), Some(net), Some(ms)) => lines.extend([
            ("results", format!("{} tokens a session", tokens(gained))),
            ("net", format!("{} tokens a session, after the cost of the lines", tokens(net))),
            ("time", format!("{} a session", seconds(ms))),
            ("", "Not told minus told: if above 0, told sessions cost less.".to_owned()),
        ]),
        _ => lines.push((
            "gained",
            format!("not enough yet: needs {COST_UNITS} sessions that were not told"),
        )),
    }
    let session =
        format!("A session here is a rule's first line and the next {WINDOW_CALLS} calls.");
    let reread = " A token counts 0.1 more for each later call that reads it again.";
    lines.push(("", session + reread));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::effect::{ArmLine, CostLine};
    use super::*;

    fn effect(gains: bool) -> PooledEffect {
        let gain = |mean, low, high| gains.then_some(Gain { mean, low, high });
        let line = EffectLine {
            rule: None,
            told: ArmLine { units: 81, again: 34, followed: 0, open: 3 },
            held_out: ArmLine { units: 20, again: 14, followed: 0, open: 0 },
            again_difference: Some(-0.28),
            low: Some(-0.55),
            high: Some(0.01),
            verdict: Verdict::TooFew,
            cost: CostLine {
                spent_tokens: 3102.4,
                spent_tokens_mean: Some(38.3),
                gained_tokens: gain(-12.0, -1234.0, 40.0),
                net_tokens: gain(0.2, -0.3, 40.0),
                gained_ms: gain(-1260.0, -2000.0, 30.0),
            },
        };
        PooledEffect {
            line,
            from: Some("2026-11-02".into()),
            to: Some("2026-11-30".into()),
            shares: vec![0.2],
            judged: 3,
        }
    }

    #[test]
    fn the_headline_is_in_honest_words() {
        let [first, second] = headline(&effect(false)).unwrap();
        assert_eq!(
            first,
            "Each line is withheld at random in 20 % of sessions. Done again: 42 % of 81 told, 70 % of \
             20 not told; difference -28 points (-55 to +1): not enough yet."
        );
        assert_eq!(
            second,
            "This counts each session's first line of a rule and its next 40 calls, 2026-11-02 to \
             2026-11-30; the difference compares each rule with itself. 3 of these are still open, \
             counted as \"not again\". Of 3 rules judged, up to one in 20 may be wrong by chance."
        );
    }

    #[test]
    fn a_loss_is_shown_as_one() {
        let lines = cost(&effect(true));
        assert_eq!(lines[0].1, "3,102 tokens for 81 told sessions, 38 each");
        assert_eq!(lines[1].1, "-12 (-1,234 to +40) tokens a session");
        assert_eq!(lines[2].1, "0 (0 to +40) tokens a session, after the cost of the lines");
        assert_eq!(lines[3].1, "-1.3 s (-2.0 to 0) a session");
        assert!(cost(&effect(false))[1].1.starts_with("not enough yet"));
        assert_eq!(cost(&effect(false)).len(), 3);
    }
}
