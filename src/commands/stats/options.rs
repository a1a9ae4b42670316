//! What `toolcoach stats` takes on the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::filter::StatsFilter;

/// How the statistics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// A page for people
    Text,
    /// One JSON object (see docs/stats.schema.json)
    Json,
    /// Metrics for a Prometheus textfile collector
    Prometheus,
    /// Metrics as OTLP/JSON for OpenTelemetry, on one line
    Otlp,
}

impl StatsFormat {
    /// Why it cannot be narrowed to a time or a session; `None` if it can.
    pub(super) fn counts_everything(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Json => None,
            Self::Prometheus => Some(
                "--format prometheus always counts everything, since Prometheus computes its own windows",
            ),
            Self::Otlp => Some(
                "--format otlp always counts everything: its sums begin with the first call, and each day has its own",
            ),
        }
    }
}

/// What `stats` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct StatsOptions {
    /// Output format
    #[arg(long, value_enum, default_value_t = StatsFormat::Text)]
    pub(super) format: StatsFormat,
    /// Print JSON, as `--format json` does
    #[arg(long, conflicts_with = "format")]
    pub(super) json: bool,
    /// Print the engine's health instead: times, breakers, errors and criteria
    #[arg(long, conflicts_with_all = ["format", "json", "html"])]
    pub(super) health: bool,
    /// Write to this file, replacing it as a whole
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Write an HTML page with charts to this file
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// State folders to count together, such as those that a team gathered [default: your own];
    /// nothing is written there
    #[arg(long = "state", value_name = "DIR", num_args = 1..)]
    pub(super) states: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) filter: StatsFilter,
}
