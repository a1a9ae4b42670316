//! `toolcoach replay`: what it would have said to an agent in sessions of the past. Writes nothing.
//!
//! Transcripts are read line by line; each call becomes the input that the hook would have got, and
//! goes through the engine with a memory that is on no disk and a clock that shows the transcript's
//! time. Threads share the files among them, and counting does not hang on who reads which, so the
//! report is the same whatever their number.

pub mod claude;
pub mod codex;
pub mod files;
pub mod lines;
pub mod page;
pub mod past;
pub mod record;
pub mod recorded;
pub mod report;
pub mod sources;
pub mod tally;

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use clap::Args;

use super::context::Here;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::settings::Settings;
use crate::ui::print::{print, print_json};
use crate::ui::progress::Progress;
use report::Report;
use sources::Sources;
use tally::Tally;

pub use files::{LeftOut, read};
pub use past::{Conditions, Told};
pub use record::Record;

/// A thread's stack, bytes: commands are parsed on it, as otherwise on the main thread.
const STACK_BYTES: usize = 16 << 20;

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// What `replay` is asked.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Transcripts of Claude Code or Codex, or recorded hook inputs (JSON lines, .gz too); folders
    /// are searched for them [default: the agents' own folders]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The programs on PATH, such as rg,fd [default: those of this machine]
    #[arg(long, value_name = "PROGRAMS", value_delimiter = ',')]
    have: Option<Vec<String>>,
    /// Only these rules
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// Examples of each rule
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// Threads [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
}

/// Replays what was asked for, and prints what came of it.
///
/// # Errors
/// When a path is not there, or nothing can be printed.
pub(crate) fn run(options: &Options) -> Result<(), Error> {
    let here = Here::new();
    for rule in &options.rules {
        here.rule(rule)?;
    }
    let sources = Sources::find(&options.paths)?;
    let files = sources.units.iter().map(|unit| unit.files.len() as u64).sum();
    let mut tally = replay(options, sources)?;
    tally
        .rules
        .retain(|id, _| options.rules.is_empty() || options.rules.iter().any(|rule| rule == id));
    if options.json {
        return Ok(print_json(
            &(serde_json::to_string_pretty(&Report::new(&tally, files))? + "\n"),
        )?);
    }
    Ok(print(&page::render(&tally, files))?)
}

fn replay(options: &Options, sources: Sources) -> Result<Tally, Error> {
    let wanted = options.examples;
    let surroundings = Conditions {
        settings: Settings::load(state_dir::folder()).for_replay(),
        having: options.have.as_ref().map(|programs| programs.iter().cloned().collect()),
    };
    let units = &sources.units;
    let whole = units.iter().map(|unit| unit.bytes).sum();
    let (next, progress) = (AtomicUsize::new(0), AtomicU64::new(0));
    let work = |surroundings: &Conditions| {
        let mut tally = Tally::new(wanted);
        while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
            let left_out =
                read(&unit.files, surroundings, &progress, &mut |told| tally.count(told));
            tally.left_out.add(left_out);
        }
        tally
    };
    let threads = options
        .jobs
        .or(thread::available_parallelism().ok())
        .map_or(1, NonZero::get)
        .min(units.len());
    let mut total = Tally::new(wanted);
    total.left_out.unreadable_files = sources.unreadable;
    thread::scope(|scope| {
        let (done, tallies) = mpsc::channel();
        for at in 0..threads {
            let (done, work, surroundings) = (done.clone(), &work, surroundings.again());
            let started =
                thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, move || {
                    // Who counts is there until all have told.
                    let _ = done.send(work(&surroundings));
                });
            match started {
                Err(source) if at == 0 => return Err(Error::NoThread(source)),
                // Those that could be had do the work.
                Err(_) => break,
                Ok(_) => {}
            }
        }
        drop(done);
        let mut bar = Progress::new();
        loop {
            match tallies.recv_timeout(TICK) {
                Ok(tally) => total.add(tally),
                Err(RecvTimeoutError::Timeout) => bar.show(progress.load(Ordering::Relaxed), whole),
                Err(RecvTimeoutError::Disconnected) => return Ok(total),
            }
        }
    })
}
