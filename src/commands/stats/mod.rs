//! `toolcoach --stats`: what the ledgers tell, as a page, as JSON, for Prometheus, and as HTML with
//! charts.

pub mod criteria;
pub mod days;
pub mod html;
pub mod last;
pub mod output;
pub mod page;
pub mod prometheus;
pub mod read;
pub mod report;
pub mod tally;
pub mod times;

use crate::store::ledgers;
use std::path::{Path, PathBuf};
use std::thread;

use clap::ValueEnum;

use crate::base::state_dir;
use crate::base::state_dir::Patience;
use crate::commands::error::Error;
use crate::engine::breaker::Breakers;
use crate::protocol::client::Client;
use crate::store::learned::Learned;
use crate::store::ledger;
use crate::store::ledger::Ledger;
use crate::store::mutes::Mutes;
use crate::store::rollup::Rollup;
use crate::ui::print::{print, print_json};
use crate::ui::style;
use crate::upkeep::learning::Evidence;
use tally::Tally;

pub(crate) use last::last;

/// How the statistics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A page for a person
    Text,
    /// One object; docs/stats.schema.json describes it
    Json,
    /// Metrics for a Prometheus textfile collector
    Prometheus,
}

/// Which calls are counted.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// Only calls of the last so many ms.
    pub(crate) since_ms: Option<u64>,
    /// Only the session with this id, its sub-agents with it.
    pub(crate) session: Option<String>,
    /// Only calls of this agent.
    pub(crate) client: Option<Client>,
}

impl Filter {
    fn is_set(&self) -> bool {
        self.since_ms.is_some() || self.session.is_some() || self.client.is_some()
    }
}

/// Where the statistics go.
#[derive(Debug)]
pub(crate) struct Target {
    /// How they are printed.
    pub(crate) format: Format,
    /// A file instead of stdout.
    pub(crate) output: Option<PathBuf>,
    /// A file for the page with charts.
    pub(crate) html: Option<PathBuf>,
}

/// All that a report shows.
#[derive(Debug)]
pub(crate) struct Stats {
    pub(crate) now: u64,
    pub(crate) folder: PathBuf,
    pub(crate) filter: Filter,
    pub(crate) tally: Tally,
    pub(crate) storage_bytes: u64,
    pub(crate) mutes: Mutes,
    pub(crate) learned: Learned,
    pub(crate) breakers: Breakers,
}

impl Stats {
    /// Reads the state folder.
    ///
    /// # Errors
    /// When it cannot be listed.
    fn read(folder: &Path, filter: Filter) -> Result<Self, Error> {
        let now = ledger::now_ms();
        // As long as it lives no session moves from its files to the days.
        let rollup = Rollup::read(folder);
        // Each file is asked for its size: the disk's time, while the lines take the processor's.
        let (tally, storage_bytes) = thread::scope(|scope| {
            let sizes = scope.spawn(|| ledgers::bytes(folder));
            let tally = read::tally(folder, &filter, now, &rollup);
            (tally, sizes.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let tally = tally?;
        Ok(Self {
            now,
            learned: learned(folder, &filter, now, &tally),
            tally,
            storage_bytes,
            mutes: Mutes::read(folder, now),
            breakers: Breakers::read(folder),
            folder: folder.to_owned(),
            filter,
        })
    }

    /// The hash of the session that is asked for.
    fn session(&self) -> Option<String> {
        let id = self.filter.session.as_deref()?;
        Some(Ledger::new(&self.folder, id, None).stem().to_owned())
    }
}

/// Which rules learning mutes, found out anew. It looks at all there is, so a report that is
/// narrowed to some calls leaves it as it was.
fn learned(folder: &Path, filter: &Filter, now: u64, tally: &Tally) -> Learned {
    if filter.session.is_some() || filter.client.is_some() {
        return Learned::read(folder, now);
    }
    let mut evidence = Evidence::default();
    for (rule, outcome) in &tally.evidence {
        evidence.add(rule, outcome);
    }
    let learned = evidence.learned(now);
    // A store that cannot be written only keeps it from calls, which say so themselves.
    let _ = learned.write(folder, Patience::Command);
    learned
}

/// Every form of the statistics of a state folder: text, for Prometheus and HTML, and the JSON as a
/// value.
///
/// # Errors
/// When the folder cannot be listed.
#[cfg(fuzzing)]
pub(crate) fn every_form(folder: &Path) -> Result<([String; 3], serde_json::Value), Error> {
    let stats = Stats::read(folder, Filter::default())?;
    let pages = [
        page::render(&stats, style::Ink::plain()),
        prometheus::render(&stats),
        html::render(&stats),
    ];
    Ok((pages, serde_json::to_value(report::Report::of(&stats))?))
}

/// Prints the statistics.
///
/// # Errors
/// When there is no place for state, it cannot be read, or the output cannot be written.
pub(crate) fn run(filter: Filter, target: &Target) -> Result<(), Error> {
    if target.format == Format::Prometheus
        && (filter.since_ms.is_some() || filter.session.is_some())
    {
        return Err(Error::Usage(
            "--format prometheus counts everything: Prometheus makes its own windows".to_owned(),
        ));
    }
    let folder: PathBuf = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let stats = Stats::read(&folder, filter)?;
    if let Some(path) = &target.html {
        output::write(path, &html::render(&stats))?;
        if target.output.is_none() && target.format == Format::Text {
            return Ok(print(&format!("Wrote {}\n", path.display()))?);
        }
    }
    let text = match (target.format, &target.output) {
        (Format::Text, None) => page::render(&stats, style::Ink::of_terminal()),
        (Format::Text, Some(_)) => page::render(&stats, style::Ink::plain()),
        (Format::Json, _) => serde_json::to_string_pretty(&report::Report::of(&stats))? + "\n",
        (Format::Prometheus, _) => prometheus::render(&stats),
    };
    match &target.output {
        Some(path) => output::write(path, &text),
        None if target.format == Format::Json => Ok(print_json(&text)?),
        None => Ok(print(&text)?),
    }
}
