//! `toolcoach stats`: what agents do most, whether advice changes it, and what it cost; as a
//! page, as JSON, for Prometheus, as OTLP, and as HTML with charts.

mod comparison;
mod criteria;
mod days;
mod effect;
mod effect_words;
mod filter;
mod health;
mod html;
mod last;
mod lessons;
mod metrics;
mod next_steps;
mod nothing;
mod options;
mod page;
mod read;
mod report;
mod statistics;
mod stores;
mod tally;
mod times;
mod words;

use std::path::{Path, PathBuf};

use crate::base::state_dir;
use crate::commands::error::Error;
use crate::ui::print::{print, print_json};
use crate::ui::style::Palette;
use crate::ui::{file, print};
use options::StatsFormat;
use report::StatsReport;
use statistics::Statistics;

pub(crate) use last::last;
pub(crate) use options::StatsOptions;

/// The statistics of a state folder in every form: as text, for Prometheus, as HTML, and as a JSON
/// value.
///
/// # Errors
/// When the folder cannot be listed.
#[cfg(fuzzing)]
pub(crate) fn every_form(
    folder: &std::path::Path,
) -> Result<([String; 3], serde_json::Value), Error> {
    let stats = Statistics::read(folder, filter::StatsFilter::default())?;
    let pages = [
        page::render(&stats, Palette::plain(), print::USUAL_WIDTH),
        metrics::prometheus(&stats),
        html::render(&stats),
    ];
    Ok((pages, serde_json::to_value(StatsReport::of(&stats))?))
}

/// Prints the statistics.
///
/// # Errors
/// When the state folder is unknown or cannot be read, or the output cannot be written.
pub(crate) fn run(options: StatsOptions) -> Result<(), Error> {
    let StatsOptions { format, json, health, output, html, states, filter } = options;
    let format = if json { StatsFormat::Json } else { format };
    let is_narrowed = filter.since.is_some() || filter.session.is_some();
    if let Some(why) = format.counts_everything().filter(|_| is_narrowed) {
        return Err(Error::Usage(why.to_owned()));
    }
    let resource = match format {
        StatsFormat::Otlp => metrics::resource::attributes().map_err(Error::Usage)?,
        _ => Vec::new(),
    };
    let is_own = states.is_empty();
    let stats = if is_own {
        let folder: PathBuf = state_dir::folder().ok_or(Error::NoStateFolder)?;
        Statistics::read(&folder, filter)?
    } else {
        stores::read(&states, filter)?
    };
    let is_page = format == StatsFormat::Text && output.is_none() && html.is_none();
    if is_page
        && is_own
        && stats.tally.calls == 0
        && let Some(text) = nothing::in_words(&stats)?
    {
        return Ok(print::print_sentences(&text)?);
    }
    if let Some(path) = &html {
        write(path, &html::render(&stats))?;
        if output.is_none() && format == StatsFormat::Text {
            return Ok(print::confirm(&format!("Wrote {}", path.display()))?);
        }
    }
    let page = if health { page::render_health } else { page::render };
    let text = match (format, &output) {
        (StatsFormat::Text, None) => page(&stats, Palette::of_stdout(), print::columns()),
        (StatsFormat::Text, Some(_)) => page(&stats, Palette::plain(), print::USUAL_WIDTH),
        (StatsFormat::Json, _) => serde_json::to_string_pretty(&StatsReport::of(&stats))? + "\n",
        (StatsFormat::Prometheus, _) => metrics::prometheus(&stats),
        (StatsFormat::Otlp, _) => metrics::otlp(&stats, resource),
    };
    match &output {
        Some(path) => write(path, &text),
        None if format == StatsFormat::Json => Ok(print_json(&text)?),
        None => Ok(print(&text)?),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    file::write(path, text).map_err(Error::writing(path))
}
