//! Checks of the file system of the state folder, tried on a file without a name: file systems over a
//! network may refuse locks, and have a clock of their own.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::diagnosis::Diagnosis;
use super::scene::Scene;

/// How far the clock may be ahead, ms. Clocks that are kept by the network differ by less.
const MAX_AHEAD_MS: u64 = 60_000;

/// Whether the file system does what the hook needs of it.
pub(super) fn serves(scene: &Scene) -> Vec<Diagnosis> {
    // Other checks report a folder that cannot be written.
    let Some(folder) = scene.state.as_ref().filter(|folder| folder.is_dir()) else {
        return Vec::new();
    };
    let Ok(file) = nameless(folder) else { return Vec::new() };
    vec![diagnose(&file, scene.now).at(folder)]
}

fn diagnose(file: &File, now: u64) -> Diagnosis {
    if let Err(TryLockError::Error(error)) = file.try_lock() {
        return Diagnosis::warning(format!(
            "files here cannot be locked ({error}): only critical lines are said, no hints or warnings"
        ))
        .mend("set TOOLCOACH_STATE_DIR to a folder on a local disk");
    }
    let written = file.metadata().and_then(|meta| meta.modified()).unwrap_or(UNIX_EPOCH);
    let written = written.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let ahead = u64::try_from(written).unwrap_or(u64::MAX).saturating_sub(now);
    if ahead > MAX_AHEAD_MS {
        return Diagnosis::warning(format!(
            "its clock is {} s ahead of this machine's: ledgers seem newer than they are",
            ahead / 1000
        ))
        .mend("set the clocks, or set TOOLCOACH_STATE_DIR to a folder on a local disk");
    }
    Diagnosis::ok("files can be locked, and the clocks agree")
}

/// A new file in a folder. It leaves no trace; where a file needs a name, it has one for a moment.
fn nameless(folder: &Path) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        let mut options = OpenOptions::new();
        options.write(true);
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_TMPFILE);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        if let Ok(file) = options.open(folder) {
            return Ok(file);
        }
    }
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let path = folder.join(format!("doctor-{}-{:x}.new", std::process::id(), time.as_nanos()));
    let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::diagnosis::Status;

    #[test]
    fn a_clock_that_is_ahead_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = nameless(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
        assert_eq!(diagnose(&file, now).status, Status::Ok);
        assert_eq!(diagnose(&file, now + 999_000).status, Status::Ok, "a slow one is none");
        let ahead = diagnose(&file, now - 3_600_000);
        assert_eq!(ahead.status, Status::Warning);
        assert!(ahead.text.contains(" s ahead"), "{}", ahead.text);
    }
}
