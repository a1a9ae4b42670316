//! The statistics in the text format of Prometheus, for the textfile collector of its node
//! exporter.
//!
//! Counters grow until retention removes old days. They fall then, and Prometheus takes the fall
//! for a restart.

use std::fmt::{Display, Write};

use super::effect::{ArmLine, EffectLine, PooledEffect};
use super::statistics::Statistics;
use super::tally::RuleTally;
use crate::commands::breaker_line::BreakerLine;
use crate::rules;
use crate::store::rollup::BOUNDS_US;

/// Renders the metrics.
pub(super) fn render(stats: &Statistics) -> String {
    let tally = &stats.tally;
    let mut out = Metrics(String::new());
    out.head("toolcoach_build_info", "gauge", "The version that wrote this.");
    out.sample("toolcoach_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);

    out.head("toolcoach_calls_total", "counter", "Calls by agent and by how far they went.");
    for (client, via) in &tally.clients {
        for (via, calls) in via {
            out.sample("toolcoach_calls_total", &[("client", client), ("via", via)], calls);
        }
    }
    out.head("toolcoach_answered_calls_total", "counter", "Calls on which something was said.");
    out.sample("toolcoach_answered_calls_total", &[], tally.answered);
    out.histogram(stats);

    let rule = |out: &mut Metrics, name: &str, help: &str, value: &dyn Fn(&RuleTally) -> u64| {
        out.head(name, "counter", help);
        for (id, rule) in &tally.rules {
            out.sample(name, &[("rule", id), ("severity", severity(id))], value(rule));
        }
    };
    rule(&mut out, "toolcoach_rule_hits_total", "Calls on which a rule held.", &|rule| rule.hits);
    rule(
        &mut out,
        "toolcoach_rule_result_bytes_total",
        "Bytes of the results of calls on which a rule held.",
        &|rule| rule.bytes,
    );
    let name = "toolcoach_rule_call_seconds_total";
    out.head(name, "counter", "Duration of calls on which a rule held.");
    for (id, rule) in &tally.rules {
        out.sample(name, &[("rule", id), ("severity", severity(id))], seconds(rule.ms, 1000));
    }
    rule(&mut out, "toolcoach_advice_total", "Lines that a rule said.", &|rule| rule.said);
    rule(&mut out, "toolcoach_advice_chars_total", "Characters that a rule said.", &|rule| {
        rule.outcome.chars
    });
    out.head("toolcoach_advice_outcomes_total", "counter", "What became of what a rule said.");
    for (id, rule) in &tally.rules {
        for (outcome, number) in
            [("followed", rule.outcome.followed), ("repeated", rule.outcome.repeated)]
        {
            out.sample(
                "toolcoach_advice_outcomes_total",
                &[("rule", id), ("outcome", outcome)],
                number,
            );
        }
    }
    out.head("toolcoach_held_back_total", "counter", "Lines that were held back, by reason.");
    for (reason, number) in tally.held() {
        out.sample("toolcoach_held_back_total", &[("reason", reason)], number);
    }
    out.head("toolcoach_input_errors_total", "counter", "Inputs that were not understood.");
    for (kind, number) in &tally.errors {
        out.sample("toolcoach_input_errors_total", &[("kind", kind)], number);
    }
    effect(&mut out, stats);
    gauges(&mut out, stats);
    out.0
}

/// The units of each rule by arm, what they cost, and the differences that are computed from them
/// by stratum, which these sums do not show.
fn effect(out: &mut Metrics, stats: &Statistics) {
    let rules = EffectLine::by_rule(stats);
    let mut of_units = |name: &str, kind: &str, help: &str, value: fn(&ArmLine) -> u64| {
        out.head(name, kind, help);
        for line in &rules {
            for (arm, counts) in [("told", &line.told), ("held_out", &line.held_out)] {
                out.sample(name, &[("rule", line.rule()), ("arm", arm)], value(counts));
            }
        }
    };
    of_units(
        "toolcoach_effect_units_total",
        "counter",
        "First lines of a rule in a session, by whether the session was told.",
        |arm| arm.units,
    );
    of_units(
        "toolcoach_effect_again_total",
        "counter",
        "Units after which the bad form came again within 40 calls.",
        |arm| arm.again,
    );
    of_units(
        "toolcoach_effect_followed_total",
        "counter",
        "Units after which the better form came before the bad one.",
        |arm| arm.followed,
    );
    of_units("toolcoach_effect_open_units", "gauge", "Units whose 40 calls are not over.", |arm| {
        arm.open
    });
    let name = "toolcoach_effect_spent_tokens_total";
    out.head(name, "counter", "Tokens of the lines of told units, read again included.");
    for line in &rules {
        out.sample(name, &[("rule", line.rule())], line.cost.spent_tokens);
    }

    let all = PooledEffect::of(stats).line;
    let lines: Vec<(&str, &EffectLine)> =
        rules.iter().map(|line| (line.rule(), line)).chain([("all", &all)]).collect();
    let mut differences = |name: &str, help: &str, ends: &dyn Fn(&EffectLine) -> Ends| {
        let suffixes = [("", ""), ("_low", ", lower end"), ("_high", ", upper end")];
        for (at, (suffix, end)) in suffixes.into_iter().enumerate() {
            let name = format!("{name}{suffix}");
            out.head(&name, "gauge", &format!("{help}{end}. Rule \"all\" is all rules pooled."));
            for (rule, line) in &lines {
                let value = ends(line).and_then(|ends| ends.get(at).copied());
                if let Some(value) = value {
                    out.sample(&name, &[("rule", rule)], value);
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

fn gauges(out: &mut Metrics, stats: &Statistics) {
    let tally = &stats.tally;
    let mut gauge = |name: &str, help: &str, value: &dyn Display| {
        out.head(name, "gauge", help);
        out.sample(name, &[], value);
    };
    gauge("toolcoach_sessions", "Sessions in the ledgers.", &tally.sessions);
    gauge(
        "toolcoach_open_advice",
        "Lines without a chance to be followed so far.",
        &tally.rules.values().map(|rule| rule.outcome.open).sum::<u64>(),
    );
    gauge(
        "toolcoach_unreadable_lines",
        "Ledger lines that are torn or foreign.",
        &tally.skipped_lines,
    );
    gauge("toolcoach_unreadable_files", "Ledgers that cannot be read.", &tally.unreadable_files);
    gauge("toolcoach_storage_bytes", "Size of the state folder.", &stats.storage_bytes);
    gauge("toolcoach_muted_rules", "Rules that the user muted.", &stats.mutes.iter().count());
    let learned = stats.learned.iter().count();
    gauge("toolcoach_learned_mutes", "Rules that learning mutes, unless pinned.", &learned);
    let last = tally.last_ms.unwrap_or_default();
    gauge(
        "toolcoach_last_call_timestamp_seconds",
        "When the last call was; 0 for never.",
        &seconds(last, 1000),
    );
    gauge(
        "toolcoach_last_run_timestamp_seconds",
        "When this was written.",
        &seconds(stats.now, 1000),
    );
    let breakers = BreakerLine::all(&stats.breakers, stats.now);
    out.head("toolcoach_breaker_open", "gauge", "1 while an analyzer is left out.");
    for line in &breakers {
        let open = u8::from(line.state != "closed");
        out.sample("toolcoach_breaker_open", &[("analyzer", line.analyzer)], open);
    }
    out.head("toolcoach_breaker_failures", "gauge", "Failures of an analyzer in a row.");
    for line in &breakers {
        out.sample("toolcoach_breaker_failures", &[("analyzer", line.analyzer)], line.failures);
    }
}

/// The severity of a rule of the book. Custom rules are not read here.
fn severity(id: &str) -> &'static str {
    rules::named(id).map_or("own", |rule| rule.severity.as_str())
}

/// A time in seconds as an exact decimal fraction, from a number of which `units` make a second.
fn seconds(number: u64, units: u64) -> String {
    let width = units.ilog10() as usize;
    let text = format!("{}.{:0width$}", number / units, number % units);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

struct Metrics(String);

impl Metrics {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (at, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{}{label}=\"{text}\"", if at == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    fn histogram(&mut self, stats: &Statistics) {
        const NAME: &str = "toolcoach_call_duration_seconds";
        let times = &stats.tally.times;
        self.head(NAME, "histogram", "Time of a call in process.");
        let mut sum = 0;
        for (bound, calls) in BOUNDS_US.iter().zip(&times.buckets) {
            sum += calls;
            self.sample(&format!("{NAME}_bucket"), &[("le", &seconds(*bound, 1_000_000))], sum);
        }
        self.sample(&format!("{NAME}_bucket"), &[("le", "+Inf")], times.count);
        self.sample(&format!("{NAME}_sum"), &[], seconds(times.sum, 1_000_000));
        self.sample(&format!("{NAME}_count"), &[], times.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact() {
        let texts = [0, 50, 1_000_000, 1_500_000, 150_000].map(|us| seconds(us, 1_000_000));
        assert_eq!(texts, ["0", "0.00005", "1", "1.5", "0.15"]);
        assert_eq!(seconds(1_795_398_042_182, 1000), "1795398042.182");
        assert_eq!(seconds(10, 1000), "0.01");
    }

    #[test]
    fn labels_are_escaped() {
        let mut out = Metrics(String::new());
        out.sample("x", &[("a", "b\"c\\d\ne"), ("f", "g")], 1);
        assert_eq!(out.0, "x{a=\"b\\\"c\\\\d\\ne\",f=\"g\"} 1\n");
    }
}
