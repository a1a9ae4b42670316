//! The rules that the user muted with `toolcoach mute`: `mutes.json` in the state folder.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::calendar::Local;
use crate::base::file_error::FileError;
use crate::base::id::is_id;
use crate::base::state_dir;

/// The name that stands for every rule.
pub(crate) const ALL: &str = "all";

/// Largest file, bytes: some thousand rules.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// Until when a rule is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Until {
    /// Unix time, ms.
    Time(u64),
    /// Until the user unmutes it.
    Unmuted,
}

impl Until {
    fn has_expired(self, now: u64) -> bool {
        matches!(self, Self::Time(end) if end <= now)
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Time(ms) => write!(f, "until {}", Local(*ms)),
            Self::Unmuted => f.write_str("until unmuted"),
        }
    }
}

/// What is muted now. A file that is missing or invalid mutes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Mutes {
    v: u32,
    muted: BTreeMap<String, Until>,
}

impl Mutes {
    /// Reads what is muted at `now`, unix ms.
    pub(crate) fn read(folder: &Path, now: u64) -> Self {
        let bytes = state_dir::read_small(&path(folder), MAX_FILE_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let mut mutes = read.filter(|mutes| mutes.v == 1).unwrap_or_default();
        mutes.muted.retain(|name, until| is_id(name) && !until.has_expired(now));
        mutes
    }

    /// Checks that the file is valid or missing.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn check(folder: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(folder), MAX_FILE_BYTES)
    }

    /// Until when `rule` is muted, by its own name or by [`ALL`].
    pub(crate) fn until(&self, rule: &str) -> Option<Until> {
        [rule, ALL].into_iter().filter_map(|name| self.named(name)).max()
    }

    /// Until when exactly this name is muted.
    pub(crate) fn named(&self, name: &str) -> Option<Until> {
        self.muted.get(name).copied()
    }

    /// Every muted name, sorted.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Until)> {
        self.muted.iter().map(|(name, until)| (name.as_str(), *until))
    }

    /// Changes what is muted, and drops what has expired.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn update(
        folder: &Path,
        now: u64,
        change: impl FnOnce(&mut Self),
    ) -> io::Result<()> {
        state_dir::update(&path(folder), state_dir::Patience::Command, || {
            let mut mutes = Self::read(folder, now);
            change(&mut mutes);
            mutes.v = 1;
            let mut bytes = serde_json::to_vec(&mutes)?;
            bytes.push(b'\n');
            Ok(bytes)
        })
    }

    /// Mutes a name. This replaces an earlier mute of the same name.
    pub(crate) fn mute(&mut self, name: &str, until: Until) {
        self.muted.insert(name.to_owned(), until);
    }

    /// Lets a name speak again; with [`ALL`], every name.
    pub(crate) fn unmute(&mut self, name: &str) {
        if name == ALL {
            self.muted.clear();
        }
        self.muted.remove(name);
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(state_dir::MUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_of_two_mutes_counts_and_expired_ones_are_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        Mutes::update(folder, 0, |mutes| {
            mutes.mute("a", Until::Time(10));
            mutes.mute("b", Until::Unmuted);
            mutes.mute(ALL, Until::Time(20));
        })
        .unwrap();
        let at = |now, rule| Mutes::read(folder, now).until(rule);
        assert_eq!(at(5, "a"), Some(Until::Time(20)));
        assert_eq!(at(5, "b"), Some(Until::Unmuted));
        assert_eq!(at(20, "a"), None);
        Mutes::update(folder, 30, |_| {}).unwrap();
        assert_eq!(Mutes::read(folder, 0).iter().collect::<Vec<_>>(), [("b", Until::Unmuted)]);
        Mutes::update(folder, 30, |mutes| mutes.unmute(ALL)).unwrap();
        assert_eq!(Mutes::read(folder, 0).iter().count(), 0);
    }
}
