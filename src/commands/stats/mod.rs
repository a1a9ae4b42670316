//! `toolcoach --stats`: the statistics of the ledgers, as a page, as JSON, for Prometheus, and as
//! HTML with charts.

mod criteria;
mod days;
mod effect;
mod filter;
mod html;
mod last;
mod lessons;
mod output;
mod page;
mod prometheus;
mod read;
mod report;
mod statistics;
mod tally;
mod times;

use std::path::PathBuf;

use clap::ValueEnum;

use crate::base::state_dir;
use crate::commands::error::Error;
use crate::ui::print::{print, print_json};
use crate::ui::style::Palette;
use report::StatsReport;
use statistics::Statistics;

pub(crate) use filter::StatsFilter;
pub(crate) use last::last;

/// How the statistics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// A page for a person
    Text,
    /// One object; docs/stats.schema.json describes it
    Json,
    /// Metrics for a Prometheus textfile collector
    Prometheus,
}

/// Where the statistics go.
#[derive(Debug)]
pub(crate) struct StatsOutput {
    /// How they are printed.
    pub(crate) format: StatsFormat,
    /// A file instead of stdout.
    pub(crate) file: Option<PathBuf>,
    /// A file for the page with charts.
    pub(crate) html: Option<PathBuf>,
}

/// The statistics of a state folder in every form: as text, for Prometheus, as HTML, and as a JSON
/// value.
///
/// # Errors
/// When the folder cannot be listed.
#[cfg(fuzzing)]
pub(crate) fn every_form(
    folder: &std::path::Path,
) -> Result<([String; 3], serde_json::Value), Error> {
    let stats = Statistics::read(folder, StatsFilter::default())?;
    let pages =
        [page::render(&stats, Palette::plain()), prometheus::render(&stats), html::render(&stats)];
    Ok((pages, serde_json::to_value(StatsReport::of(&stats))?))
}

/// Prints the statistics.
///
/// # Errors
/// When the state folder is unknown or cannot be read, or the output cannot be written.
pub(crate) fn run(filter: StatsFilter, output: &StatsOutput) -> Result<(), Error> {
    if output.format == StatsFormat::Prometheus
        && (filter.since_ms.is_some() || filter.session.is_some())
    {
        return Err(Error::Usage(
            "--format prometheus counts everything: Prometheus makes its own windows".to_owned(),
        ));
    }
    let folder: PathBuf = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let stats = Statistics::read(&folder, filter)?;
    if let Some(path) = &output.html {
        output::write(path, &html::render(&stats))?;
        if output.file.is_none() && output.format == StatsFormat::Text {
            return Ok(print(&format!("Wrote {}\n", path.display()))?);
        }
    }
    let text = match (output.format, &output.file) {
        (StatsFormat::Text, None) => page::render(&stats, Palette::of_terminal()),
        (StatsFormat::Text, Some(_)) => page::render(&stats, Palette::plain()),
        (StatsFormat::Json, _) => serde_json::to_string_pretty(&StatsReport::of(&stats))? + "\n",
        (StatsFormat::Prometheus, _) => prometheus::render(&stats),
    };
    match &output.file {
        Some(path) => output::write(path, &text),
        None if output.format == StatsFormat::Json => Ok(print_json(&text)?),
        None => Ok(print(&text)?),
    }
}
