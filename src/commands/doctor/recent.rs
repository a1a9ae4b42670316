//! The last calls of all sessions, for `toolcoach doctor`: who made them, and how long they took.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;

use serde::Deserialize;

use crate::base::calendar::Utc;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::store::history::LINE_VERSION;
use crate::store::ledgers;
use crate::store::ledgers::LineBuffer;
use crate::store::rollup::{CALLS, MAX_HISTORY_BYTES, Rollup};

/// What is asked of a line of `calls.jsonl`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    v: u32,
    t: u64,
    us: u64,
    client: String,
}

/// The last calls.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// When each client called last, unix ms.
    pub(crate) last: BTreeMap<String, u64>,
    /// Times of the last calls in this program, us, in order of size.
    pub(crate) times: Vec<u64>,
    /// What all that is kept takes, bytes.
    pub(crate) storage_bytes: u64,
}

impl Recent {
    /// Reads a state folder. Times are those of the last `calls` calls. Unlike the statistics it
    /// takes no lock, which would make a file: what an upkeep moves meanwhile may be missed.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub(crate) fn read(folder: &Path, calls: usize) -> Result<Self, Error> {
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
            memory.each(CALLS, &rollup, &mut lines, |bytes| {
                let line = serde_json::from_slice::<Line>(bytes).ok();
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

    /// The time, us, that all but one in twenty calls kept to; `None` for fewer than twenty calls.
    pub(crate) fn p95(&self) -> Option<u64> {
        let rank = (self.times.len() * 95).div_ceil(100);
        self.times.get(rank.checked_sub(1)?).copied().filter(|_| self.times.len() >= 20)
    }
}
