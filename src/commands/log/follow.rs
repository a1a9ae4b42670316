//! `log --follow`: shows what is said from now on, and what comes of what was shown.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::entry::Entry;
use super::output::Log;
use super::said::{self, Key, Said, Scope};
use super::search;
use crate::commands::error::Error;
use crate::store::ledgers::LineBuffer;
use crate::store::rollup::Rollup;
use crate::store::uptake::AdviceOutcome;
use crate::ui::print;

/// How often the ledgers are looked at.
const TICK: Duration = Duration::from_millis(500);

/// How long an entry waits for its call. Clients write a call into the transcript after its hooks
/// have ended.
const PATIENCE: Duration = Duration::from_secs(5);

/// The sizes of the ledgers' files, by their names.
pub(super) type Sizes = HashMap<String, [u64; 2]>;

/// The sizes of the scope's ledgers.
///
/// # Errors
/// When the folder cannot be listed.
pub(super) fn sizes(scope: &Scope) -> Result<Sizes, Error> {
    let files = said::files(scope)?;
    Ok(files.iter().map(|memory| (memory.name().to_owned(), memory.sizes())).collect())
}

/// The state of following.
struct Follower<'l> {
    log: &'l Log,
    scope: &'l Scope,
    /// The ledgers as they were when they were read last.
    sizes: Sizes,
    /// Everything that was said so far.
    known: HashSet<Key>,
    /// What was printed.
    shown: HashMap<Key, Entry>,
    /// What was said and waits for its call to be in the transcript, with the time of its coming.
    waiting: Vec<(Said, Instant)>,
}

/// Prints what is said from now on, until nobody reads. `known` is what was said before, `shown`
/// the part of it that was printed, and `sizes` are those of the ledgers before they were read.
///
/// # Errors
/// When the folder cannot be listed, or stdout cannot be written.
pub(super) fn follow(
    log: &Log,
    scope: &Scope,
    sizes: Sizes,
    known: HashSet<Key>,
    shown: Vec<Entry>,
) -> Result<(), Error> {
    let shown = shown.into_iter().map(|entry| (entry.said.key(), entry)).collect();
    let mut follower = Follower { log, scope, sizes, known, shown, waiting: Vec::new() };
    while follower.look()? && follower.print_waiting()? {
        if !print::wait(TICK) {
            break;
        }
    }
    Ok(())
}

impl Follower<'_> {
    /// Reads the ledgers that have changed, and prints the outcomes that have. Returns whether
    /// somebody still reads.
    fn look(&mut self) -> Result<bool, Error> {
        let mut changed = Vec::new();
        for memory in said::files(self.scope)? {
            let sizes = memory.sizes();
            let before = self.sizes.insert(memory.name().to_owned(), sizes);
            let was = before.unwrap_or_default();
            if was[1] != sizes[1] || (was[0] != sizes[0] && self.is_undecided(memory.stem())) {
                changed.push(memory);
            }
        }
        if changed.is_empty() {
            return Ok(true);
        }
        let (rollup, mut lines) = (Rollup::read(&self.scope.folder), LineBuffer::new());
        let mut fresh = Vec::new();
        for said in changed.iter().flat_map(|memory| said::all_of(memory, &rollup, &mut lines)) {
            let key = said.key();
            if let Some(entry) = self.shown.get_mut(&key) {
                if entry.said.outcome != said.outcome {
                    entry.said = said;
                    if !self.log.print(entry, true)? {
                        return Ok(false);
                    }
                }
            } else if let Some((waiting, _)) = self.waiting.iter_mut().find(|it| it.0.key() == key)
            {
                *waiting = said;
            } else if self.known.insert(key) {
                fresh.push(said);
            }
        }
        fresh.sort_by_key(|said| said.t);
        self.waiting.extend(fresh.into_iter().map(|said| (said, Instant::now())));
        Ok(true)
    }

    /// Whether something that came of a line in this ledger would be printed.
    fn is_undecided(&self, ledger: &str) -> bool {
        let is_open = |said: &Said| said.ledger == ledger && said.outcome == AdviceOutcome::Open;
        self.waiting.iter().any(|(said, _)| is_open(said))
            || self.shown.values().any(|entry| is_open(&entry.said))
    }

    /// Prints the entries whose calls are in a transcript now, or have waited for long enough, in
    /// the order in which they were said. Returns whether somebody still reads.
    fn print_waiting(&mut self) -> Result<bool, Error> {
        if self.waiting.is_empty() {
            return Ok(true);
        }
        let said = self.waiting.iter().map(|(said, _)| said.clone()).collect();
        let entries = search::entries(&self.scope.folder, said);
        let is_due = |entry: &Entry, since: &Instant| {
            entry.trace.command.is_some() || since.elapsed() >= PATIENCE
        };
        let waiting = self.waiting.iter().zip(entries);
        let ready: Vec<Entry> = waiting
            .take_while(|((_, since), entry)| is_due(entry, since))
            .map(|(_, entry)| entry)
            .collect();
        self.waiting.drain(..ready.len());
        for entry in ready {
            if !self.log.print(&entry, false)? {
                return Ok(false);
            }
            self.shown.insert(entry.said.key(), entry);
        }
        Ok(true)
    }
}
