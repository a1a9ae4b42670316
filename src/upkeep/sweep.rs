//! A pass over the ledgers: sets aside what has been idle for long, folds what was set aside, and
//! removes what was folded.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::fold::{self, Days};
use super::lessons::{self, FoldedHabits};
use super::listing::{LedgerListing, Pair, SessionFiles};
use super::live::Live;
use super::progress::{Progress, is_start};
use super::{DAY_MS, GRACE_MS, MAX_STORE_BYTES, Terms, rewrite};
use crate::base::state_dir;
use crate::store::ledger_file::{self, LedgerLines};
use crate::store::lessons::Lessons;
use crate::store::rollup::Folded;

/// A ledger that was written more recently stays, however full the store is, ms.
const MIN_IDLE_MS: u64 = 60_000;

/// A pass over the ledgers, in the order of the folder.
pub(super) struct Sweep<'a> {
    state: &'a Path,
    sessions: PathBuf,
    terms: &'a Terms,
    /// The roll-up as it is.
    rollup: Vec<u8>,
    /// The ledgers that the roll-up names as folded.
    folded: BTreeMap<String, Folded>,
    /// The days to add to the roll-up.
    days: Days,
    /// The ledgers that the new roll-up will name as folded.
    marks: BTreeMap<String, Folded>,
    /// What is known of the last sessions of each project.
    lessons: Lessons,
    /// What the ledgers show that this run folds, as far as that is wanted.
    habits: Vec<FoldedHabits>,
    /// How many ledgers this run has set aside or folded, counting each part of a long one.
    changes: u64,
    progress: Progress,
}

impl<'a> Sweep<'a> {
    /// A pass that goes on where `progress` says; `rollup` is the content of the roll-up.
    pub(super) fn new(
        state: &'a Path,
        terms: &'a Terms,
        rollup: Vec<u8>,
        progress: Progress,
    ) -> Self {
        Self {
            state,
            sessions: state.join("sessions"),
            terms,
            folded: rewrite::marks(&rollup),
            rollup,
            days: Days::default(),
            marks: BTreeMap::new(),
            lessons: Lessons::read(state),
            habits: Vec::new(),
            changes: 0,
            progress,
        }
    }

    /// Does as much as fits into the time; returns how far it came.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(super) fn run(mut self) -> io::Result<Progress> {
        self.work()?;
        self.commit()?;
        Ok(self.progress)
    }

    fn work(&mut self) -> io::Result<()> {
        // Ledgers that were folded before a crash, or only in part.
        for (ledger, mark) in &self.folded {
            if self.paths(ledger).any(|path| fs::symlink_metadata(path).is_ok()) {
                self.marks.insert(ledger.clone(), mark.clone());
            }
        }
        if !self.progress.unfinished {
            self.progress.waits = false;
        }
        // The last quarter of the time is for writing.
        let end = self.terms.end.checked_sub(self.time_left() / 4).unwrap_or(self.terms.end);
        loop {
            if is_start(&self.progress.position) {
                self.progress.kept = 0;
            }
            self.progress.unfinished = !self.pass(end)?;
            if self.progress.unfinished {
                return Ok(());
            }
            if !self.is_too_large() {
                self.progress.idle_ms = None;
                return Ok(());
            }
            // The oldest ledgers go first: the next pass folds those that have been idle for half
            // as long.
            let idle = self.idle_ms() / 2;
            if idle < MIN_IDLE_MS {
                self.progress.idle_ms = None;
                return Ok(());
            }
            self.progress.idle_ms = Some(idle);
            if Instant::now() >= end {
                return Ok(());
            }
        }
    }

    /// Goes on to the end of the folder; returns whether it came so far. However little time there
    /// is, it gets on: by a ledger that is due, or by a listing that has none.
    fn pass(&mut self, end: Instant) -> io::Result<bool> {
        loop {
            let listing = LedgerListing::read(&self.sessions, self.progress.position)?;
            let kept = self.progress.kept;
            let before = self.changes;
            for (stem, files) in &listing.sessions {
                let is_late = self.changes > before && Instant::now() >= end;
                if is_late || !self.visit(stem, files, end)? {
                    // The next run lists these again, without those that are gone.
                    self.progress.kept = kept;
                    return Ok(false);
                }
            }
            self.progress.position = listing.next;
            if is_start(&listing.next) {
                return Ok(true);
            }
            if Instant::now() >= end {
                return Ok(false);
            }
        }
    }

    /// Does what is due about a session or sub-agent; returns whether the pass may go on.
    fn visit(&mut self, stem: &str, files: &SessionFiles, end: Instant) -> io::Result<bool> {
        let moved = if stem == self.terms.own { None } else { self.set_aside(stem, files)? };
        for time in files.aside.keys().filter(|time| Some(**time) != moved) {
            let ledger = format!("{stem}.{time}");
            if files.former.contains(time) {
                for part in LedgerLines::ALL {
                    let former = ledger_file::former_path(&self.sessions, &ledger, part);
                    // It may have only one file.
                    let _ = fs::rename(former, ledger_file::path(&self.sessions, &ledger, part));
                }
            }
            if !self.fold(&ledger, *time, end) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where the files of a ledger that was set aside may be.
    fn paths(&self, ledger: &str) -> impl Iterator<Item = PathBuf> {
        let paths = |part| {
            [ledger_file::path, ledger_file::former_path]
                .map(|path| path(&self.sessions, ledger, part))
        };
        LedgerLines::ALL.into_iter().flat_map(paths)
    }

    fn time_left(&self) -> Duration {
        self.terms.end.saturating_duration_since(Instant::now())
    }

    fn idle_ms(&self) -> u64 {
        self.progress.idle_ms.unwrap_or(self.terms.retention_ms).min(self.terms.retention_ms)
    }

    fn is_too_large(&self) -> bool {
        self.progress.kept + self.rollup.len() as u64 > MAX_STORE_BYTES
    }

    /// Folds a ledger that was set aside, if it is time for that; returns whether the pass may go
    /// on.
    fn fold(&mut self, ledger: &str, set_aside: u64, end: Instant) -> bool {
        if self.marks.get(ledger).is_some_and(|mark| mark.whole) {
            return true;
        }
        if self.terms.now_ms.abs_diff(set_aside) < GRACE_MS {
            self.progress.waits = true;
            return true;
        }
        loop {
            // A ledger that cannot be read, or that a newer version wrote, stays as it is.
            let done = self.marks.get(ledger);
            let Ok(Some(part)) = fold::next(&self.sessions, ledger, done, &self.lessons) else {
                return true;
            };
            self.changes += 1;
            part.days.0.values().for_each(|day| self.days.add(day));
            self.habits.extend(part.habits);
            let whole = part.folded.whole;
            self.marks.insert(ledger.to_owned(), part.folded);
            if whole {
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
        }
    }

    /// Sets a ledger aside if it has been idle for long. If a crash left one of its files aside
    /// already, that one is moved along, so that no hook writes to one file while the other is
    /// folded. Returns the old time of such a file, under which it no longer exists.
    fn set_aside(&mut self, stem: &str, files: &SessionFiles) -> io::Result<Option<u64>> {
        if !files.live.calls && !files.live.warnings {
            return Ok(None);
        }
        let Some(live) = Live::look(&self.sessions, stem) else { return Ok(None) };
        let now = self.terms.now_ms;
        // A date that is days ahead is that of a clock which was wrong: it would keep the ledger for
        // years, however full the store is.
        let is_full = self.progress.idle_ms.is_some();
        let is_ahead = is_full && live.changed_ms.saturating_sub(now) > DAY_MS;
        if now.saturating_sub(live.changed_ms) < self.idle_ms() && !is_ahead {
            // The listing with its calls counts a ledger.
            if files.live.calls || !live.files.calls {
                self.progress.kept += live.bytes;
            }
            return Ok(None);
        }
        self.progress.waits = true;
        self.changes += 1;
        let name = |time: u64| format!("{stem}.{time}");
        let is_folded = |time: &u64| self.folded.contains_key(&name(*time));
        let is_taken = |time: &u64| files.aside.contains_key(time) || is_folded(time);
        let Some(time) = (now..).find(|time| !is_taken(time)) else { return Ok(None) };
        let path = |time: u64, part| ledger_file::path(&self.sessions, &name(time), part);
        let fits = |half: &Pair| {
            half.calls != half.warnings
                && half.calls != live.files.calls
                && half.warnings != live.files.warnings
        };
        let half = files.aside.iter().find(|(time, half)| fits(half) && !is_folded(time));
        if let Some((old, half)) = half {
            let part = if half.calls { LedgerLines::Calls } else { LedgerLines::Warnings };
            let former = ledger_file::former_path(&self.sessions, &name(*old), part);
            let from = if files.former.contains(old) { former } else { path(*old, part) };
            fs::rename(from, path(time, part))?;
        }
        // The warnings go first: without calls, they would go on to hold hints.
        for (exists, part) in
            [(live.files.warnings, LedgerLines::Warnings), (live.files.calls, LedgerLines::Calls)]
        {
            if exists {
                let from = ledger_file::path(&self.sessions, stem, part);
                fs::rename(from, path(time, part))?;
            }
        }
        Ok(half.map(|(old, _)| *old))
    }

    /// Writes the roll-up with what was folded, and removes the folded ledgers.
    fn commit(&mut self) -> io::Result<()> {
        let is_new = |(name, mark): (&String, &Folded)| self.folded.get(name) != Some(mark);
        if self.marks.iter().any(is_new) {
            // They are written first: what a ledger shows may be added twice, and cannot be read
            // later. Without them some lesson is due a little sooner or later.
            let _ = lessons::fold(self.state, std::mem::take(&mut self.habits));
            let days = std::mem::take(&mut self.days);
            let bytes = rewrite::merged(&self.rollup, days, &self.marks)?;
            rewrite::replace(&self.state.join(state_dir::HISTORY), &bytes, |_| Ok(()))?;
        }
        for (name, _) in self.marks.iter().filter(|(_, mark)| mark.whole) {
            for path in self.paths(name) {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
