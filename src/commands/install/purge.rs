//! `toolcoach uninstall --purge`: removes the files that this program wrote for itself, and no
//! others in the same folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::consent;
use crate::base::state_dir;
use crate::commands::error::Error;
use crate::settings;
use crate::store::ledger_file::LedgerFile;
use crate::ui::format::{self, plural};
use crate::ui::print::{print, print_sentences};

/// Removes settings and state.
///
/// # Errors
/// When the user cannot be asked, or something cannot be removed.
pub(super) fn purge(state: &Path, dry: bool, yes: bool) -> Result<(), Error> {
    let mut files = our_files(state);
    let settings = settings::user_file().filter(|path| path.is_file() || path.is_symlink());
    files.extend(settings.clone());
    if files.is_empty() {
        return Ok(print("toolcoach has no files here.\n")?);
    }
    let sessions =
        files.iter().filter(|path| path.parent() == Some(&state.join("sessions"))).count();
    let ledgers = plural(sessions as u64, "session ledger");
    print_sentences(&format!("\ntoolcoach's own files: {}, of these {ledgers}:\n", files.len()))?;
    print(&format!("  {} (state)\n", format::path(state)))?;
    if let Some(settings) = &settings {
        print(&format!("  {} (your settings)\n", format::path(settings)))?;
    }
    if dry || (!yes && !consent::ask("Delete them permanently?")?) {
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
        // A folder with files of other programs stays.
        let _ = folder.map(fs::remove_dir);
    }
    Ok(print("Removed.\n")?)
}

/// Every file of ours in the state folder.
fn our_files(state: &Path) -> Vec<PathBuf> {
    // Each file, its lock, and the temporary file that a crash left. A folder that the user names
    // may have files of other programs.
    let top = |name: &str| {
        let beside = |file: &Path| {
            ["lock", "new"].iter().any(|ending| file.with_extension(ending) == Path::new(name))
        };
        state_dir::FILES.iter().any(|file| *file == name || beside(Path::new(file)))
    };
    let session = |name: &str| LedgerFile::of(name).is_some();
    let backup = |name: &str| name.split_once('-').is_some_and(|(hash, _)| hash.len() == 32);
    let mut files = files_in(state, top);
    files.extend(files_in(&state.join("sessions"), session));
    files.extend(files_in(&state.join("backups"), backup));
    files
}

fn files_in(folder: &Path, is_ours: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(&is_ours))
        .map(|entry| entry.path());
    paths.filter(|path| !path.is_dir()).collect()
}
