//! Where an upkeep that ran out of time goes on: `upkeep.json`.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::rewrite;
use crate::base::state_dir;
use crate::store::history::LINE_VERSION;

/// Where the next run continues.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Progress {
    /// [`LINE_VERSION`]
    v: u32,
    /// The position in the folder of ledgers to continue at.
    #[serde(skip_serializing_if = "is_start")]
    pub(super) position: u64,
    /// The pass has not come to the end of the folder.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) unfinished: bool,
    /// Bytes of the ledgers that this pass has kept so far.
    pub(super) kept: u64,
    /// How long a ledger may be idle, ms, if the store is too large to keep ledgers for as long as
    /// the settings say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) idle_ms: Option<u64>,
    /// Some ledger must be folded before the next day.
    pub(super) waits: bool,
}

impl Progress {
    pub(super) fn read(state: &Path) -> Self {
        let bytes = state_dir::read_small(&state.join(state_dir::UPKEEP), 4096).unwrap_or_default();
        let progress = serde_json::from_slice::<Self>(&bytes).unwrap_or_default();
        if progress.v == LINE_VERSION {
            progress
        } else {
            Self { v: LINE_VERSION, ..Self::default() }
        }
    }

    pub(super) fn is_done(&self) -> bool {
        !self.unfinished && self.idle_ms.is_none() && !self.waits
    }

    /// Writes the file, dated so that [`super::is_due`] is true at once if there is more to do.
    pub(super) fn write(&self, state: &Path, now_ms: u64) -> io::Result<()> {
        let date = if self.is_done() { Duration::from_millis(now_ms) } else { Duration::ZERO };
        let bytes = serde_json::to_vec(self)?;
        rewrite::replace(&state.join(state_dir::UPKEEP), &bytes, |file| {
            file.set_modified(SystemTime::UNIX_EPOCH + date)
        })
    }
}

pub(super) fn is_start(position: &u64) -> bool {
    *position == 0
}
