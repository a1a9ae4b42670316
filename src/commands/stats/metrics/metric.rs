//! What a metric is, whatever it is written as.

/// What its values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A sum that grows.
    Counter,
    /// A value that goes up and down.
    Gauge,
    /// Calls by time.
    Histogram,
}

impl Kind {
    /// Prometheus' word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    /// A number of things.
    Count(u64),
    /// Any number.
    Real(f64),
    /// A time, of which so many units make a second. It is written exactly.
    Seconds(u64, u64),
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Count(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

/// A value with what it is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    /// The names of labels, and their values.
    pub(super) labels: Vec<(&'static str, String)>,
    /// The value.
    pub(super) value: Value,
}

/// Times of calls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histogram {
    /// The calls up to each of [`BOUNDS_US`](crate::store::rollup::BOUNDS_US) and over the one before;
    /// the last entry has those over all bounds.
    pub(super) buckets: Vec<u64>,
    /// All calls.
    pub(super) count: u64,
    /// The sum of their times, us.
    pub(super) sum_us: u64,
}

/// A metric with all of its values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Metric {
    /// Its name for Prometheus, with the unit and, of a counter, `_total` at its end.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) help: String,
    pub(super) samples: Vec<Sample>,
    /// Only of the kind [`Kind::Histogram`].
    pub(super) histogram: Option<Histogram>,
}

/// Metrics in their order.
#[derive(Debug, Default)]
pub(super) struct Metrics(pub(super) Vec<Metric>);

impl Metrics {
    /// Begins a metric, which gets the samples that follow.
    pub(super) fn begin(&mut self, name: &str, kind: Kind, help: &str) {
        self.0.push(Metric {
            name: name.to_owned(),
            kind,
            help: help.to_owned(),
            samples: Vec::new(),
            histogram: None,
        });
    }

    /// Adds a value to the metric that was begun last.
    pub(super) fn sample(&mut self, labels: &[(&'static str, &str)], value: impl Into<Value>) {
        if let Some(metric) = self.0.last_mut() {
            let labels = labels.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
            metric.samples.push(Sample { labels, value: value.into() });
        }
    }

    /// A metric with a single value.
    pub(super) fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Into<Value>) {
        self.begin(name, kind, help);
        self.sample(&[], value);
    }
}
