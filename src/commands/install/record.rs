//! The records of `install`: how each file was before, so that `uninstall` can restore every byte.
//!
//! They are `installs.json` in the state folder and the files of `backups` beside it. A backup is
//! not beside the settings, since these may be in a git work tree: git would not ignore the copy of
//! a file that it ignores for its secrets.

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

/// What parts the two numbers in the name of a file that waits. No settings file is called so.
const WAITING: &str = "-=";

/// One file that `install` wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WrittenFile {
    /// The name of the client whose settings it has.
    #[serde(rename = "agent")]
    pub(super) client: String,
    /// Hash of the written text.
    pub(super) after: String,
    /// The name of the backup, whether one was needed or not; `None` if there was no file before.
    pub(super) backup: Option<String>,
    /// Folders that were created for it, innermost first.
    #[serde(default)]
    pub(super) folders: Vec<PathBuf>,
}

/// All written files, by their paths with links resolved.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Records {
    v: u32,
    pub(super) files: BTreeMap<PathBuf, WrittenFile>,
}

fn path(state: &Path) -> PathBuf {
    state.join(state_dir::INSTALLS)
}

impl Records {
    /// Reads the records. An absent or invalid file has none; `uninstall` cuts the entries out one
    /// by one then.
    pub(super) fn read(state: &Path) -> Self {
        let bytes = state_dir::read_small(&path(state), MAX_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        read.filter(|records| records.v == 1).unwrap_or_default()
    }

    /// Checks that the file is valid or absent.
    ///
    /// # Errors
    /// When it is invalid: the error says why.
    pub(crate) fn check(state: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(state), MAX_BYTES)
    }

    /// Runs `act`, which writes settings and changes the records, under the lock of the records. If
    /// the records cannot be written then, `undo` takes back what was done.
    ///
    /// # Errors
    /// The error of `act`, or when the state cannot be written.
    pub(super) fn update<T>(
        state: &Path,
        act: impl FnOnce(&mut Self) -> Result<T, Error>,
        undo: impl FnOnce(T) -> Result<(), Error>,
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
            (Some(Ok(done)), Err(source)) => {
                undo(done)?;
                Err(Error::Store { folder: state.to_owned(), source })
            }
            (_, Err(source)) => Err(Error::Store { folder: state.to_owned(), source }),
            (None, Ok(())) => {
                Err(Error::Store { folder: state.to_owned(), source: io::ErrorKind::Other.into() })
            }
        }
    }

    /// The content of the file at `real` before `install`, if `text` is what that wrote:
    /// `Some(None)` if there was no file.
    pub(super) fn before(&self, state: &Path, real: &Path, text: &str) -> Option<Option<String>> {
        let written = self.files.get(real).filter(|written| written.after == hash(text))?;
        let Some(name) = &written.backup else { return Some(None) };
        let bytes = state_dir::read_small(&backup(state, name), MAX_BACKUP_BYTES)?;
        String::from_utf8(bytes).ok().map(Some)
    }

    /// Records that `after` is about to replace `before` in the file at `real`. Without a copy the
    /// name of the backup only says that there was a file: `uninstall` takes the entries out then.
    ///
    /// # Errors
    /// When the backup cannot be written.
    pub(super) fn add(
        &mut self,
        state: &Path,
        (real, client): (&Path, &str),
        (before, is_copied): (Option<&str>, bool),
        after: &str,
    ) -> Result<&mut WrittenFile, Error> {
        let name = before.map(|_| backup_name(real));
        if let (Some(name), Some(_), false) = (&name, before, is_copied) {
            // One of an earlier run.
            let _ = fs::remove_file(backup(state, name));
        } else if let (Some(name), Some(text)) = (&name, before) {
            save(&backup(state, name), text)
                .map_err(|source| Error::Store { folder: state.to_owned(), source })?;
        }
        let folders = self.files.remove(real).map(|written| written.folders).unwrap_or_default();
        let written =
            WrittenFile { client: client.to_owned(), after: hash(after), backup: name, folders };
        Ok(self.files.entry(real.to_owned()).or_insert(written))
    }

    /// Removes the record of the file at `real`, with its backup.
    pub(super) fn forget(&mut self, state: &Path, real: &Path) -> Option<WrittenFile> {
        let written = self.files.remove(real)?;
        if let Some(name) = &written.backup {
            // A backup that cannot be removed does no harm.
            let _ = fs::remove_file(backup(state, name));
            let _ = fs::remove_dir(state.join("backups"));
        }
        Some(written)
    }
}

/// The path of the backup with this name.
pub(super) fn backup(state: &Path, name: &str) -> PathBuf {
    // Only the last component counts: a name in the records must not lead out of the folder.
    state.join("backups").join(Path::new(name).file_name().unwrap_or_default())
}

fn backup_name(real: &Path) -> String {
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    format!("{}-{name}", hash(&real.to_string_lossy()))
}

/// The name under which new settings for the file at `real` wait beside the backups.
pub(super) fn waiting_name(real: &Path, number: &str) -> String {
    format!("{}{WAITING}{number}", hash(&real.to_string_lossy()))
}

/// Whether a file beside the backups is one that waits.
pub(super) fn is_waiting(name: &str) -> bool {
    name.contains(WAITING)
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
