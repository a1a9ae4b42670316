//! The ledger of a session that hooks may write to.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::listing::Pair;
use crate::store::ledger_file::{self, LedgerLines};

/// The files of a ledger that hooks may write to.
#[derive(Default)]
pub(super) struct Live {
    pub(super) files: Pair,
    pub(super) bytes: u64,
    pub(super) changed_ms: u64,
}

impl Live {
    /// Checks the files. `None` if there are none, or if one is not a regular file.
    pub(super) fn look(sessions: &Path, stem: &str) -> Option<Self> {
        let mut live = Self::default();
        for part in LedgerLines::ALL {
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
                LedgerLines::Calls => live.files.calls = true,
                LedgerLines::Warnings => live.files.warnings = true,
            }
        }
        (live.files.calls || live.files.warnings).then_some(live)
    }
}
