//! Reads a client's settings file, and replaces it whole or not at all.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::base::file_error::{FileError, Position};
use crate::base::read;
use crate::commands::error::Error;

/// Largest file, bytes. Clients' settings have a few KB.
const MAX_BYTES: u64 = 4 << 20;

/// A file as it was read.
pub(super) struct FileSnapshot {
    /// Its path with all links resolved.
    pub(super) real: PathBuf,
    /// Its content; `None` if there is no file.
    pub(super) text: Option<String>,
}

impl FileSnapshot {
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
                    return Err(wrong("a symbolic link to nothing".to_owned()));
                }
                return Ok(Self { real: real_folder(path), text: None });
            }
            Err(error) => return Err(wrong(error.to_string())),
        };
        let metadata = fs::metadata(&real).map_err(|error| wrong(error.to_string()))?;
        if !metadata.is_file() {
            return Err(wrong("not a plain file".to_owned()));
        }
        if metadata.len() > MAX_BYTES {
            return Err(wrong(format!("larger than {} MiB", MAX_BYTES >> 20)));
        }
        let bytes = read::read(&real, MAX_BYTES).map_err(|error| wrong(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| wrong("it is gone".to_owned()))?;
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

    /// Replaces the file by `text`, unless it has changed since it was read. Returns the folders
    /// that it created, innermost first.
    ///
    /// # Errors
    /// When the file cannot be written, or has changed. It stays as it was then.
    pub(super) fn replace(&self, text: &str) -> Result<Vec<PathBuf>, Error> {
        let path = &self.real;
        let failed = |source: io::Error| Error::NotWritten { path: path.clone(), source };
        let folder = path.parent().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        let created: Vec<PathBuf> =
            folder.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        let old = self.text.as_ref().map(|_| fs::metadata(path)).transpose().map_err(failed)?;
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(failed(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only")));
        }
        fs::create_dir_all(folder).map_err(failed)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let fresh = folder.join(format!(".{name}.toolcoach-{}", std::process::id()));
        let written = write(&fresh, text, old.as_ref()).map_err(failed).and_then(|()| {
            if Self::take(path)?.text != self.text {
                return Err(Error::Changed { path: path.clone() });
            }
            fs::rename(&fresh, path).map_err(failed)
        });
        if let Err(error) = written {
            // The first error is the one to report.
            let _ = fs::remove_file(&fresh);
            remove_folders(&created);
            return Err(error);
        }
        Ok(created)
    }

    /// Removes the file, unless it has changed since the snapshot, and the folders that `install`
    /// created for it.
    ///
    /// # Errors
    /// When it cannot be removed, or has changed.
    pub(super) fn remove(&self, created: &[PathBuf]) -> Result<(), Error> {
        let path = &self.real;
        if Self::take(path)?.text != self.text {
            return Err(Error::Changed { path: path.clone() });
        }
        fs::remove_file(path).map_err(|source| Error::NotWritten { path: path.clone(), source })?;
        remove_folders(created);
        Ok(())
    }
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

/// Writes a new file with the mode and the owner of the old one.
fn write(path: &Path, text: &str, old: Option<&Metadata>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    if let Some(old) = old {
        inherit(&file, old)?;
    }
    file.write_all(text.as_bytes())?;
    // Without this a power cut after the rename may leave an empty file under the old name.
    file.sync_all()
}

#[cfg(unix)]
fn inherit(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        fchown(file, Some(old.uid()), Some(old.gid()))?;
    }
    file.set_permissions(old.permissions())
}

#[cfg(not(unix))]
fn inherit(file: &File, old: &Metadata) -> io::Result<()> {
    file.set_permissions(old.permissions())
}

/// Removes the folders, innermost first, up to the first that is not empty.
fn remove_folders(folders: &[PathBuf]) {
    for folder in folders {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_program_wrote_in_between_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        // Changed, made and removed after the snapshot.
        for (before, after) in
            [(Some("{}"), Some("{\"a\":1}")), (None, Some("{}")), (Some("{}"), None)]
        {
            let put = |text: Option<&str>| match text {
                Some(text) => fs::write(&path, text).unwrap(),
                None => _ = fs::remove_file(&path),
            };
            put(before);
            let snapshot = FileSnapshot::take(&path).unwrap();
            put(after);
            let changed = snapshot.replace("{\"ours\":1}");
            assert!(changed.is_err(), "{before:?} {after:?}");
            if after.is_some() {
                assert!(matches!(changed, Err(Error::Changed { .. })), "{changed:?}");
                assert!(matches!(snapshot.remove(&[]), Err(Error::Changed { .. })));
            }
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), after);
            let names = fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(names, usize::from(after.is_some()), "nothing of ours is left");
        }
    }
}
