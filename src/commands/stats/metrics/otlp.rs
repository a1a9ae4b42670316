//! Metrics as OTLP/JSON: what `ExportMetricsServiceRequest` of the OpenTelemetry protocol is in
//! protobuf's JSON, on one line, for a collector's HTTP port or its reader of such files.
//!
//! 64-bit integers are strings there. Names follow from those for Prometheus, so that a collector
//! that serves both translates the ones to the others.

use serde_json::{Value as Json, json};

use super::metric::{Histogram, Kind, Metric, Sample, Value};
use crate::store::rollup::BOUNDS_US;

/// `AGGREGATION_TEMPORALITY_DELTA`: what happened between the two times of a point.
const DELTA: u64 = 1;

/// `AGGREGATION_TEMPORALITY_CUMULATIVE`: what happened since the first time.
const CUMULATIVE: u64 = 2;

/// A day, ns.
const DAY_NS: u64 = 86_400_000_000_000;

/// When what is exported happened.
pub(super) struct Span {
    /// The first call, unix ms. It moves on when retention removes old days, which tells a reader
    /// that the sums began anew.
    pub(super) first_ms: u64,
    /// When it was counted, unix ms.
    pub(super) now_ms: u64,
}

/// The counts of a day, in days since 1970-01-01 UTC: its calls, and its lines of advice.
pub(super) type DayCounts = (u64, [u64; 2]);

/// Renders metrics and days. `resource` says what they are about.
pub(super) fn render(
    metrics: &[Metric],
    days: &[DayCounts],
    span: &Span,
    resource: &[(String, String)],
) -> String {
    let used = metrics.iter().filter(|metric| {
        !metric.samples.is_empty() || metric.histogram.as_ref().is_some_and(|times| times.count > 0)
    });
    let mut metrics: Vec<Json> = used.map(|metric| of(metric, span)).collect();
    if !days.is_empty() {
        let of_day = |name: &str, help: &str, at: usize| {
            let points = days.iter().map(|(day, counts)| {
                let count = counts.get(at).copied().unwrap_or_default();
                // The day that goes on ends now.
                let end = ((day + 1) * DAY_NS).min(span.now_ms.saturating_mul(1_000_000));
                json!({ "startTimeUnixNano": text(day * DAY_NS), "timeUnixNano": text(end),
                    "asInt": text(count) })
            });
            json!({ "name": name, "description": help, "unit": "1", "sum": {
                "aggregationTemporality": DELTA, "isMonotonic": true,
                "dataPoints": points.collect::<Vec<Json>>() } })
        };
        metrics.push(of_day("toolcoach.day.calls", "Calls of a day in UTC.", 0));
        metrics.push(of_day("toolcoach.day.advice", "Lines that rules said on a day in UTC.", 1));
    }
    let scope = json!({ "name": "toolcoach", "version": env!("CARGO_PKG_VERSION") });
    let resource = attributes(resource.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    let request = json!({ "resourceMetrics": [{ "resource": { "attributes": resource },
        "scopeMetrics": [{ "scope": scope, "metrics": metrics }] }] });
    format!("{request}\n")
}

/// Sets a field of an object.
fn set(object: &mut Json, name: &str, value: Json) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// A metric.
fn of(metric: &Metric, span: &Span) -> Json {
    let Metric { name, kind, help, samples, histogram } = metric;
    let (name, unit) = name_and_unit(name);
    let [start, end] = [span.first_ms, span.now_ms].map(|ms| text(ms.saturating_mul(1_000_000)));
    let point = |sample: &Sample| {
        let labels = sample.labels.iter().map(|(key, value)| (*key, value.as_str()));
        let mut point = json!({ "attributes": attributes(labels), "timeUnixNano": end });
        if *kind == Kind::Counter {
            set(&mut point, "startTimeUnixNano", json!(start));
        }
        match sample.value {
            Value::Count(number) => set(&mut point, "asInt", json!(text(number))),
            Value::Real(number) => set(&mut point, "asDouble", json!(number)),
            Value::Seconds(number, units) => {
                set(&mut point, "asDouble", json!(number as f64 / units as f64));
            }
        }
        point
    };
    let mut points: Vec<Json> = samples.iter().map(point).collect();
    points.extend(histogram.as_ref().map(|times| of_times(times, &start, &end)));
    let mut data = json!({ "dataPoints": points });
    if *kind != Kind::Gauge {
        set(&mut data, "aggregationTemporality", json!(CUMULATIVE));
    }
    if *kind == Kind::Counter {
        set(&mut data, "isMonotonic", json!(true));
    }
    let field = match kind {
        Kind::Counter => "sum",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    json!({ "name": name, "description": help, "unit": unit, field: data })
}

fn of_times(times: &Histogram, start: &str, end: &str) -> Json {
    json!({ "startTimeUnixNano": start, "timeUnixNano": end, "count": text(times.count),
        "sum": times.sum_us as f64 / 1e6,
        "explicitBounds": BOUNDS_US.map(|bound| bound as f64 / 1e6),
        "bucketCounts": times.buckets.iter().map(|calls| text(*calls)).collect::<Vec<String>>() })
}

/// A metric's name and unit, from its name for Prometheus: a dot after the program's name, and
/// neither unit nor `_total` at its end. OpenTelemetry's rules for Prometheus lead back.
fn name_and_unit(name: &str) -> (String, &'static str) {
    let name = name.strip_suffix("_total").unwrap_or(name);
    let units = [("_seconds", "s"), ("_bytes", "By")];
    let unit = units.into_iter().find(|(suffix, _)| name.ends_with(suffix));
    let (suffix, unit) = unit.unwrap_or(("", ""));
    (name.strip_suffix(suffix).unwrap_or(name).replacen('_', ".", 1), unit)
}

fn attributes<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Json> {
    pairs.map(|(key, value)| json!({ "key": key, "value": { "stringValue": value } })).collect()
}

fn text(number: u64) -> String {
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_dot_and_no_unit() {
        for (prometheus, name, unit) in [
            ("toolcoach_calls_total", "toolcoach.calls", ""),
            ("toolcoach_rule_call_seconds_total", "toolcoach.rule_call", "s"),
            ("toolcoach_storage_bytes", "toolcoach.storage", "By"),
            ("toolcoach_effect_net_tokens_low", "toolcoach.effect_net_tokens_low", ""),
        ] {
            assert_eq!(name_and_unit(prometheus), (name.to_owned(), unit));
        }
    }

    #[test]
    fn a_day_that_goes_on_ends_now() {
        let span = Span { first_ms: 0, now_ms: 86_400_000 * 3 / 2 };
        let text = render(&[], &[(0, [3, 1]), (1, [2, 0])], &span, &[]);
        assert!(text.contains(r#""timeUnixNano":"86400000000000""#), "{text}");
        assert!(text.contains(r#""timeUnixNano":"129600000000000""#), "{text}");
    }
}
