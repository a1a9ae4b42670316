//! `toolcoach replay`: the advice that an agent would have got in past sessions. Writes nothing.
//!
//! This reads transcripts line by line. Each call becomes the input that the hook would have got,
//! and goes through the engine with a memory that is not on disk and a clock that shows the
//! transcript's time. Threads share the files, and the sessions of a large file of hook inputs. The
//! counts do not depend on which thread reads which, so the report is the same for any number of
//! threads.

mod first_look;
mod html;
mod page;
mod report;
mod tally;

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::transcripts::{self, Conditions, Replayed, Share, Sources, Unit};
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::settings::Settings;
use crate::store::ledger;
use crate::ui::file;
use crate::ui::print::{self, print, print_json};
use crate::ui::progress::Progress;
use crate::ui::span::Since;
use crate::ui::style::Palette;
use first_look::below_home;
use report::ReplayReport;
use tally::ReplayTally;

/// Stack of a thread, bytes. The parser needs one as large as the main thread's.
const STACK_BYTES: usize = 16 << 20;

/// How often the progress bar moves.
const TICK: Duration = Duration::from_millis(100);

/// What `replay` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct ReplayOptions {
    /// Transcripts of Claude Code or Codex, or recorded hook inputs (JSON lines, also .gz and .zst),
    /// or folders with them [default: the agents' own folders]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write an HTML page to share to this file: it names no path, project, session or command
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,
    /// Programs to treat as being on PATH, such as rg,fd [default: those of this machine]
    #[arg(long, value_name = "PROGRAMS", value_delimiter = ',')]
    have: Option<Vec<String>>,
    /// Show only this rule; repeatable
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// Only calls since then: a span such as 12h or 7d, a date such as 2026-11-20, `yesterday`
    #[arg(long, value_name = "TIME", value_parser = Since::parse)]
    since: Option<Since>,
    /// Only calls in this folder or below it
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Number of examples for each rule
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// Number of threads [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
}

/// Replays the sessions, and prints the report.
///
/// # Errors
/// When a path does not exist, there are no transcripts, nothing can be read, a rule is unknown, or
/// stdout cannot be written.
pub(crate) fn run(options: &ReplayOptions) -> Result<(), Error> {
    let context = Context::new();
    for rule in &options.rules {
        context.rule(rule)?;
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
    let files = sources.units.iter().map(|unit| unit.files.len() as u64).sum();
    let looked = first_look::looked(&sources.own);
    let mut tally = replay(options, sources)?;
    tally
        .rules
        .retain(|id, _| options.rules.is_empty() || options.rules.iter().any(|rule| rule == id));
    if let Some(path) = &options.html {
        let page = html::render(&tally, ledger::now_ms());
        file::write(path, &page).map_err(Error::writing(path))?;
        print::confirm(&format!("Wrote {}", path.display()))?;
    } else if options.json {
        let report = ReplayReport::new(&tally, files);
        print_json(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else {
        let page = page::render(&tally, files, Palette::of_stdout(), print::columns());
        print(&(looked + &page))?;
        if tally.calls > tally.silent {
            print::print_sentences(&first_look::next())?;
        }
    }
    let left_out = &tally.left_out;
    let is_limited = options.since.is_some() || options.project.is_some();
    match tally.calls + left_out.read_lines + left_out.unhooked_calls + left_out.copied_calls {
        0 if !is_limited => Err(Error::NothingRead),
        _ => Ok(()),
    }
}

fn replay(options: &ReplayOptions, sources: Sources) -> Result<ReplayTally, Error> {
    let wanted = options.examples;
    let since = options.since.map(|since| since.start(ledger::now_ms()));
    let project = options.project.as_deref().map(|project| {
        let project = std::path::absolute(project).unwrap_or_default();
        project.canonicalize().unwrap_or(project)
    });
    // Earlier calls and those elsewhere are replayed too: sessions remember them.
    let is_counted = |replayed: &Replayed| {
        let cwd = replayed.case.event.cwd();
        since.is_none_or(|since| replayed.time_ms.is_some_and(|time| time >= since))
            && project
                .as_ref()
                .is_none_or(|project| cwd.is_some_and(|cwd| Path::new(cwd).starts_with(project)))
    };
    let conditions = Conditions {
        settings: Settings::load(state_dir::folder()).for_replay(),
        programs: options.have.as_ref().map(|programs| programs.iter().cloned().collect()),
        share: Share::default(),
    };
    let units = &sources.units;
    let whole = units.iter().map(|unit| unit.bytes).sum();
    let (next, progress) = (AtomicUsize::new(0), AtomicU64::new(0));
    let threads = options.jobs.or(thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let parts: Vec<(&Unit, Share)> = units.iter().flat_map(|unit| unit.shares(threads)).collect();
    let work = |mut conditions: Conditions| {
        let mut tally = ReplayTally::new(wanted);
        while let Some((unit, share)) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            conditions.share = *share;
            let left_out =
                transcripts::read(&unit.files, &conditions, &progress, &mut |replayed| {
                    if is_counted(replayed) {
                        tally.count(replayed);
                    }
                });
            tally.left_out.add(left_out);
        }
        tally
    };
    let threads = threads.min(parts.len());
    let mut total = ReplayTally::new(wanted);
    total.left_out.unreadable_files = sources.unreadable;
    thread::scope(|scope| {
        let (done, tallies) = mpsc::channel();
        for at in 0..threads {
            let (done, work, conditions) = (done.clone(), &work, conditions.for_thread());
            let started =
                thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, move || {
                    // The receiver outlives all threads.
                    let _ = done.send(work(conditions));
                });
            match started {
                Err(source) if at == 0 => return Err(Error::NoThread(source)),
                // The threads that did start do the work.
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
