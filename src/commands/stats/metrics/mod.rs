//! The statistics as metrics: a list, and the formats that it is written in.

mod effect;
mod metric;
mod otlp;
mod prometheus;
pub(super) mod resource;

use super::statistics::Statistics;
use super::tally::RuleTally;
use crate::commands::breaker_line::BreakerLine;
use crate::rules;
use crate::store::effect::Decision;
use metric::{Histogram, Kind, Metrics, Value};

/// The text format of Prometheus.
pub(super) fn prometheus(stats: &Statistics) -> String {
    prometheus::render(&all(stats).0)
}

/// OTLP/JSON, on one line. It has the calls and lines of each day, too. `resource` is added to what
/// says where it comes from, or replaces that.
pub(super) fn otlp(stats: &Statistics, resource: Vec<(String, String)>) -> String {
    let own = [("service.name", "toolcoach"), ("service.version", env!("CARGO_PKG_VERSION"))];
    let own = own.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter();
    let is_given = |key: &String| resource.iter().any(|(given, _)| given == key);
    let own: Vec<_> = own.filter(|(key, _)| !is_given(key)).collect();
    let tally = &stats.tally;
    let days: Vec<otlp::DayCounts> =
        tally.days.iter().map(|(day, counts)| (*day, [counts.calls, counts.advice])).collect();
    let span = otlp::Span { first_ms: tally.first_ms.unwrap_or(stats.now), now_ms: stats.now };
    otlp::render(&all(stats).0, &days, &span, &[own, resource].concat())
}

/// Every metric.
fn all(stats: &Statistics) -> Metrics {
    let tally = &stats.tally;
    let mut out = Metrics::default();
    out.begin("toolcoach_build_info", Kind::Gauge, "The version that wrote this.");
    out.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1_u64);

    out.begin("toolcoach_calls_total", Kind::Counter, "Calls by agent and by how far they went.");
    for (client, via) in &tally.clients {
        for (via, calls) in via {
            out.sample(&[("client", client), ("via", via)], *calls);
        }
    }
    let help = "Calls on which something was said.";
    out.single("toolcoach_answered_calls_total", Kind::Counter, help, tally.answered);
    let help = "Time of a call in process.";
    out.begin("toolcoach_call_duration_seconds", Kind::Histogram, help);
    let times = &tally.times;
    if let Some(metric) = out.0.last_mut() {
        let buckets = times.buckets.to_vec();
        metric.histogram = Some(Histogram { buckets, count: times.count, sum_us: times.sum });
    }

    of_rules(&mut out, stats);
    out.begin("toolcoach_held_back_total", Kind::Counter, "Lines that were held back, by reason.");
    for (reason, number) in tally.held() {
        out.sample(&[("reason", reason)], number);
    }
    out.begin("toolcoach_input_errors_total", Kind::Counter, "Inputs that were not understood.");
    for (kind, number) in &tally.errors {
        out.sample(&[("kind", kind)], *number);
    }
    effect::add(&mut out, stats);
    gauges(&mut out, stats);
    out
}

fn of_rules(out: &mut Metrics, stats: &Statistics) {
    let rules = &stats.tally.rules;
    let mut rule = |name: &str, help: &str, value: &dyn Fn(&RuleTally) -> Value| {
        out.begin(name, Kind::Counter, help);
        for (id, rule) in rules {
            out.sample(&[("rule", id), ("severity", severity(id))], value(rule));
        }
    };
    rule("toolcoach_rule_hits_total", "Calls on which a rule held.", &|rule| rule.hits.into());
    rule(
        "toolcoach_rule_result_bytes_total",
        "Bytes of the results of calls on which a rule held.",
        &|rule| rule.bytes.into(),
    );
    rule("toolcoach_rule_call_seconds_total", "Duration of calls on which a rule held.", &|rule| {
        Value::Seconds(rule.ms, 1000)
    });
    rule("toolcoach_advice_total", "Lines that a rule said.", &|rule| rule.said.into());
    rule("toolcoach_advice_chars_total", "Characters that a rule said.", &|rule| {
        rule.outcome.chars.into()
    });
    let help = "What became of what a rule said.";
    out.begin("toolcoach_advice_outcomes_total", Kind::Counter, help);
    for (id, rule) in rules {
        for (outcome, number) in
            [("followed", rule.outcome.followed), ("repeated", rule.outcome.repeated)]
        {
            out.sample(&[("rule", id), ("outcome", outcome)], number);
        }
    }
}

fn gauges(out: &mut Metrics, stats: &Statistics) {
    let tally = &stats.tally;
    let mut gauge = |name: &str, help: &str, value: Value| {
        out.single(name, Kind::Gauge, help, value);
    };
    gauge("toolcoach_sessions", "Sessions in the ledgers.", tally.sessions.into());
    gauge(
        "toolcoach_open_advice",
        "Lines without a chance to be followed so far.",
        tally.rules.values().map(|rule| rule.outcome.open).sum::<u64>().into(),
    );
    gauge(
        "toolcoach_unreadable_lines",
        "Ledger lines that are torn or foreign.",
        tally.skipped_lines.into(),
    );
    gauge(
        "toolcoach_unreadable_files",
        "Ledgers that cannot be read.",
        tally.unreadable_files.into(),
    );
    gauge("toolcoach_storage_bytes", "Size of the state folder.", stats.storage_bytes.into());
    let muted = stats.mutes.iter().count() as u64;
    gauge("toolcoach_muted_rules", "Rules that the user muted.", muted.into());
    let muted = stats.decided().filter(|(_, decided)| decided.decision == Decision::Muted).count();
    let help = "Rules that learning mutes in most sessions.";
    gauge("toolcoach_learned_mutes", help, (muted as u64).into());
    gauge(
        "toolcoach_last_call_timestamp_seconds",
        "When the last call was; 0 for never.",
        Value::Seconds(tally.last_ms.unwrap_or_default(), 1000),
    );
    gauge(
        "toolcoach_last_run_timestamp_seconds",
        "When this was written.",
        Value::Seconds(stats.now, 1000),
    );
    let breakers = BreakerLine::all(&stats.breakers, stats.now);
    out.begin("toolcoach_breaker_open", Kind::Gauge, "1 while an analyzer is left out.");
    for line in &breakers {
        out.sample(&[("analyzer", line.analyzer)], u64::from(line.state != "closed"));
    }
    out.begin("toolcoach_breaker_failures", Kind::Gauge, "Failures of an analyzer in a row.");
    for line in &breakers {
        out.sample(&[("analyzer", line.analyzer)], u64::from(line.failures));
    }
}

/// The severity of a rule of the book. Custom rules are not read here.
fn severity(id: &str) -> &'static str {
    rules::named(id).map_or("own", |rule| rule.severity.as_str())
}
