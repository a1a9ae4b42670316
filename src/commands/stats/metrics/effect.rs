//! What told agents did again and what both arms cost, as metrics.

use super::metric::{Kind, Metrics};
use crate::commands::stats::effect::{ArmLine, EffectLine, PooledEffect};
use crate::commands::stats::statistics::Statistics;

/// The units of each rule by arm, what they cost, and the differences that are computed from them
/// by stratum, which these sums do not show.
pub(super) fn add(out: &mut Metrics, stats: &Statistics) {
    let rules = EffectLine::by_rule(stats);
    let mut of_units = |name: &str, kind: Kind, help: &str, value: fn(&ArmLine) -> u64| {
        out.begin(name, kind, help);
        for line in &rules {
            for (arm, counts) in [("told", &line.told), ("held_out", &line.held_out)] {
                out.sample(&[("rule", line.rule()), ("arm", arm)], value(counts));
            }
        }
    };
    of_units(
        "toolcoach_effect_units_total",
        Kind::Counter,
        "First lines of a rule in a session, by whether the session was told.",
        |arm| arm.units,
    );
    of_units(
        "toolcoach_effect_again_total",
        Kind::Counter,
        "Units after which the bad form came again within 40 calls.",
        |arm| arm.again,
    );
    of_units(
        "toolcoach_effect_followed_total",
        Kind::Counter,
        "Units after which the better form came before the bad one.",
        |arm| arm.followed,
    );
    of_units(
        "toolcoach_effect_open_units",
        Kind::Gauge,
        "Units whose 40 calls are not over.",
        |arm| arm.open,
    );
    let name = "toolcoach_effect_spent_tokens_total";
    out.begin(name, Kind::Counter, "Tokens of the lines of told units, read again included.");
    for line in &rules {
        out.sample(&[("rule", line.rule())], line.cost.spent_tokens);
    }

    let all = PooledEffect::of(stats).line;
    let lines: Vec<(&str, &EffectLine)> =
        rules.iter().map(|line| (line.rule(), line)).chain([("all", &all)]).collect();
    let mut differences = |name: &str, help: &str, ends: &dyn Fn(&EffectLine) -> Ends| {
        let suffixes = [("", ""), ("_low", ", lower end"), ("_high", ", upper end")];
        for (at, (suffix, end)) in suffixes.into_iter().enumerate() {
            let name = format!("{name}{suffix}");
            out.begin(
                &name,
                Kind::Gauge,
                &format!("{help}{end}. Rule \"all\" is all rules pooled."),
            );
            for (rule, line) in &lines {
                let value = ends(line).and_then(|ends| ends.get(at).copied());
                if let Some(value) = value {
                    out.sample(&[("rule", rule)], value);
                }
            }
        }
    };
    differences(
        "toolcoach_effect_again_difference_ratio",
        "Risk of the bad form again, told minus held out",
        &|line| Some([line.again_difference?, line.low?, line.high?]),
    );
    differences(
        "toolcoach_effect_net_tokens",
        "Tokens that a told unit cost less, its lines taken off",
        &|line| line.cost.net_tokens.map(|gain| [gain.mean, gain.low, gain.high]),
    );
    differences(
        "toolcoach_effect_gained_seconds",
        "Duration of calls that a told unit cost less",
        &|line| line.cost.gained_ms.map(|ms| [ms.mean, ms.low, ms.high].map(|ms| ms / 1000.0)),
    );
}

/// An estimate and the ends of its interval.
type Ends = Option<[f64; 3]>;
