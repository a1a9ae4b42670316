//! The daily upkeep: ledgers that have been idle for long become days of the roll-up, and the store
//! stays small.
//!
//! It runs in the first call of a new session, after the answer, for 20 ms at most, and goes on in
//! the next new session where it was cut. It may be killed anywhere. A ledger goes in three steps,
//! each of them done or not done:
//!
//! 1. Its files are set aside: `<h>.calls.jsonl` becomes `<h>.<now>.calls.jsonl`. The session,
//!    should it wake up, begins
//!    a new ledger. Who had the file open may still write for as long as a hook can live.
//! 2. When nobody can write any more, a new `history.jsonl` takes the old one's place, which has
//!    the ledger in its days
//!    and names it as folded: from then on the ledger counts there and no more by itself.
//! 3. Its files are removed, and with the next change of the roll-up its name.

pub mod fold;
pub mod learning;
pub mod listing;
pub mod rewrite;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::base::state_dir;
use crate::base::state_dir::Patience;
use crate::store::history::LINE_VERSION;
use crate::store::rollup;
use crate::store::rollup::{CALLS, Folded, Rollup, WARNINGS};
use fold::Days;
use listing::{Files, Listing, Pair};

/// Time for one call's part of it.
pub const SLICE: Duration = Duration::from_millis(20);

/// How long noting what was learned may wait for another process.
const NOTE: Duration = Duration::from_millis(2);

/// Most that the ledgers and the roll-up take, bytes.
pub const MAX_STORE_BYTES: u64 = 20 << 20;

/// A ledger that was set aside so long ago has no writer any more, ms: every hook is over after 2
/// s.
pub const GRACE_MS: u64 = 10_000;

/// However full the store is, what was written so lately stays, ms.
const MIN_IDLE_MS: u64 = 60_000;

/// How often it is due, ms.
const DAY_MS: u64 = 86_400_000;

/// What an upkeep is to do.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Unix time, ms.
    pub now_ms: u64,
    /// How long an idle ledger is kept, ms.
    pub retention_ms: u64,
    /// The session that this call belongs to, which is not touched:
    /// [`crate::store::ledger::Ledger::stem`].
    pub own: String,
    /// When it must be over.
    pub end: Instant,
}

/// Whether a day has passed since the last whole upkeep: one look at a file's date.
pub fn is_due(state: &Path, now_ms: u64) -> bool {
    let last = fs::symlink_metadata(state.join(state_dir::UPKEEP)).and_then(|meta| meta.modified());
    let last = last.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    // A date in the future is one of a clock that was set back.
    last.is_none_or(|last| now_ms.abs_diff(last.as_millis() as u64) >= DAY_MS)
}

/// Does what fits into the time; whether all is done.
///
/// # Errors
/// When another process is at it ([`io::ErrorKind::WouldBlock`]), or the store cannot be read or
/// written.
pub fn run(state: &Path, terms: &Terms) -> io::Result<bool> {
    let lock = rollup::lock_file(state)?;
    // Somebody else's upkeep is as good as ours.
    lock.try_lock().map_err(io::Error::from)?;
    let progress = Progress::read(state);
    let (listing, rollup) = (Listing::read(&state.join("sessions"))?, rewrite::content(state)?);
    let mut sweep = Sweep {
        state,
        sessions: state.join("sessions"),
        terms,
        folded: rewrite::marks(&rollup),
        rollup,
        days: Days::default(),
        marks: BTreeMap::new(),
        progress,
    };
    sweep.go(&listing)?;
    sweep.progress.write(state, terms.now_ms)?;
    let is_done = sweep.progress.is_done();
    if is_done {
        let is_late = || Instant::now() >= terms.end;
        // `Rollup::read` would wait for the lock that is held here. What cannot be noted is learned
        // another day.
        let rollup = Rollup::of(&rewrite::content(state)?);
        let _ = learning::renew(state, &rollup, terms.now_ms, Patience::Hook(NOTE), is_late);
    }
    Ok(is_done)
}

/// Where a cut upkeep goes on.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    /// [`LINE_VERSION`]
    v: u32,
    /// The session to go on with.
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    /// Bytes of the ledgers that were seen and stay.
    kept: u64,
    /// How long a ledger may be idle, ms, where the store is too large to keep it for as long as
    /// the settings say.
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_ms: Option<u64>,
    /// Something is to be done before the next day.
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

    /// Writes it, dated so that [`is_due`] tells whether there is more to do.
    fn write(&self, state: &Path, now_ms: u64) -> io::Result<()> {
        let date = if self.is_done() { Duration::from_millis(now_ms) } else { Duration::ZERO };
        let bytes = serde_json::to_vec(self)?;
        rewrite::replace(&state.join(state_dir::UPKEEP), &bytes, |file| {
            file.set_modified(SystemTime::UNIX_EPOCH + date)
        })
    }
}

/// One pass over the sessions, in the order of their names.
struct Sweep<'a> {
    state: &'a Path,
    sessions: PathBuf,
    terms: &'a Terms,
    /// The roll-up as it is.
    rollup: Vec<u8>,
    /// The ledgers that it names.
    folded: BTreeMap<String, Folded>,
    /// What is to go into it.
    days: Days,
    /// Those that are still there, and those that will be named.
    marks: BTreeMap<String, Folded>,
    progress: Progress,
}

impl Sweep<'_> {
    fn go(&mut self, listing: &Listing) -> io::Result<()> {
        // What was folded before a crash, and what is half way.
        for ledger in listing.set_aside() {
            if let Some(mark) = self.folded.get(&ledger) {
                self.marks.insert(ledger, mark.clone());
            }
        }
        if self.progress.from.is_empty() {
            self.progress.waits = false;
        }
        // The rest of the time is for writing it down.
        let end = self.terms.end.checked_sub(self.left() / 4).unwrap_or(self.terms.end);
        loop {
            let from = std::mem::take(&mut self.progress.from);
            if from.is_empty() {
                self.progress.kept = 0;
            }
            let mut looked = false;
            for (stem, files) in listing.from(&from) {
                if looked && Instant::now() >= end {
                    self.progress.from.clone_from(stem);
                    return self.commit();
                }
                looked = true;
                let gone =
                    if *stem == self.terms.own { None } else { self.set_aside(stem, files)? };
                let mut times = files.aside.keys().filter(|time| Some(**time) != gone);
                if !times.all(|time| self.fold(stem, *time, end)) {
                    self.progress.from.clone_from(stem);
                    return self.commit();
                }
            }
            if !self.is_too_large() {
                self.progress.idle_ms = None;
                return self.commit();
            }
            // Oldest first: what has been idle for half as long goes too.
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

    fn left(&self) -> Duration {
        self.terms.end.saturating_duration_since(Instant::now())
    }

    fn idle_ms(&self) -> u64 {
        self.progress.idle_ms.unwrap_or(self.terms.retention_ms).min(self.terms.retention_ms)
    }

    fn is_too_large(&self) -> bool {
        self.progress.kept + self.rollup.len() as u64 > MAX_STORE_BYTES
    }

    /// Folds a ledger that was set aside, if it may be; whether the pass may go on behind it.
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
            // What cannot be read, or was written by another version, stays where it is.
            let Ok(Some(part)) = fold::next(&self.sessions, &ledger, self.marks.get(&ledger))
            else {
                return true;
            };
            part.days.0.values().for_each(|day| self.days.add(day));
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

    /// Sets a ledger aside if it has been idle for long. Where a crash left half of it aside, both
    /// halves are set aside anew, so that nobody writes to one while the other is folded: that
    /// ledger, then, is not there any more.
    fn set_aside(&mut self, stem: &str, files: &Files) -> io::Result<Option<u64>> {
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
        // What was said goes first: left alone, it would go on to hold hints back.
        for (path, ending) in [(live.warnings, WARNINGS), (live.calls, CALLS)] {
            if let Some(path) = path {
                fs::rename(path, aside(time, ending))?;
            }
        }
        Ok(half.map(|(old, _)| *old))
    }

    /// Writes down what was folded, and removes it.
    fn commit(&mut self) -> io::Result<()> {
        let is_new = |(name, mark): (&String, &Folded)| self.folded.get(name) != Some(mark);
        if self.marks.iter().any(is_new) {
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

/// The files of a session that can still be written.
struct Live {
    calls: Option<PathBuf>,
    warnings: Option<PathBuf>,
    bytes: u64,
    changed_ms: u64,
}

impl Live {
    /// Looks at them; `None` if there are none, or one of them is no plain file.
    fn look(sessions: &Path, stem: &str, files: &Files) -> Option<Self> {
        let mut live = Self { calls: None, warnings: None, bytes: 0, changed_ms: 0 };
        let parts = [
            (files.live.calls, CALLS, &mut live.calls),
            (files.live.warnings, WARNINGS, &mut live.warnings),
        ];
        for (is_there, ending, place) in parts {
            if !is_there {
                continue;
            }
            let path = sessions.join(format!("{stem}{ending}"));
            let meta = match fs::symlink_metadata(&path) {
                // It was there a moment ago; a pass before this one has moved it.
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
            *place = Some(path);
        }
        (live.calls.is_some() || live.warnings.is_some()).then_some(live)
    }
}
