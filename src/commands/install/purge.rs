//! `toolcoach uninstall --purge`: removes what this program has written for itself, and nothing
//! that only lies there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{agreed, shown};
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::settings;
use crate::store::rollup::{CALLS, WARNINGS};
use crate::ui::print::print;

/// Removes settings and state.
///
/// # Errors
/// When nobody can be asked, or something cannot be removed.
pub(super) fn purge(state: &Path, dry: bool, yes: bool) -> Result<(), Error> {
    let mut files = ours(state);
    let settings = settings::user_file().filter(|path| path.is_file() || path.is_symlink());
    files.extend(settings.clone());
    if files.is_empty() {
        return Ok(print("toolcoach keeps nothing here.\n")?);
    }
    let sessions =
        files.iter().filter(|path| path.parent() == Some(&state.join("sessions"))).count();
    print(&format!(
        "\nOf toolcoach itself, {} with {sessions} of sessions:\n",
        counted(files.len())
    ))?;
    print(&format!("  {} (state)\n", shown(state)))?;
    if let Some(settings) = &settings {
        print(&format!("  {} (your settings)\n", shown(settings)))?;
    }
    if dry || (!yes && !agreed("Remove them for good?")?) {
        return Ok(());
    }
    for path in &files {
        match fs::remove_file(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(Error::NotWritten { path: path.clone(), source });
            }
            _ => {}
        }
    }
    let folders =
        [Some(state.join("sessions")), Some(state.join("backups")), Some(state.to_owned())];
    for folder in
        folders.into_iter().chain([settings.as_deref().and_then(Path::parent).map(Path::to_owned)])
    {
        // One that holds something of others stays.
        let _ = folder.map(fs::remove_dir);
    }
    Ok(print("Removed.\n")?)
}

fn counted(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

/// Every file of ours in the state folder.
fn ours(state: &Path) -> Vec<PathBuf> {
    // A file, its lock, and what a crash left of the next one. A folder that the user names may
    // hold things of others.
    let top = |name: &str| {
        let beside = |file: &Path| {
            ["lock", "new"].iter().any(|ending| file.with_extension(ending) == Path::new(name))
        };
        state_dir::FILES.iter().any(|file| *file == name || beside(Path::new(file)))
    };
    let session = |name: &str| name.ends_with(CALLS) || name.ends_with(WARNINGS);
    let backup = |name: &str| name.split_once('-').is_some_and(|(hash, _)| hash.len() == 32);
    let mut found = files_in(state, top);
    found.extend(files_in(&state.join("sessions"), session));
    found.extend(files_in(&state.join("backups"), backup));
    found
}

fn files_in(folder: &Path, is_ours: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(&is_ours))
        .map(|entry| entry.path());
    paths.filter(|path| !path.is_dir()).collect()
}
