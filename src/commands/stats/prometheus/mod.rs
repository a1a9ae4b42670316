//! The statistics in the text format of Prometheus, for the textfile collector of its node
//! exporter.
//!
//! Counters grow until retention removes old days. They fall then, and Prometheus takes the fall
//! for a restart.

mod effect;
mod metrics;

use std::fmt::Display;

use super::statistics::Statistics;
use super::tally::RuleTally;
use crate::commands::breaker_line::BreakerLine;
use crate::rules;
use crate::store::effect::Decision;
use metrics::{Metrics, seconds};

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
    effect::write(&mut out, stats);
    gauges(&mut out, stats);
    out.0
}

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
    let muted = stats.decided().filter(|(_, decided)| decided.decision == Decision::Muted).count();
    gauge("toolcoach_learned_mutes", "Rules that learning mutes in most sessions.", &muted);
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
