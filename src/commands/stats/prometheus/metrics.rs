//! The text format of Prometheus.

use std::fmt::{Display, Write};

use crate::commands::stats::statistics::Statistics;
use crate::store::rollup::BOUNDS_US;

/// A time in seconds as an exact decimal fraction, from a number of which `units` make a second.
pub(super) fn seconds(number: u64, units: u64) -> String {
    let width = units.ilog10() as usize;
    let text = format!("{}.{:0width$}", number / units, number % units);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Metrics, as the text that Prometheus reads.
pub(super) struct Metrics(pub(super) String);

impl Metrics {
    pub(super) fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    pub(super) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (at, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{}{label}=\"{text}\"", if at == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    pub(super) fn histogram(&mut self, stats: &Statistics) {
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
