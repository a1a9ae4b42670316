//! Which rules learning muted: `learned.json` in the state folder.
//!
//! It is written away from the calls, and read by a call only where a rule is about to speak. A
//! file that is not there, not understood or out of date mutes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::file_error::FileError;
use crate::base::id::is_id;
use crate::base::state_dir;
use crate::base::state_dir::Patience;

/// How far learning looks back, days. It is the way back of a muted rule too: what muted it falls
/// out of sight, so it speaks again until there is enough to judge it anew, by the agents of that
/// time. A rule that nobody follows is so said about twenty times in as many days, and no more.
pub const WINDOW_DAYS: u64 = 60;

/// The same, ms.
pub const WINDOW_MS: u64 = WINDOW_DAYS * 86_400_000;

/// Largest file, bytes: some thousand rules.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// Why a rule is muted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mute {
    /// How often there was a chance to follow it.
    pub chances: u64,
    /// How often it was followed, at most.
    pub followed: u64,
    /// What its uptake is under, with a certainty of 90 %.
    pub upper: f64,
}

impl Mute {
    /// How often the same was done again.
    pub fn repeated(&self) -> u64 {
        self.chances.saturating_sub(self.followed)
    }
}

/// The rules that are muted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    v: u32,
    /// When it was found out, unix ms.
    t: u64,
    muted: BTreeMap<String, Mute>,
}

impl Learned {
    /// What was found out at `now`, unix ms.
    pub fn at(now: u64, muted: BTreeMap<String, Mute>) -> Self {
        Self { v: 1, t: now, muted }
    }

    /// Reads what counts at `now`, unix ms.
    pub fn read(state: &Path, now: u64) -> Self {
        let bytes = state_dir::read_small(&path(state), MAX_FILE_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        // Nobody renews it any more: without that there is no way back.
        let counts = |learned: &Self| learned.v == 1 && now.saturating_sub(learned.t) < WINDOW_MS;
        let mut learned = read.filter(counts).unwrap_or_default();
        learned.muted.retain(|rule, _| is_id(rule));
        learned
    }

    /// Whether the file is understood, or is not there.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(state: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(state), MAX_FILE_BYTES)
    }

    /// Why `rule` is muted.
    pub fn mute(&self, rule: &str) -> Option<&Mute> {
        self.muted.get(rule)
    }

    /// Every muted rule, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Mute)> {
        self.muted.iter().map(|(rule, mute)| (rule.as_str(), mute))
    }

    /// Writes it. That nothing is muted needs no file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn note(&self, state: &Path, patience: Patience) -> io::Result<()> {
        let path = path(state);
        if self.muted.is_empty() && fs::symlink_metadata(&path).is_err() {
            return Ok(());
        }
        state_dir::update(&path, patience, || {
            let mut bytes = serde_json::to_vec(self)?;
            bytes.push(b'\n');
            Ok(bytes)
        })
    }
}

fn path(state: &Path) -> PathBuf {
    state.join(state_dir::LEARNED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_renews_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let mute = Mute { chances: 43, followed: 2, upper: 0.11 };
        let learned = Learned::at(1000, BTreeMap::from([("x".to_owned(), mute)]));
        learned.note(folder.path(), Patience::Command).unwrap();
        assert_eq!(Learned::read(folder.path(), 1000), learned);
        assert_eq!(Learned::read(folder.path(), 0), learned, "a clock that was set back");
        assert_eq!(Learned::read(folder.path(), 1000 + WINDOW_MS).iter().count(), 0);
    }

    #[test]
    fn nothing_is_written_of_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        Learned::at(1, BTreeMap::new()).note(&state, Patience::Command).unwrap();
        assert!(!state.exists());
    }
}
