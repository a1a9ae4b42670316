//! Counts the ledgers of a state folder. Several threads share the sessions: each takes the next
//! one.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::days;
use super::filter::StatsFilter;
use super::tally::{Calls, Tally, Window};
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::store::history::{CallLine, WarningLine};
use crate::store::ledger::Ledger;
use crate::store::ledger_file::LedgerLines;
use crate::store::ledgers;
use crate::store::ledgers::{LedgerFiles, LineBuffer, ReadOutcome};
use crate::store::rollup::Rollup;
use crate::ui::progress::Progress;

/// Most threads. More gain nothing, since they wait for the disk and the memory.
const MAX_THREADS: usize = 8;

/// Fewest sessions for a thread: starting one takes 50 us, as long as reading these.
const SESSIONS_A_THREAD: usize = 8;

/// Counts every ledger below `folder` that passes the filter. An absent store is empty.
///
/// # Errors
/// When the folder cannot be listed.
pub(super) fn tally(
    folder: &Path,
    filter: &StatsFilter,
    now: u64,
    rollup: &Rollup,
) -> Result<Tally, Error> {
    let since = filter.since.map_or(0, |since| since.start(now));
    let client = filter.client.map(|client| client.name());
    let window = Window { since, client, spans: filter.spans(now), now };
    let mut tally = sessions(folder, filter, &window, rollup, now)?;
    // The roll-up knows no sessions, and errors have neither a session nor a client.
    if filter.session.is_none() {
        days::add(&mut tally, rollup, &window);
        if filter.client.is_none() {
            errors(folder, &mut tally, since);
        }
    }
    Ok(tally)
}

fn sessions(
    folder: &Path,
    filter: &StatsFilter,
    window: &Window,
    rollup: &Rollup,
    now: u64,
) -> Result<Tally, Error> {
    let mut sessions = ledgers::sessions(folder).map_err(Error::reading(folder))?;
    if let Some(id) = &filter.session {
        let ledger = Ledger::new(folder, id, None);
        sessions.retain(|session, _| session == ledger.stem());
    }
    let sessions: Vec<Vec<LedgerFiles>> = sessions.into_values().collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut tally, mut lines) = (Tally::default(), LineBuffer::new());
        while let Some(memories) = sessions.get(next.fetch_add(1, Ordering::Relaxed)) {
            session(&mut tally, &mut lines, memories, window, rollup, now);
        }
        tally
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let threads = threads.min(sessions.len() / SESSIONS_A_THREAD);
    // For long work even a single thread pays off, since this one then shows the progress.
    Ok(if sessions.len() < 2 * SESSIONS_A_THREAD {
        work()
    } else {
        in_threads(threads, work, &next, sessions.len())
    })
}

/// Does the work with several threads, and shows the progress.
fn in_threads(
    threads: usize,
    work: impl Fn() -> Tally + Sync,
    next: &AtomicUsize,
    all: usize,
) -> Tally {
    let waiting = thread::current();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let tally = work();
                    waiting.unpark();
                    tally
                })
            })
            .collect();
        let mut progress = Progress::new();
        while !workers.iter().all(|worker| worker.is_finished()) {
            thread::park_timeout(Duration::from_millis(20));
            progress.show(next.load(Ordering::Relaxed) as u64, all as u64);
        }
        let mut sum = Tally::default();
        for worker in workers {
            sum.merge(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        sum
    })
}

fn session(
    tally: &mut Tally,
    lines: &mut LineBuffer,
    memories: &[LedgerFiles],
    window: &Window,
    rollup: &Rollup,
    now: u64,
) {
    let mut is_counted = false;
    for memory in memories {
        let mut calls = Calls::default();
        let read = memory
            .each(LedgerLines::Calls, rollup, lines, |line| tally.call(line, window, &mut calls));
        tally.unreadable_files += u64::from(read == ReadOutcome::Unreadable);
        let mut said = Vec::new();
        let read = memory
            .each(LedgerLines::Warnings, rollup, lines, |line| said.extend(tally.warning(line)));
        tally.unreadable_files += u64::from(read == ReadOutcome::Unreadable);
        // What decides about a unit are calls of any kind, so they are read once more.
        if said.iter().any(|line: &WarningLine| line.unit || !line.lesson.is_empty()) {
            let mut all = Vec::new();
            memory.each(LedgerLines::Calls, rollup, lines, |line| {
                all.extend(CallLine::of(line).map(CallLine::into_owned));
            });
            tally.units(&all, &said, window, now);
        }
        if tally.warnings(&calls, said, window) > 0 {
            is_counted = true;
            tally.sub_agents += u64::from(memory.is_sub_agent());
        }
    }
    tally.sessions += u64::from(is_counted);
}

/// Counts the inputs that the hook did not understand. Their session and client are unknown.
fn errors(folder: &Path, tally: &mut Tally, since: u64) {
    let mut lines = LineBuffer::new();
    for name in [state_dir::ERRORS, state_dir::OLD_ERRORS] {
        let read = lines.each(&folder.join(name), 0, |line| tally.error(line, since));
        tally.unreadable_files += u64::from(read == ReadOutcome::Unreadable);
    }
}
