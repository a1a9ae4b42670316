//! What `install` noted down: how each file was before it, so that `uninstall` can put back every
//! byte.
//!
//! `installs.json` in the state folder, and the files of `backups` beside it. Not beside the
//! settings: these may stand in a git work tree, where a copy of a file that git ignores for its
//! secrets would not be ignored.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::hash::Hasher;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::base::file_error::FileError;
use crate::base::state_dir;
use crate::commands::error::Error;

/// Largest file, bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Largest backup, bytes.
const MAX_BACKUP_BYTES: u64 = 8 << 20;

/// One file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    /// Whose settings it holds.
    pub(super) agent: String,
    /// What was written, hashed.
    pub(super) after: String,
    /// The backup; none where there was no file.
    pub(super) backup: Option<String>,
    /// Folders that were made for it, innermost first.
    #[serde(default)]
    pub(super) folders: Vec<PathBuf>,
}

/// All of them, by the path where links lead.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Records {
    v: u32,
    pub(super) files: BTreeMap<PathBuf, Written>,
}

fn path(state: &Path) -> PathBuf {
    state.join(state_dir::INSTALLS)
}

impl Records {
    /// Reads them. A file that is not there or not understood has none: then entries are taken out
    /// one by one.
    pub(super) fn read(state: &Path) -> Self {
        let bytes = state_dir::read_small(&path(state), MAX_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        read.filter(|records| records.v == 1).unwrap_or_default()
    }

    /// Whether the file is understood, or is not there.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(state: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(state), MAX_BYTES)
    }

    /// Lets `act` write settings and change the records, while no other of these commands does.
    ///
    /// # Errors
    /// What `act` says, or when the state cannot be written.
    pub(super) fn update<T>(
        state: &Path,
        act: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut outcome = None;
        let written = state_dir::update(&path(state), state_dir::Patience::Command, || {
            let mut records = Self::read(state);
            records.v = 1;
            let done = outcome.insert(act(&mut records));
            if done.is_err() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let mut bytes = serde_json::to_vec(&records)?;
            bytes.push(b'\n');
            Ok(bytes)
        });
        match (outcome, written) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(done)), Ok(())) => Ok(done),
            (_, Err(source)) => Err(Error::Store { folder: state.to_owned(), source }),
            (None, Ok(())) => {
                Err(Error::Store { folder: state.to_owned(), source: io::ErrorKind::Other.into() })
            }
        }
    }

    /// How the file at `real` was before, if `text` is what was written then: `Some(None)` if it
    /// was not there.
    pub(super) fn before(&self, state: &Path, real: &Path, text: &str) -> Option<Option<String>> {
        let written = self.files.get(real).filter(|written| written.after == hash(text))?;
        let Some(name) = &written.backup else { return Some(None) };
        let bytes = state_dir::read_small(&backup(state, name), MAX_BACKUP_BYTES)?;
        String::from_utf8(bytes).ok().map(Some)
    }

    /// Notes that `after` is about to be written to `real`, where `before` was.
    ///
    /// # Errors
    /// When the backup cannot be written.
    pub(super) fn note(
        &mut self,
        state: &Path,
        (real, agent): (&Path, &str),
        before: Option<&str>,
        after: &str,
    ) -> Result<&mut Written, Error> {
        let name = before.map(|_| backup_name(real));
        if let (Some(name), Some(text)) = (&name, before) {
            save(&backup(state, name), text)
                .map_err(|source| Error::Store { folder: state.to_owned(), source })?;
        }
        let folders = self.files.remove(real).map(|written| written.folders).unwrap_or_default();
        let written =
            Written { agent: agent.to_owned(), after: hash(after), backup: name, folders };
        Ok(self.files.entry(real.to_owned()).or_insert(written))
    }

    /// Forgets the file at `real`, with its backup.
    pub(super) fn forget(&mut self, state: &Path, real: &Path) -> Option<Written> {
        let written = self.files.remove(real)?;
        if let Some(name) = &written.backup {
            // One that stays is in nobody's way.
            let _ = fs::remove_file(backup(state, name));
            let _ = fs::remove_dir(state.join("backups"));
        }
        Some(written)
    }
}

/// Where the backup of this name is.
pub(super) fn backup(state: &Path, name: &str) -> PathBuf {
    // A name that the records hold is no way out of the folder.
    state.join("backups").join(Path::new(name).file_name().unwrap_or_default())
}

fn backup_name(real: &Path) -> String {
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    format!("{}-{name}", hash(&real.to_string_lossy()))
}

fn save(path: &Path, text: &str) -> io::Result<()> {
    let mut file = state_dir::create(path, OpenOptions::new().write(true).truncate(true))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn hash(text: &str) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(text.as_bytes());
    let hash = hasher.finish128();
    format!("{:016x}{:016x}", hash.h1, hash.h2)
}
