//! The machine's key: 128 random bits in the state folder, which go into every hash of a ledger.
//!
//! Without it, whoever knows a session's id could search its ledger for a command. A hook needs the
//! key on every call, so it is the target of a symbolic link where the system has these: one system
//! call reads it, where a file takes four.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::Path;

use siphasher::sip::SipHasher13;
use siphasher::sip128;

use super::clock::now_ms;
use crate::base::state_dir;

/// For how long lines of version 0.1, whose hashes have no key, are still matched after the key was
/// made, ms: as long as its ledgers are kept.
const MATCHED_MS: u64 = 7 * 86_400_000;

/// Most bytes of a file that holds the key.
const MAX_FILE_BYTES: u64 = 128;

/// The key of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineKey {
    halves: (u64, u64),
    /// When it was made, unix ms.
    made_ms: u64,
}

impl MachineKey {
    /// The key in this state folder; `None` if there is none yet.
    pub(crate) fn read(state: &Path) -> Option<Self> {
        let path = state.join(state_dir::KEY);
        match fs::read_link(&path) {
            Ok(target) => Self::of(target.to_str()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(_) => {
                let bytes = state_dir::read_small(&path, MAX_FILE_BYTES)?;
                Self::of(str::from_utf8(&bytes).ok()?.trim_end())
            }
        }
    }

    /// The key in this state folder, made if there is none. If several processes make one at once,
    /// all of them get that of the first.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn read_or_make(state: &Path) -> io::Result<Self> {
        if let Some(key) = Self::read(state) {
            return Ok(key);
        }
        // A store without ledgers has no lines of version 0.1 to match.
        let made_ms = if state.join("sessions").exists() { now_ms() } else { 0 };
        let key = Self { made_ms, ..Self::fresh() };
        state_dir::create_folder(state)?;
        match key.write(&state.join(state_dir::KEY)) {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Self::read(state).ok_or(io::ErrorKind::InvalidData.into())
            }
            Err(error) => Err(error),
        }
    }

    /// A key that nobody has, and that is written nowhere.
    pub(crate) fn fresh() -> Self {
        // The standard library seeds this state from the system's generator.
        let random = || RandomState::new().build_hasher().finish();
        Self { halves: (random(), random()), made_ms: 0 }
    }

    /// The hash of `text`, the same in every session. `domain` separates equal texts of different
    /// meaning.
    pub fn hash(&self, domain: &str, text: &str) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(self.halves.0, self.halves.1);
        hasher.write(domain.as_bytes());
        hasher.write_u8(0);
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    /// 128 bits of hash of a session's id, in one pass: every call needs them.
    pub(super) fn hash_of_session(&self, session: &str) -> (u64, u64) {
        let hasher = sip128::SipHasher13::new_with_keys(self.halves.0, self.halves.1);
        hasher.hash(session.as_bytes()).as_u64()
    }

    /// Whether lines of version 0.1 may still be among those of a session.
    pub(crate) fn matches_unkeyed(&self) -> bool {
        self.made_ms > 0 && now_ms().saturating_sub(self.made_ms) < MATCHED_MS
    }

    fn of(text: &str) -> Option<Self> {
        // Every call reads it, so this goes by place.
        let half = |at: usize| {
            let digits = text.as_bytes().get(at..at + 16)?;
            digits.iter().try_fold(0_u64, |half, digit| {
                Some(half << 4 | u64::from(char::from(*digit).to_digit(16)?))
            })
        };
        let made_ms = text.get(32..)?.strip_prefix('.')?;
        Some(Self { halves: (half(0)?, half(16)?), made_ms: made_ms.parse().ok()? })
    }

    fn text(&self) -> String {
        format!("{:016x}{:016x}.{}", self.halves.0, self.halves.1, self.made_ms)
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        #[cfg(unix)]
        match std::os::unix::fs::symlink(self.text(), path) {
            // Not every file system has links.
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {}
            made => return made,
        }
        // Another process must not find a part of it. Not every file system can move without replacing.
        match self.move_to(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {}
            made => return made,
        }
        let mut file = state_dir::create(path, OpenOptions::new().write(true).create_new(true))?;
        file.write_all(self.text().as_bytes())
    }

    /// Writes the key under another name first. A file that is there stays.
    fn move_to(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        let mut file = tempfile::Builder::new().prefix(".key-").tempfile_in(folder)?;
        file.write_all(self.text().as_bytes())?;
        file.persist_noclobber(path).map(drop).map_err(|failed| failed.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_moved_into_place_is_whole_and_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(state_dir::KEY);
        let key = MachineKey { halves: (1, 2), made_ms: 3 };
        key.move_to(&path).unwrap();
        let other = MachineKey { halves: (4, 5), made_ms: 6 };
        assert_eq!(other.move_to(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(MachineKey::read(folder.path()), Some(key));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn the_key_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        assert_eq!(MachineKey::read(&state), None);
        let key = MachineKey::read_or_make(&state).unwrap();
        assert_eq!(MachineKey::read_or_make(&state).unwrap(), key);
        assert_eq!(MachineKey::read(&state), Some(key));
        assert_ne!(key.hash("a", "x"), key.hash("b", "x"));
        let other = folder.path().join("other");
        assert_ne!(MachineKey::read_or_make(&other).unwrap().halves, key.halves);
    }

    #[test]
    fn a_file_may_hold_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let key = MachineKey { halves: (1, 2), made_ms: 3 };
        fs::write(folder.path().join(state_dir::KEY), key.text() + "\n").unwrap();
        assert_eq!(MachineKey::read(folder.path()), Some(key));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in ["", "x", "00.1", "g000000000000000000000000000000000.1", "\u{e9}.1"] {
            assert_eq!(MachineKey::of(text), None, "{text}");
        }
    }
}
