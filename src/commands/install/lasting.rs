//! The copy of this program that clients start where the program itself is in a cache. `npx` and
//! `uvx` run it from folders that a cleanup or the next version removes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::clients::{PROFILES, Scope};
use super::command_line::{quoted, typed};
use super::record::Records;
use super::words::PROGRAM;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::commands::runner::is_fleeting;
use crate::ui::format;
use crate::ui::print::print;

/// The folder of the copy in the state folder.
const FOLDER: &str = "bin";

/// What the name of a copy begins with that is not complete yet.
const UNFINISHED: &str = ".toolcoach-";

/// The path of the copy.
fn path(state: &Path) -> PathBuf {
    state.join(FOLDER).join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX))
}

/// The path at which clients can still start the program `running` tomorrow, if that is not its
/// own: there [`LastingCopy::needed`] finds that it has to be copied.
pub(super) fn place(running: &Path) -> Option<PathBuf> {
    let real = running.canonicalize().ok()?;
    is_fleeting(&real).then(|| Some(path(&state_dir::folder()?)))?
}

/// A copy that has to be made or renewed.
pub(super) struct LastingCopy {
    from: PathBuf,
    to: PathBuf,
}

impl LastingCopy {
    /// The copy of the running program, unless that may stay where it is or the same is there.
    ///
    /// # Errors
    /// When the running program cannot be read.
    pub(super) fn needed() -> io::Result<Option<Self>> {
        let from = std::env::current_exe()?;
        let Some(to) = place(&from) else { return Ok(None) };
        let size = |path: &Path| fs::metadata(path).map(|meta| meta.len()).ok();
        let is_same = size(&from) == size(&to) && fs::read(&from)? == fs::read(&to)?;
        Ok((!is_same).then_some(Self { from, to }))
    }

    /// Where it will be.
    pub(super) fn path(&self) -> &Path {
        &self.to
    }

    /// The sentence that says what will be written.
    pub(super) fn intent(&self) -> String {
        let what = if self.to.exists() { "will be replaced by" } else { "will be created," };
        format!(
            "{} {what} a copy of this program, which runs from a cache that may be emptied",
            format::path(&self.to)
        )
    }

    /// What the user does instead where nothing is written.
    pub(super) fn by_hand(&self) -> String {
        let (from, to) = (format::path(&self.from), format::path(&self.to));
        format!("copy {from} to {to}, because this program runs from a cache that may be emptied")
    }

    /// Writes the copy. A hook that starts meanwhile gets the old program or the new one.
    ///
    /// # Errors
    /// When it cannot be written. The old one stays then.
    pub(super) fn make(&self) -> Result<(), Error> {
        self.write().map_err(|source| Error::NotWritten { path: self.to.clone(), source })
    }

    fn write(&self) -> io::Result<()> {
        let folder = self.to.parent().unwrap_or(&self.to);
        state_dir::create_folder(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(&fs::read(&self.from)?)?;
        file.as_file().sync_all()?;
        file.persist(&self.to)?;
        Ok(())
    }
}

/// How the user starts this program from now on.
pub(super) fn command(state: &Path) -> String {
    match std::env::current_exe().ok().and_then(|running| place(&running)) {
        Some(_) => typed(&path(state).to_string_lossy()),
        None => PROGRAM.to_owned(),
    }
}

/// The sentence that says what will become of an existing copy when entries are taken out.
pub(super) fn farewell(state: &Path) -> Option<String> {
    let path = path(state);
    path.exists()
        .then(|| format!("{} will be removed once no agent starts it", format::path(&path)))
}

/// Removes the copy, unless a client's settings name it.
///
/// # Errors
/// When it cannot be removed.
pub(super) fn remove_unused(state: &Path) -> Result<(), Error> {
    let path = path(state);
    if fs::symlink_metadata(&path).is_err() || is_used(state, &path) {
        return Ok(());
    }
    fs::remove_file(&path).map_err(|source| Error::NotWritten { path: path.clone(), source })?;
    let folder = state.join(FOLDER);
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            // One that a crash left does no harm if it stays.
            let _ = fs::remove_file(entry.path());
        }
    }
    // A folder with files of other programs stays.
    let _ = fs::remove_dir(folder);
    Ok(print(&format!("{PROGRAM}: {} is removed.\n", format::path(&path)))?)
}

/// Whether a file names the copy: the user's settings of a client, or one that `install` wrote.
fn is_used(state: &Path, copy: &Path) -> bool {
    let own = PROFILES.iter().filter_map(|profile| profile.target(Scope::User, Path::new("")).ok());
    let own = own.flat_map(|target| target.other().into_iter().chain([target]));
    let files = own.map(|target| target.path).chain(Records::read(state).files.into_keys());
    // As a program, and as a word of a shell, both in JSON.
    let copy = copy.to_string_lossy();
    let names = [copy.clone().into_owned(), quoted(&copy)].map(|name| {
        let text = serde_json::Value::String(name).to_string();
        text.trim_matches('"').to_owned()
    });
    files.into_iter().any(|file| {
        fs::read_to_string(file).is_ok_and(|text| names.iter().any(|name| text.contains(name)))
    })
}
