//! `replay --config FILE --diff`: what a settings file would change. Each call is replayed under the
//! settings in force and under the file, each with a memory of its own.

mod page;
mod report;
mod tally;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use super::filter::CallFilter;
use super::options::ReplayOptions;
use super::threads::{self, Counter};
use super::trial::Trial;
use crate::commands::error::Error;
use crate::commands::transcripts::{self, Conditions, Share, Sources};
use crate::ui::print::{self, print, print_json};
use crate::ui::style::Palette;
use tally::DiffTally;

/// Prints what the file changes, and returns whether anything was read.
///
/// # Errors
/// When no thread can be started, or stdout cannot be written.
pub(super) fn run(
    options: &ReplayOptions,
    trial: &Trial,
    sources: &Sources,
    filter: &CallFilter,
) -> Result<bool, Error> {
    let in_force = options.conditions();
    let settings = trial.applied_to(in_force.settings.for_other_dir());
    let tried = Conditions { settings, programs: in_force.programs.clone(), share: in_force.share };
    let counter = || DiffCounter {
        in_force: in_force.for_thread(),
        tried: tried.for_thread(),
        filter,
        tally: DiffTally::new(options.examples),
    };
    let mut tally = threads::count(sources, options.jobs, counter)?.tally;
    tally.left_out.add_unreadable(&sources.unreadable);
    tally.rules.retain(|id, _| options.is_wanted(id));
    let files = sources.files();
    if options.json {
        let report = report::DiffReport::new(&tally, trial, files);
        print_json(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else {
        let page = page::render(&tally, trial, files, Palette::of_stdout(), print::columns());
        print(&page)?;
    }
    Ok(tally.calls > 0 || tally.left_out.has_recordings())
}

/// Counts what differs between the two.
struct DiffCounter<'f> {
    in_force: Conditions,
    tried: Conditions,
    filter: &'f CallFilter,
    tally: DiffTally,
}

impl Counter for DiffCounter<'_> {
    fn read(&mut self, files: &[PathBuf], share: Share, progress: &AtomicU64) {
        let Self { in_force, tried, filter, tally } = self;
        (in_force.share, tried.share) = (share, share);
        let both = [&*in_force, &*tried];
        let left_out = transcripts::read_twice(files, both, progress, &mut |first, second| {
            if filter.admits(second) {
                tally.count(first, second);
            }
        });
        tally.left_out.add(left_out);
    }

    fn add(&mut self, other: Self) {
        self.tally.add(other.tally);
    }
}
