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
pub mod recent;
pub mod report;
pub mod store;
pub mod tally;
pub mod times;

use std::path::{Path, PathBuf};
use std::thread;

use clap::ValueEnum;
use serde::Serialize;

use crate::base::error::Error;
use crate::base::state_dir;
use crate::base::state_dir::Patience;
use crate::cli;
use crate::engine::breaker::{Breakers, Failure, State};
use crate::protocol::client::Client;
use crate::rules::rule::Analyzer;
use crate::settings::Mutes;
use crate::store::learned::Learned;
use crate::store::ledger;
use crate::store::ledger::Ledger;
use crate::store::rollup::Rollup;
use crate::ui::style;
use crate::upkeep::learning::Evidence;
use tally::Tally;

pub(crate) use crate::ui::style::{Ink, STYLES};
pub(crate) use criteria::P95_MS;
pub(crate) use last::last;
pub(crate) use page::ago;
pub(crate) use recent::Recent;

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
            let sizes = scope.spawn(|| store::bytes(folder));
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
    let _ = learned.note(folder, Patience::Command);
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
            return cli::print(&format!("Wrote {}\n", path.display()));
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
        None if target.format == Format::Json => cli::print_json(&text),
        None => cli::print(&text),
    }
}

/// One analyzer's breaker.
#[derive(Debug, Serialize)]
pub(crate) struct BreakerLine {
    /// The analyzer.
    pub(crate) analyzer: &'static str,
    /// `closed`, `open`, `half-open` or `trying`.
    pub(crate) state: &'static str,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// The last of them.
    pub(crate) last: Option<&'static str>,
    /// Since when it is not closed, unix ms.
    pub(crate) since_ms: Option<u64>,
    /// When a call may try again, unix ms.
    pub(crate) next_try_ms: Option<u64>,
}

impl BreakerLine {
    /// Every analyzer's, the healthy ones too.
    pub(crate) fn all(breakers: &Breakers, now: u64) -> Vec<Self> {
        let line = |analyzer: Analyzer| {
            let breaker = breakers.of(analyzer.as_str());
            let state = breaker.state(now);
            Self {
                analyzer: analyzer.as_str(),
                state: state.as_str(),
                failures: breaker.failures,
                last: breaker.last.map(Failure::as_str),
                since_ms: breaker.opened,
                next_try_ms: if let State::Open(until) = state { Some(until) } else { None },
            }
        };
        Analyzer::ALL.into_iter().map(line).collect()
    }
}

/// A span of time such as `90s`, `30m`, `12h`, `7d`, `2w` in ms.
///
/// # Errors
/// What was expected.
pub(crate) fn parse_span(text: &str) -> Result<u64, String> {
    let expected = || "expected a number and s, m, h, d or w, such as 7d".to_owned();
    let unit = text.chars().last().ok_or_else(expected)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return Err(expected()),
    };
    let count: u64 = text.trim_end_matches(unit).parse().map_err(|_| expected())?;
    count.checked_mul(seconds * 1000).ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::parse_span;

    #[test]
    fn spans_have_a_number_and_a_unit() {
        assert_eq!(parse_span("7d"), Ok(7 * 86_400_000));
        assert_eq!(parse_span("90s"), Ok(90_000));
        for wrong in ["", "d", "7", "7y", "-1d", "99999999999999999w"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }
}
