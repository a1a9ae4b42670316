//! The files in which new settings wait until they take their place, and how those that a crash
//! left are found again. They hold keys as the settings do.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{inherit, record};
use crate::base::state_dir;

/// Age from which a file that waits is left from a crash.
const STALE: Duration = Duration::from_secs(60);

/// What is between the name of a settings file and the number of the file that waits beside it.
const MARK: &str = ".toolcoach-";

/// Writes `text` as the file that is to take the name of the one at `path`.
///
/// # Errors
/// When it cannot be written. Nothing is left then.
pub(super) fn write(path: &Path, text: &str, state: &Path) -> io::Result<PathBuf> {
    let in_state = state.join("backups").join(record::waiting_name(path, &number()));
    if is_same_device(state, path.parent().unwrap_or(path)) {
        let mut options = OpenOptions::new();
        let file = state_dir::create(&in_state, options.write(true).create_new(true));
        fill(file?, &in_state, path, text)?;
        return Ok(in_state);
    }
    beside(path, text)
}

/// Lets the file that [`write`] made take its place.
///
/// # Errors
/// When it cannot.
pub(super) fn rename(fresh: &Path, path: &Path, text: &str) -> io::Result<()> {
    let is_script = text.starts_with("#!");
    inherit::access(fresh, path, is_script)?;
    match fs::rename(fresh, path) {
        // A mount of the same file system is a border, too.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let second = beside(path, text)?;
            let renamed =
                inherit::access(&second, path, is_script).and_then(|()| fs::rename(&second, path));
            let _ = fs::remove_file(if renamed.is_ok() { fresh } else { &second });
            renamed
        }
        outcome => outcome,
    }
}

fn beside(path: &Path, text: &str) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = path.with_file_name(format!(".{name}{MARK}{}", number()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    fill(options.open(&fresh)?, &fresh, path, text)?;
    Ok(fresh)
}

/// Writes the text. Until it takes its place, only its owner may read it.
fn fill(mut file: File, fresh: &Path, path: &Path, text: &str) -> io::Result<()> {
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| inherit::owner(&file, path))
        // Without this a power cut after the rename may leave an empty file under the old name.
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(fresh);
    }
    written
}

/// A number that no other process has had: the same process id comes again, in containers at once.
fn number() -> String {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{:x}", std::process::id(), time.as_nanos())
}

#[cfg(unix)]
fn is_same_device(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|meta| meta.dev()).ok();
    device(one).is_some_and(|one| device(other) == Some(one))
}

#[cfg(not(unix))]
fn is_same_device(_: &Path, _: &Path) -> bool {
    false
}

/// Removes the folder of the files that wait, unless something else is in it.
pub(super) fn tidy(state: &Path) {
    let _ = fs::remove_dir(state.join("backups"));
}

/// Removes what crashes have left: in the state folder, and beside these files.
pub(super) fn sweep<'p>(state: &Path, files: impl Iterator<Item = &'p Path>) {
    remove_stale(&state.join("backups"), record::is_waiting);
    for path in files {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else { continue };
        let start = format!(".{}{MARK}", name.to_string_lossy());
        let is_number = |c: char| c.is_ascii_hexdigit() || c == '-';
        remove_stale(folder, |name| {
            name.strip_prefix(&*start)
                .is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_number))
        });
    }
}

fn remove_stale(folder: &Path, is_wanted: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_stale = || {
            let meta = fs::symlink_metadata(entry.path()).ok()?;
            let age = SystemTime::now().duration_since(meta.modified().ok()?).ok()?;
            Some(meta.is_file() && inherit::is_own(&meta) && age > STALE)
        };
        if entry.file_name().to_str().is_some_and(&is_wanted) && is_stale() == Some(true) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
