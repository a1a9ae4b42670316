//! Which replayed calls count.

use std::path::{Path, PathBuf};

use crate::commands::transcripts::Replayed;

/// Where and when a call that counts took place. Earlier calls and those elsewhere are replayed too:
/// sessions remember them.
pub(super) struct CallFilter {
    /// Calls since then, unix ms.
    pub(super) since: Option<u64>,
    /// Calls in this folder or below it.
    pub(super) folder: Option<PathBuf>,
}

impl CallFilter {
    /// Whether every call counts.
    pub(super) fn is_open(&self) -> bool {
        self.since.is_none() && self.folder.is_none()
    }

    /// Whether this call counts.
    pub(super) fn admits(&self, replayed: &Replayed) -> bool {
        let cwd = replayed.case.event.cwd();
        self.since.is_none_or(|since| replayed.time_ms.is_some_and(|time| time >= since))
            && self
                .folder
                .as_ref()
                .is_none_or(|folder| cwd.is_some_and(|cwd| Path::new(cwd).starts_with(folder)))
    }
}

/// A folder as calls name theirs: absolute, and without symbolic links if it exists.
pub(super) fn absolute(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_default();
    folder.canonicalize().unwrap_or(folder)
}
