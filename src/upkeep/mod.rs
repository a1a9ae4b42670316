//! The daily upkeep folds ledgers that have been idle for long into days of the roll-up, so that
//! the store stays small.
//!
//! It runs in the first call of a new session, after the answer, for at most 20 ms. If that is not
//! enough, the next new session continues. The process may be killed at any moment. A ledger is
//! folded in three steps, each of which is atomic:
//!
//! 1. Upkeep sets the ledger's files aside: `<h>.calls.jsonl` becomes `<h>.<now>.calls.aside`. If
//!    the session wakes up, it begins a new ledger. A hook that has the old file open may still
//!    write to it for as long as a hook can live.
//! 2. When no hook can write any more, upkeep replaces `history.jsonl` by one that has the ledger
//!    in its days and names it as folded. From then on the ledger counts there, and no longer by
//!    itself.
//! 3. Upkeep removes the ledger's files, and its name with the next change of the roll-up.

mod fold;
pub mod learning;
mod listing;
mod names;
mod rewrite;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::base::state_dir;
use crate::base::state_dir::Patience;
use crate::store::history::LINE_VERSION;
use crate::store::ledger_file::{self, Part};
use crate::store::rollup;
use crate::store::rollup::{Folded, Rollup};
use fold::Days;
use listing::{LedgerListing, Pair, SessionFiles};

/// Time for the upkeep in one call.
pub(crate) const SLICE: Duration = Duration::from_millis(20);

/// How long writing `learned.json` may wait for another process.
const LEARNED_PATIENCE: Duration = Duration::from_millis(2);

/// Largest size of the ledgers and the roll-up together, bytes.
pub const MAX_STORE_BYTES: u64 = 20 << 20;

/// How long a ledger that was set aside may still have a writer, ms. Every hook ends within 2 s.
pub const GRACE_MS: u64 = 10_000;

/// A ledger that was written more recently stays, however full the store is, ms.
const MIN_IDLE_MS: u64 = 60_000;

/// How often the upkeep is due, ms.
const DAY_MS: u64 = 86_400_000;

/// What one run of the upkeep has to respect.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Unix time, ms.
    pub now_ms: u64,
    /// How long an idle ledger is kept, ms.
    pub retention_ms: u64,
    /// The ledger of this call, which upkeep does not touch:
    /// [`crate::store::ledger::Ledger::stem`].
    pub own: String,
    /// When the run must be over.
    pub end: Instant,
}

/// Whether a day has passed since the last complete upkeep, by the modification time of a file.
pub fn is_due(state: &Path, now_ms: u64) -> bool {
    let last = fs::symlink_metadata(state.join(state_dir::UPKEEP)).and_then(|meta| meta.modified());
    let last = last.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    // A date in the future means that the clock was set back.
    last.is_none_or(|last| now_ms.abs_diff(last.as_millis() as u64) >= DAY_MS)
}

/// Does as much as fits into the time; returns whether everything is done.
///
/// # Errors
/// When another process runs the upkeep ([`io::ErrorKind::WouldBlock`]), or the store cannot be
/// read or written.
pub fn run(state: &Path, terms: &Terms) -> io::Result<bool> {
    let lock = rollup::lock_file(state)?;
    // If another process holds the lock, its upkeep is as good as ours.
    lock.try_lock().map_err(io::Error::from)?;
    let progress = Progress::read(state);
    let rollup = rewrite::content(state)?;
    let mut sweep = Sweep {
        state,
        sessions: state.join("sessions"),
        terms,
        folded: rewrite::marks(&rollup),
        rollup,
        days: Days::default(),
        marks: BTreeMap::new(),
        changes: 0,
        progress,
    };
    sweep.run()?;
    sweep.progress.write(state, terms.now_ms)?;
    let is_done = sweep.progress.is_done();
    if is_done {
        let is_late = || Instant::now() >= terms.end;
        // `Rollup::read` would wait for the lock that is held here. If `learned.json` cannot be
        // written, the next upkeep learns the same.
        let rollup = Rollup::of(&rewrite::content(state)?);
        let patience = Patience::Hook(LEARNED_PATIENCE);
        let _ = learning::renew(state, &rollup, terms.now_ms, patience, is_late);
    }
    Ok(is_done)
}

/// Where the next run continues.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    /// [`LINE_VERSION`]
    v: u32,
    /// The position in the folder of ledgers to continue at.
    #[serde(skip_serializing_if = "is_start")]
    position: u64,
    /// The pass has not come to the end of the folder.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unfinished: bool,
    /// Bytes of the ledgers that this pass has kept so far.
    kept: u64,
    /// How long a ledger may be idle, ms, if the store is too large to keep ledgers for as long as
    /// the settings say.
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_ms: Option<u64>,
    /// Some ledger must be folded before the next day.
    waits: bool,
}

impl Progress {
    fn read(state: &Path) -> Self {
        let bytes = state_dir::read_small(&state.join(state_dir::UPKEEP), 4096).unwrap_or_default();
        let progress = serde_json::from_slice::<Self>(&bytes).unwrap_or_default();
        if progress.v == LINE_VERSION {
            progress
        } else {
            Self { v: LINE_VERSION, ..Self::default() }
        }
    }

    fn is_done(&self) -> bool {
        !self.unfinished && self.idle_ms.is_none() && !self.waits
    }

    /// Writes the file, dated so that [`is_due`] is true at once if there is more to do.
    fn write(&self, state: &Path, now_ms: u64) -> io::Result<()> {
        let date = if self.is_done() { Duration::from_millis(now_ms) } else { Duration::ZERO };
        let bytes = serde_json::to_vec(self)?;
        rewrite::replace(&state.join(state_dir::UPKEEP), &bytes, |file| {
            file.set_modified(SystemTime::UNIX_EPOCH + date)
        })
    }
}

fn is_start(position: &u64) -> bool {
    *position == 0
}

/// A pass over the ledgers, in the order of the folder.
struct Sweep<'a> {
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
    /// How many ledgers this run has set aside or folded, counting each part of a long one.
    changes: u64,
    progress: Progress,
}

impl Sweep<'_> {
    fn run(&mut self) -> io::Result<()> {
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
                return self.commit();
            }
            if !self.is_too_large() {
                self.progress.idle_ms = None;
                return self.commit();
            }
            // The oldest ledgers go first: the next pass folds those that have been idle for half
            // as long.
            let idle = self.idle_ms() / 2;
            if idle < MIN_IDLE_MS {
                self.progress.idle_ms = None;
                return self.commit();
            }
            self.progress.idle_ms = Some(idle);
            if Instant::now() >= end {
                return self.commit();
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
                for part in Part::ALL {
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
        Part::ALL.into_iter().flat_map(paths)
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
            let Ok(Some(part)) = fold::next(&self.sessions, ledger, self.marks.get(ledger)) else {
                return true;
            };
            self.changes += 1;
            part.days.0.values().for_each(|day| self.days.add(day));
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
        if now.saturating_sub(live.changed_ms) < self.idle_ms() {
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
            let part = if half.calls { Part::Calls } else { Part::Warnings };
            let former = ledger_file::former_path(&self.sessions, &name(*old), part);
            let from = if files.former.contains(old) { former } else { path(*old, part) };
            fs::rename(from, path(time, part))?;
        }
        // The warnings go first: without calls, they would go on to hold hints.
        for (exists, part) in
            [(live.files.warnings, Part::Warnings), (live.files.calls, Part::Calls)]
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

/// The files of a ledger that hooks may write to.
#[derive(Default)]
struct Live {
    files: Pair,
    bytes: u64,
    changed_ms: u64,
}

impl Live {
    /// Checks the files. `None` if there are none, or if one is not a regular file.
    fn look(sessions: &Path, stem: &str) -> Option<Self> {
        let mut live = Self::default();
        for part in Part::ALL {
            // A ledger may have only one file, and an earlier pass of this run may have moved it.
            let Ok(meta) = fs::symlink_metadata(ledger_file::path(sessions, stem, part)) else {
                continue;
            };
            if !meta.is_file() {
                return None;
            }
            let changed =
                meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            live.bytes += meta.len();
            live.changed_ms =
                live.changed_ms.max(changed.map_or(0, |time| time.as_millis() as u64));
            match part {
                Part::Calls => live.files.calls = true,
                Part::Warnings => live.files.warnings = true,
            }
        }
        (live.files.calls || live.files.warnings).then_some(live)
    }
}
