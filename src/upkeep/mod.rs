//! The daily upkeep folds ledgers that have been idle for long into days of the roll-up, so that
//! the store stays small.
//!
//! It runs in the first call of a new session, after the answer, for at most 20 ms. If that is not
//! enough, the next new session continues. The process may be killed at any moment. A ledger is
//! folded in three steps, each of which is atomic:
//!
//! 1. Upkeep sets the ledger's files aside: `<h>.calls.jsonl` becomes `<h>.<now>.calls.jsonl`. If
//!    the session wakes up, it begins a new ledger. A hook that has the old file open may still
//!    write to it for as long as a hook can live.
//! 2. When no hook can write any more, upkeep replaces `history.jsonl` by one that has the ledger
//!    in its days and names it as folded. From then on the ledger counts there, and no longer by
//!    itself.
//! 3. Upkeep removes the ledger's files, and its name with the next change of the roll-up.

mod fold;
pub mod learning;
pub(crate) mod lessons;
mod listing;
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
use crate::store::lessons::Lessons;
use crate::store::rollup;
use crate::store::rollup::{CALLS, Folded, Rollup, WARNINGS};
use fold::Days;
use lessons::FoldedHabits;
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
    let (listing, rollup) =
        (LedgerListing::read(&state.join("sessions"))?, rewrite::content(state)?);
    let mut sweep = Sweep {
        state,
        sessions: state.join("sessions"),
        terms,
        folded: rewrite::marks(&rollup),
        rollup,
        days: Days::default(),
        marks: BTreeMap::new(),
        lessons: Lessons::read(state),
        habits: Vec::new(),
        progress,
    };
    sweep.run(&listing)?;
    sweep.progress.write(state, terms.now_ms)?;
    let is_done = sweep.progress.is_done();
    if is_done {
        let is_late = || Instant::now() >= terms.end;
        // `Rollup::read` would wait for the lock that is held here. If `learned.json` cannot be
        // written, the next upkeep learns the same.
        let rollup = Rollup::of(&rewrite::content(state)?);
        let patience = Patience::Hook(LEARNED_PATIENCE);
        let _ = learning::renew(state, &rollup, terms.now_ms, patience, is_late);
        let _ = lessons::judge(state, &rollup);
    }
    Ok(is_done)
}

/// Where the next run continues.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    /// [`LINE_VERSION`]
    v: u32,
    /// The stem of the ledger to continue with.
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
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
        self.from.is_empty() && self.idle_ms.is_none() && !self.waits
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

/// A pass over the ledgers, in the order of their stems.
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
    /// What is known of the last sessions of each project.
    lessons: Lessons,
    /// What the ledgers show that this run folds, as far as that is wanted.
    habits: Vec<FoldedHabits>,
    progress: Progress,
}

impl Sweep<'_> {
    fn run(&mut self, listing: &LedgerListing) -> io::Result<()> {
        // Ledgers that were folded before a crash, or only in part.
        for ledger in listing.set_aside() {
            if let Some(mark) = self.folded.get(&ledger) {
                self.marks.insert(ledger, mark.clone());
            }
        }
        if self.progress.from.is_empty() {
            self.progress.waits = false;
        }
        // The last quarter of the time is for writing.
        let end = self.terms.end.checked_sub(self.time_left() / 4).unwrap_or(self.terms.end);
        loop {
            let from = std::mem::take(&mut self.progress.from);
            if from.is_empty() {
                self.progress.kept = 0;
            }
            let mut has_progressed = false;
            for (stem, files) in listing.from(&from) {
                if has_progressed && Instant::now() >= end {
                    self.progress.from.clone_from(stem);
                    return self.commit();
                }
                has_progressed = true;
                let moved =
                    if *stem == self.terms.own { None } else { self.set_aside(stem, files)? };
                let mut times = files.aside.keys().filter(|time| Some(**time) != moved);
                if !times.all(|time| self.fold(stem, *time, end)) {
                    self.progress.from.clone_from(stem);
                    return self.commit();
                }
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
    fn fold(&mut self, stem: &str, set_aside: u64, end: Instant) -> bool {
        let ledger = format!("{stem}.{set_aside}");
        if self.marks.get(&ledger).is_some_and(|mark| mark.whole) {
            return true;
        }
        if self.terms.now_ms.abs_diff(set_aside) < GRACE_MS {
            self.progress.waits = true;
            return true;
        }
        loop {
            // A ledger that cannot be read, or that a newer version wrote, stays as it is.
            let done = self.marks.get(&ledger);
            let Ok(Some(part)) = fold::next(&self.sessions, &ledger, done, &self.lessons) else {
                return true;
            };
            part.days.0.values().for_each(|day| self.days.add(day));
            self.habits.extend(part.habits);
            let whole = part.folded.whole;
            self.marks.insert(ledger.clone(), part.folded);
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
        let Some(live) = Live::look(&self.sessions, stem, files) else { return Ok(None) };
        let now = self.terms.now_ms;
        if now.saturating_sub(live.changed_ms) < self.idle_ms() {
            self.progress.kept += live.bytes;
            return Ok(None);
        }
        self.progress.waits = true;
        let is_folded = |time: &u64| self.folded.contains_key(&format!("{stem}.{time}"));
        let is_taken = |time: &u64| files.aside.contains_key(time) || is_folded(time);
        let Some(time) = (now..).find(|time| !is_taken(time)) else { return Ok(None) };
        let aside = |time: u64, ending: &str| self.sessions.join(format!("{stem}.{time}{ending}"));
        let fits = |half: &Pair| {
            half.calls != half.warnings
                && half.calls != live.calls.is_some()
                && half.warnings != live.warnings.is_some()
        };
        let half = files.aside.iter().find(|(time, half)| fits(half) && !is_folded(time));
        if let Some((old, half)) = half {
            let ending = if half.calls { CALLS } else { WARNINGS };
            fs::rename(aside(*old, ending), aside(time, ending))?;
        }
        // The warnings go first: without calls, they would go on to hold hints.
        for (path, ending) in [(live.warnings, WARNINGS), (live.calls, CALLS)] {
            if let Some(path) = path {
                fs::rename(path, aside(time, ending))?;
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
            for ending in [CALLS, WARNINGS] {
                match fs::remove_file(self.sessions.join(format!("{name}{ending}"))) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// The files of a ledger that hooks may write to.
struct Live {
    calls: Option<PathBuf>,
    warnings: Option<PathBuf>,
    bytes: u64,
    changed_ms: u64,
}

impl Live {
    /// Checks the files. `None` if there are none, or if one is not a regular file.
    fn look(sessions: &Path, stem: &str, files: &SessionFiles) -> Option<Self> {
        let mut live = Self { calls: None, warnings: None, bytes: 0, changed_ms: 0 };
        let parts = [
            (files.live.calls, CALLS, &mut live.calls),
            (files.live.warnings, WARNINGS, &mut live.warnings),
        ];
        for (exists, ending, path_of_part) in parts {
            if !exists {
                continue;
            }
            let path = sessions.join(format!("{stem}{ending}"));
            let meta = match fs::symlink_metadata(&path) {
                // It was listed, but an earlier pass of this run has moved it.
                Err(_) => continue,
                Ok(meta) => meta,
            };
            if !meta.is_file() {
                return None;
            }
            let changed =
                meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            live.bytes += meta.len();
            live.changed_ms =
                live.changed_ms.max(changed.map_or(0, |time| time.as_millis() as u64));
            *path_of_part = Some(path);
        }
        (live.calls.is_some() || live.warnings.is_some()).then_some(live)
    }
}
