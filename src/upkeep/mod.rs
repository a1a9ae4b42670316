//! The daily upkeep folds ledgers that have been idle for long into days of the roll-up, so that
//! the store stays small.
//!
//! It runs in the first call of a new session, after the answer, for 15 ms. If that is not
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
pub(crate) mod lessons;
mod listing;
mod live;
mod names;
mod progress;
mod rewrite;
mod sweep;

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, UNIX_EPOCH};

use crate::base::state_dir;
use crate::base::state_dir::Patience;
use crate::store::rollup;
use crate::store::rollup::Rollup;
use progress::Progress;
use sweep::Sweep;

/// Time for the upkeep in one call. What it has begun by then it finishes, within 20 ms in all.
pub(crate) const SLICE: Duration = Duration::from_millis(15);

/// How long writing `learned.json` may wait for another process.
const LEARNED_PATIENCE: Duration = Duration::from_millis(2);

/// Largest size of the ledgers and the roll-up together, bytes.
pub const MAX_STORE_BYTES: u64 = 20 << 20;

/// How long a ledger that was set aside may still have a writer, ms. Every hook ends within 2 s.
pub const GRACE_MS: u64 = 10_000;

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
    let progress = Sweep::new(state, terms, rewrite::content(state)?, progress).run()?;
    progress.write(state, terms.now_ms)?;
    let is_done = progress.is_done();
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_date_in_the_future_is_no_reason_to_wait_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let now = 1_800_000_000_000;
        assert!(is_due(folder.path(), now), "never done");
        let file = fs::File::create(folder.path().join(state_dir::UPKEEP)).unwrap();
        let is_due = |last: u64| {
            file.set_modified(UNIX_EPOCH + Duration::from_millis(last)).unwrap();
            is_due(folder.path(), now)
        };
        // Clocks of two machines may differ by less than a day.
        for last in [now, now - DAY_MS + 1, now + DAY_MS - 1] {
            assert!(!is_due(last), "{last}");
        }
        for last in [0, now - DAY_MS, now + DAY_MS, now + 10 * 365 * DAY_MS] {
            assert!(is_due(last), "{last}");
        }
    }
}
