//! A settings file of an agent: read with care, replaced whole or not at all.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::base::file_error::{FileError, Position};
use crate::base::read;
use crate::commands::error::Error;

/// Largest file, bytes. Agents' settings have a few KB.
const MAX_BYTES: u64 = 4 << 20;

/// What stands at a path.
pub(super) struct Found {
    /// Where links lead.
    pub(super) real: PathBuf,
    /// Its content; `None` if there is no file.
    pub(super) text: Option<String>,
}

/// Looks at a file.
///
/// # Errors
/// When it is there and no file of text that can be read.
pub(super) fn look(path: &Path) -> Result<Found, Error> {
    let wrong = |what: String| Error::from(FileError::Unreadable { path: path.to_owned(), what });
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if path.is_symlink() {
                return Err(wrong("a symbolic link to nothing".to_owned()));
            }
            return Ok(Found { real: real_folder(path), text: None });
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
        FileError::Invalid { path: path.to_owned(), position, what: "this is not UTF-8".to_owned() }
    })?;
    Ok(Found { real, text: Some(text) })
}

/// The path with the links of the folders that are there followed.
fn real_folder(path: &Path) -> PathBuf {
    let there =
        path.ancestors().skip(1).find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let below = there.as_ref().and_then(|(folder, _)| path.strip_prefix(folder).ok());
    match (&there, below) {
        (Some((_, real)), Some(below)) => real.join(below),
        _ => path.to_owned(),
    }
}

/// Puts `text` where `found` was seen, if that is still so. Returns the folders that it made,
/// innermost first.
///
/// # Errors
/// When it cannot be written, or was changed: then it is as it was.
pub(super) fn replace(found: &Found, text: &str) -> Result<Vec<PathBuf>, Error> {
    let path = &found.real;
    let failed = |source: io::Error| Error::NotWritten { path: path.clone(), source };
    let folder = path.parent().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
    let made: Vec<PathBuf> =
        folder.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
    let old = found.text.as_ref().map(|_| fs::metadata(path)).transpose().map_err(failed)?;
    if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
        return Err(failed(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only")));
    }
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = folder.join(format!(".{name}.toolcoach-{}", std::process::id()));
    let written = write(&fresh, text, old.as_ref()).map_err(failed).and_then(|()| {
        if look(path)?.text != found.text {
            return Err(Error::Changed { path: path.clone() });
        }
        fs::rename(&fresh, path).map_err(failed)
    });
    if let Err(error) = written {
        // The first error is the one to tell.
        let _ = fs::remove_file(&fresh);
        remove_folders(&made);
        return Err(error);
    }
    Ok(made)
}

/// A new file with the mode and the owner of the old one.
fn write(path: &Path, text: &str, old: Option<&Metadata>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    if let Some(old) = old {
        inherit(&file, old)?;
    }
    file.write_all(text.as_bytes())?;
    // Before the rename: without it a power cut may leave an empty file under the old name.
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

/// Removes the file that was seen, if it is still so, and the folders that were made for it.
///
/// # Errors
/// When it cannot be removed, or was changed.
pub(super) fn remove(found: &Found, made: &[PathBuf]) -> Result<(), Error> {
    let path = &found.real;
    if look(path)?.text != found.text {
        return Err(Error::Changed { path: path.clone() });
    }
    fs::remove_file(path).map_err(|source| Error::NotWritten { path: path.clone(), source })?;
    remove_folders(made);
    Ok(())
}

/// Removes folders, innermost first, as far as they are empty.
fn remove_folders(folders: &[PathBuf]) {
    for folder in folders {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}
