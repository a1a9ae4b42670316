//! `toolcoach replay`: the advice that an agent would have got in past sessions. Writes nothing.
//!
//! This reads transcripts line by line. Each call becomes the input that the hook would have got,
//! and goes through the engine with a memory that is not on disk and a clock that shows the
//! transcript's time. Threads share the files, and the sessions of a large file of hook inputs. The
//! counts do not depend on which thread reads which, so the report is the same for any number of
//! threads.

mod diff;
mod filter;
mod first_look;
mod html;
mod options;
mod page;
mod report;
mod tally;
mod threads;
mod trial;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use super::context::Context;
use super::transcripts::{self, Conditions, Share, Sources};
use crate::commands::error::Error;
use crate::store::ledger;
use crate::ui::file;
use crate::ui::print::{self, print, print_json};
use crate::ui::style::Palette;
use filter::CallFilter;
use first_look::below_home;
pub(crate) use options::ReplayOptions;
use report::ReplayReport;
use tally::ReplayTally;
use threads::Counter;
use trial::Trial;

/// Replays the sessions, and prints the report.
///
/// # Errors
/// When a path does not exist, there are no transcripts, nothing can be read, a rule is unknown, a
/// settings file is invalid, or stdout cannot be written.
pub(crate) fn run(options: &ReplayOptions) -> Result<(), Error> {
    let context = Context::new();
    let trial = Trial::of(options, &context.settings)?;
    for rule in &options.rules {
        if !trial.as_ref().is_some_and(|trial| trial.has_rule(rule)) {
            context.rule(rule)?;
        }
    }
    let sources = Sources::find(&options.paths)?;
    if sources.units.is_empty() && sources.unreadable.is_empty() {
        return Err(match options.paths.clone() {
            paths if paths.is_empty() => Error::NoTranscripts {
                looked: sources.own.iter().map(|folder| below_home(&folder.path)).collect(),
            },
            paths => Error::NoRecordings { paths },
        });
    }
    let filter = options.filter();
    let read = match &trial {
        Some(trial) if options.diff => diff::run(options, trial, &sources, &filter)?,
        trial => show(options, trial.as_ref(), &sources, &filter)?,
    };
    if read || !filter.is_open() { Ok(()) } else { Err(Error::NothingRead) }
}

/// Prints what is said under one set of settings, and returns whether anything was read.
fn show(
    options: &ReplayOptions,
    trial: Option<&Trial>,
    sources: &Sources,
    filter: &CallFilter,
) -> Result<bool, Error> {
    let mut conditions = options.conditions();
    if let Some(trial) = trial {
        conditions.settings = trial.applied_to(conditions.settings);
    }
    let counter = || ReplayCounter {
        conditions: conditions.for_thread(),
        filter,
        tally: ReplayTally::new(options.examples),
    };
    let mut tally = threads::count(sources, options.jobs, counter)?.tally;
    tally.left_out.add_unreadable(&sources.unreadable);
    tally.rules.retain(|id, _| options.is_wanted(id));
    let files = sources.files();
    if let Some(path) = &options.html {
        let page = html::render(&tally, ledger::now_ms());
        file::write(path, &page).map_err(Error::writing(path))?;
        print::confirm(&format!("Wrote {}", path.display()))?;
    } else if options.json {
        let report = ReplayReport::new(&tally, files);
        print_json(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else {
        let lead = first_look::looked(&sources.own) + &trial.map(Trial::line).unwrap_or_default();
        let page = page::render(&tally, files, Palette::of_stdout(), print::columns());
        print(&(lead + &page))?;
        if tally.calls > tally.silent {
            print::print_sentences(&first_look::next(&tally))?;
        }
    }
    Ok(tally.calls > 0 || tally.left_out.has_recordings())
}

/// Counts what is said under one set of settings.
struct ReplayCounter<'f> {
    conditions: Conditions,
    filter: &'f CallFilter,
    tally: ReplayTally,
}

impl Counter for ReplayCounter<'_> {
    fn read(&mut self, files: &[PathBuf], share: Share, progress: &AtomicU64) {
        let Self { conditions, filter, tally } = self;
        conditions.share = share;
        let left_out = transcripts::read(files, conditions, progress, &mut |replayed| {
            if filter.admits(replayed) {
                tally.count(replayed);
            }
        });
        tally.left_out.add(left_out);
    }

    fn add(&mut self, other: Self) {
        self.tally.add(other.tally);
    }
}
