//! A settings file that is about to change: the new text is written aside first, so that what can
//! fail fails before any file has changed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use super::aside;
use super::file::FileSnapshot;
use super::inherit;
use crate::commands::error::Error;

/// How the file takes its new text.
enum Change {
    /// A file with the new text takes its name.
    Rename(PathBuf),
    /// The text is written into it: a new file would not be the one that its other names lead to.
    Rewrite(File),
    /// It is removed, with the folders that `install` created for it, innermost first.
    Remove(Vec<PathBuf>),
}

/// One change. Dropping it before [`StagedFile::commit`] leaves nothing behind.
pub(super) struct StagedFile<'s> {
    snapshot: &'s FileSnapshot,
    text: Option<&'s str>,
    change: Change,
    /// The folders that were created for the file, innermost first.
    pub(super) created: Vec<PathBuf>,
    is_done: bool,
}

impl<'s> StagedFile<'s> {
    /// Prepares to replace the file by `text`, or to remove it with the folders `made_for_it`. The
    /// new text waits in the state folder `state`, where no other user and no git looks, or beside
    /// the file where that is another file system.
    ///
    /// # Errors
    /// When the file cannot be written or removed. Nothing has changed then.
    pub(super) fn prepare(
        snapshot: &'s FileSnapshot,
        text: Option<&'s str>,
        state: &Path,
        made_for_it: &[PathBuf],
    ) -> Result<Self, Error> {
        let path = &snapshot.real;
        let failed = |source: io::Error| Error::NotWritten { path: path.clone(), source };
        snapshot.check_writable()?;
        let folder = path.parent().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        let mut staged = Self {
            snapshot,
            text,
            change: Change::Remove(made_for_it.to_owned()),
            created: missing.map(Path::to_owned).collect(),
            is_done: false,
        };
        inherit::create_folders(folder, &staged.created).map_err(failed)?;
        check_folder(folder).map_err(failed)?;
        let Some(text) = text else { return Ok(staged) };
        staged.change = if snapshot.text.is_some() && has_other_names(path) {
            Change::Rewrite(OpenOptions::new().write(true).open(path).map_err(failed)?)
        } else {
            Change::Rename(aside::write(path, text, state).map_err(failed)?)
        };
        Ok(staged)
    }

    /// Changes the file.
    ///
    /// # Errors
    /// When another program has changed it meanwhile, or the system refuses. It stays as it was.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        let path = &self.snapshot.real;
        let failed = |source: io::Error| Error::NotWritten { path: path.clone(), source };
        self.snapshot.check_unchanged()?;
        match &mut self.change {
            Change::Rename(fresh) => {
                aside::rename(fresh, path, self.text.unwrap_or_default()).map_err(failed)?;
            }
            Change::Rewrite(file) => {
                rewrite(file, self.text.unwrap_or_default()).map_err(failed)?;
            }
            Change::Remove(folders) => {
                fs::remove_file(path).map_err(failed)?;
                remove_folders(folders);
            }
        }
        self.is_done = true;
        Ok(())
    }

    /// What puts the old text back.
    pub(super) fn way_back(&self) -> WayBack {
        WayBack {
            real: self.snapshot.real.clone(),
            before: self.snapshot.text.clone(),
            after: self.text.map(str::to_owned),
            created: self.created.clone(),
        }
    }
}

/// The way back from a change, for when a later one fails.
pub(super) struct WayBack {
    real: PathBuf,
    before: Option<String>,
    after: Option<String>,
    created: Vec<PathBuf>,
}

impl WayBack {
    /// Puts the old text back.
    ///
    /// # Errors
    /// When that cannot be done, or another program has changed the file since.
    pub(super) fn take(&self, state: &Path) -> Result<(), Error> {
        let now = FileSnapshot::take(&self.real)?;
        if now.text != self.after {
            return Err(Error::Changed { path: self.real.clone() });
        }
        StagedFile::prepare(&now, self.before.as_deref(), state, &self.created)?.commit()
    }
}

impl Drop for StagedFile<'_> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        // Nothing more can be done about a file that cannot be removed; a later run tries again.
        if let Change::Rename(fresh) = &self.change {
            let _ = fs::remove_file(fresh);
        }
        remove_folders(&self.created);
    }
}

/// Writes `text` over the content of a file: one write, so that an interruption cannot part it. A
/// shorter text ends in line breaks until the file is cut, which no reader of JSON minds.
fn rewrite(file: &mut File, text: &str) -> io::Result<()> {
    let old = usize::try_from(file.metadata()?.len()).unwrap_or_default();
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(bytes.len().max(old), b'\n');
    file.rewind()?;
    file.write_all(&bytes)?;
    file.set_len(text.len() as u64)?;
    file.sync_all()
}

/// Whether other names lead to the same file.
#[cfg(unix)]
pub(super) fn has_other_names(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|old| std::os::unix::fs::MetadataExt::nlink(&old) > 1)
}

/// Always false: this is not known here.
#[cfg(not(unix))]
pub(super) fn has_other_names(_: &Path) -> bool {
    false
}

/// Checks that files in a folder can be made and removed. A file that waits elsewhere would not
/// find that out.
#[cfg(unix)]
fn check_folder(folder: &Path) -> io::Result<()> {
    use nix::unistd::{AccessFlags, access};
    Ok(access(folder, AccessFlags::W_OK | AccessFlags::X_OK)?)
}

#[cfg(not(unix))]
fn check_folder(_: &Path) -> io::Result<()> {
    Ok(())
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
        let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
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
            let change = |text| {
                StagedFile::prepare(&snapshot, text, state.path(), &[])
                    .and_then(|mut staged| staged.commit())
            };
            let changed = change(Some("{\"ours\":1}"));
            assert!(changed.is_err(), "{before:?} {after:?}");
            if after.is_some() {
                assert!(matches!(changed, Err(Error::Changed { .. })), "{changed:?}");
                assert!(matches!(change(None), Err(Error::Changed { .. })));
            }
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), after);
            let names = fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(names, usize::from(after.is_some()), "nothing of ours is left");
        }
    }
}
