//! The text format of Prometheus, for the textfile collector of its node exporter.
//!
//! Counters grow until retention removes old days. They fall then, and Prometheus takes the fall
//! for a restart.

use std::fmt::{Display, Write};

use super::metric::{Metric, Value};
use crate::store::rollup::BOUNDS_US;

/// Renders metrics as the text that Prometheus reads.
pub(super) fn render(metrics: &[Metric]) -> String {
    let mut out = String::new();
    for Metric { name, kind, help, samples, histogram } in metrics {
        // Writing to a String cannot fail.
        let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} {}\n", kind.as_str());
        for sample in samples {
            let labels = sample.labels.iter().map(|(label, text)| (*label, text.as_str()));
            put(&mut out, name, labels, sample.value);
        }
        if let Some(histogram) = histogram {
            let bucket = format!("{name}_bucket");
            let mut sum = 0;
            for (bound, calls) in BOUNDS_US.iter().zip(&histogram.buckets) {
                sum += calls;
                put(&mut out, &bucket, [("le", &*seconds(*bound, 1_000_000))], sum);
            }
            put(&mut out, &bucket, [("le", "+Inf")], histogram.count);
            put(&mut out, &format!("{name}_sum"), [], seconds(histogram.sum_us, 1_000_000));
            put(&mut out, &format!("{name}_count"), [], histogram.count);
        }
    }
    out
}

fn put<'l>(
    out: &mut String,
    name: &str,
    labels: impl IntoIterator<Item = (&'static str, &'l str)>,
    value: impl Display,
) {
    out.push_str(name);
    let mut end = "";
    for (label, text) in labels {
        let text = text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n");
        let _ = write!(out, "{}{label}=\"{text}\"", if end.is_empty() { '{' } else { ',' });
        end = "}";
    }
    let _ = writeln!(out, "{end} {value}");
}

impl Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match *self {
            Self::Count(number) => number.fmt(f),
            Self::Real(number) => number.fmt(f),
            Self::Seconds(number, units) => f.write_str(&seconds(number, units)),
        }
    }
}

/// A time in seconds as an exact decimal fraction, from a number of which `units` make a second.
fn seconds(number: u64, units: u64) -> String {
    let width = units.ilog10() as usize;
    let text = format!("{}.{:0width$}", number / units, number % units);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::metric::{Kind, Metrics};
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
        let mut metrics = Metrics::default();
        metrics.begin("x", Kind::Gauge, "h");
        metrics.sample(&[("a", "b\"c\\d\ne"), ("f", "g")], 1_u64);
        metrics.sample(&[], Value::Seconds(10, 1000));
        let text = "# HELP x h\n# TYPE x gauge\nx{a=\"b\\\"c\\\\d\\ne\",f=\"g\"} 1\nx 0.01\n";
        assert_eq!(render(&metrics.0), text);
    }
}
