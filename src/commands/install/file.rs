//! Reads a client's settings file.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::base::file_error::{FileError, Position};
use crate::base::read;
use crate::commands::error::Error;

/// Largest file, bytes. Clients' settings have a few KB.
pub(super) const MAX_BYTES: u64 = 4 << 20;

/// Most bytes that are searched for a word.
const MAX_SEARCHED_BYTES: u64 = 64 << 20;

/// A file as it was read.
pub(super) struct FileSnapshot {
    /// Its path with all links resolved.
    pub(super) real: PathBuf,
    /// Its content; `None` if there is no file.
    pub(super) text: Option<String>,
}

impl FileSnapshot {
    /// What cannot be read as settings, and is passed over.
    pub(super) fn passed_over(path: &Path) -> Self {
        Self { real: path.to_owned(), text: None }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it exists but is not a regular file of UTF-8 text, is too large, or cannot be read.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        let wrong =
            |what: String| Error::from(FileError::Unreadable { path: path.to_owned(), what });
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if path.is_symlink() {
                    return Err(wrong("a symbolic link whose target does not exist".to_owned()));
                }
                return Ok(Self { real: real_folder(path), text: None });
            }
            Err(error) => return Err(wrong(error.to_string())),
        };
        let metadata = fs::metadata(&real).map_err(|error| wrong(error.to_string()))?;
        if !metadata.is_file() {
            return Err(wrong("not a regular file".to_owned()));
        }
        if metadata.len() > MAX_BYTES {
            return Err(wrong(format!("larger than {} MiB", MAX_BYTES >> 20)));
        }
        let bytes = read::read(&real, MAX_BYTES).map_err(|error| wrong(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| wrong("it no longer exists".to_owned()))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let position = Position::of(error.as_bytes(), error.utf8_error().valid_up_to());
            FileError::Invalid {
                path: path.to_owned(),
                position,
                what: "this is not UTF-8".to_owned(),
            }
        })?;
        Ok(Self { real, text: Some(text) })
    }

    /// Checks that the file is not marked as read-only. The system itself would let it be replaced.
    ///
    /// # Errors
    /// When it is.
    pub(super) fn check_writable(&self) -> Result<(), Error> {
        match fs::metadata(&self.real) {
            Ok(metadata) if metadata.permissions().readonly() => Err(Error::NotWritten {
                path: self.real.clone(),
                source: io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"),
            }),
            _ => Ok(()),
        }
    }

    /// Checks that the file still is as it was read.
    ///
    /// # Errors
    /// When it is not, or cannot be read.
    pub(super) fn check_unchanged(&self) -> Result<(), Error> {
        if Self::take(&self.real)?.text == self.text {
            return Ok(());
        }
        Err(Error::Changed { path: self.real.clone() })
    }
}

/// Whether a file may contain `word`, whatever the file is. What is not a regular file contains no
/// word, and no settings file is longer than the 64 MiB that are searched.
pub(super) fn may_contain(path: &Path, word: &str) -> bool {
    let found = || -> io::Result<bool> {
        if !fs::metadata(path)?.is_file() {
            return Ok(false);
        }
        let mut file = read::open(path)?.take(MAX_SEARCHED_BYTES);
        let (mut window, mut kept) = (vec![0; 64 << 10], 0);
        loop {
            let count = file.read(window.get_mut(kept..).unwrap_or_default())?;
            let seen = window.get(..kept + count).unwrap_or_default();
            if memchr::memmem::find(seen, word.as_bytes()).is_some() || count == 0 {
                return Ok(count != 0);
            }
            // The word may begin at the end of this piece.
            let end = kept + count;
            kept = end.min(word.len() - 1);
            window.copy_within(end - kept..end, 0);
        }
    };
    found().unwrap_or_else(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// The path with the links of the existing folders resolved.
fn real_folder(path: &Path) -> PathBuf {
    let existing =
        path.ancestors().skip(1).find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let below = existing.as_ref().and_then(|(folder, _)| path.strip_prefix(folder).ok());
    match (&existing, below) {
        (Some((_, real)), Some(below)) => real.join(below),
        _ => path.to_owned(),
    }
}
