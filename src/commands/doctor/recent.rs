//! The last calls of all sessions, for `toolcoach doctor`: which clients made them, and how long
//! the hook took.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;

use serde::Deserialize;

use crate::base::calendar::Utc;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::store::history::LINE_VERSION;
use crate::store::ledger_file::LedgerLines;
use crate::store::ledgers;
use crate::store::ledgers::LineBuffer;
use crate::store::rollup::{MAX_HISTORY_BYTES, Rollup};

/// How many of the last calls are judged by their time. With so many, one slow call in twenty is
/// not a coincidence.
pub(super) const JUDGED_CALLS: usize = 500;

/// The fields of a line of `calls.jsonl` that this module needs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RecentCall {
    v: u32,
    t: u64,
    us: u64,
    client: String,
}

/// The last calls.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// When each client called last, unix ms.
    pub(super) last: BTreeMap<String, u64>,
    /// How long the hook took for the last calls, us, sorted.
    pub(super) times: Vec<u64>,
    /// Size of all stored files, bytes.
    pub(super) storage_bytes: u64,
}

impl Recent {
    /// Reads a state folder, with the times of the last `calls` calls. Unlike the statistics it
    /// takes no lock, since a lock would create a file. It may miss what an upkeep moves meanwhile.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub(super) fn read(folder: &Path, calls: usize) -> Result<Self, Error> {
        let bytes = state_dir::read_small(&folder.join(state_dir::HISTORY), MAX_HISTORY_BYTES)
            .unwrap_or_default();
        let rollup = Rollup::of(&bytes);
        let mut recent = Self { storage_bytes: ledgers::bytes(folder), ..Self::default() };
        for day in rollup.days.iter().filter(|day| day.rule.is_empty() && day.calls > 0) {
            let start = Utc::parse(&format!("{}T00:00:00Z", day.day)).map_or(0, |time| time.0);
            recent.note(&day.client, day.last.max(start));
        }
        let mut newest: BinaryHeap<Reverse<(u64, u64)>> = BinaryHeap::new();
        let mut lines = LineBuffer::new();
        for memory in
            ledgers::sessions(folder).map_err(Error::reading(folder))?.into_values().flatten()
        {
            memory.each(LedgerLines::Calls, &rollup, &mut lines, |bytes| {
                let line = serde_json::from_slice::<RecentCall>(bytes).ok();
                let Some(line) = line.filter(|line| line.v == LINE_VERSION) else { return };
                recent.note(&line.client, line.t);
                newest.push(Reverse((line.t, line.us)));
                if newest.len() > calls {
                    newest.pop();
                }
            });
        }
        recent.times = newest.into_iter().map(|Reverse((_, us))| us).collect();
        recent.times.sort_unstable();
        Ok(recent)
    }

    fn note(&mut self, client: &str, t: u64) {
        let last = self.last.entry(client.to_owned()).or_default();
        *last = t.max(*last);
    }

    /// The 95th percentile of the times, us; `None` for fewer than twenty calls.
    pub(super) fn p95(&self) -> Option<u64> {
        let rank = (self.times.len() * 95).div_ceil(100);
        self.times.get(rank.checked_sub(1)?).copied().filter(|_| self.times.len() >= 20)
    }
}
