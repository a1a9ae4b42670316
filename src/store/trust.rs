//! The projects whose custom rules the user trusts: `trust.json` in the state folder.
//!
//! A repository must not be able to instruct the agent, so the rules in its settings file count
//! only while that file is the one that the user saw. The record contains no path and no text, only
//! hashes under random keys. The author of a repository does not know the keys, and so cannot write
//! another file with the same hash.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher24};

use crate::base::file_error::FileError;
use crate::base::state_dir;

/// Largest record, bytes: some thousand projects.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// The record.
#[derive(Debug, Serialize, Deserialize, Clone)]
pub(crate) struct TrustRecord {
    v: u32,
    keys: (u64, u64),
    projects: BTreeMap<String, String>,
}

impl TrustRecord {
    /// Reads the record; `None` while nothing is trusted.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let bytes = state_dir::read_small(&path(folder), MAX_FILE_BYTES)?;
        serde_json::from_slice::<Self>(&bytes).ok().filter(|trust| trust.v == 1)
    }

    /// Checks that the record is valid or missing.
    ///
    /// # Errors
    /// What is wrong with the record.
    pub(crate) fn check(folder: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(folder), MAX_FILE_BYTES)
    }

    /// Whether the user trusts this text of this settings file.
    pub(crate) fn covers(&self, file: &Path, text: &str) -> bool {
        self.name(file).is_ok_and(|name| {
            self.projects.get(&name) == Some(&self.hash(b"text", text.as_bytes()))
        })
    }

    /// Trusts this text of a settings file, and no earlier text of it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn grant(folder: &Path, file: &Path, text: &str) -> io::Result<()> {
        Self::update(folder, |trust| {
            let name = trust.name(file)?;
            let text = trust.hash(b"text", text.as_bytes());
            trust.projects.insert(name, text);
            Ok(())
        })
    }

    /// Stops trusting a settings file, whatever its text.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn revoke(folder: &Path, file: &Path) -> io::Result<()> {
        Self::update(folder, |trust| {
            let name = trust.name(file)?;
            trust.projects.remove(&name);
            Ok(())
        })
    }

    fn update(folder: &Path, change: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        state_dir::update(&path(folder), state_dir::Patience::Command, || {
            let fresh = || {
                let random = || RandomState::new().build_hasher().finish();
                Self { v: 1, keys: (random(), random()), projects: BTreeMap::new() }
            };
            let mut trust = Self::read(folder).unwrap_or_else(fresh);
            change(&mut trust)?;
            let mut bytes = serde_json::to_vec(&trust)?;
            bytes.push(b'\n');
            Ok(bytes)
        })
    }

    /// The name of a settings file in the record. It stands for the folder itself, whichever links
    /// lead there.
    fn name(&self, file: &Path) -> io::Result<String> {
        let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?.canonicalize()?;
        Ok(self.hash(b"file", folder.as_os_str().as_encoded_bytes()))
    }

    fn hash(&self, domain: &[u8; 4], bytes: &[u8]) -> String {
        let mut hasher = SipHasher24::new_with_keys(self.keys.0, self.keys.1);
        hasher.write(domain);
        hasher.write(bytes);
        format!("{:032x}", hasher.finish128().as_u128())
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(state_dir::TRUST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_text_in_the_same_folder_is_trusted() {
        let state = tempfile::tempdir().unwrap();
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = |folder: &tempfile::TempDir| folder.path().join(".toolcoach.json");
        assert!(TrustRecord::read(state.path()).is_none());
        TrustRecord::grant(state.path(), &file(&here), "text").unwrap();
        let trust = TrustRecord::read(state.path()).unwrap();
        assert!(trust.covers(&file(&here), "text"));
        assert!(!trust.covers(&file(&here), "text "));
        assert!(!trust.covers(&file(&there), "text"));
        TrustRecord::grant(state.path(), &file(&here), "other").unwrap();
        let trust = TrustRecord::read(state.path()).unwrap();
        assert!(trust.covers(&file(&here), "other") && !trust.covers(&file(&here), "text"));
        TrustRecord::revoke(state.path(), &file(&here)).unwrap();
        assert!(!TrustRecord::read(state.path()).unwrap().covers(&file(&here), "other"));
    }
}
