//! The state folder and its files: private to the user, no symbolic link followed, nobody waited
//! for without end.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::env;
use super::file_error::{FileError, Position};

/// Names the files of the state folder, and lists them: what is named here is removed by `uninstall
/// --purge`.
macro_rules! files {
    ($($(#[$about:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$about])* pub const $constant: &str = $name;)*

        /// The names of all.
        pub const FILES: &[&str] = &[$($constant),*];
    };
}

files! {
    /// What the user muted.
    MUTES = "mutes.json";
    /// The projects that the user trusts.
    TRUST = "trust.json";
    /// What `install` changed.
    INSTALLS = "installs.json";
    /// Analyzers that failed.
    BREAKERS = "breakers.json";
    /// Input that was not understood.
    ERRORS = "errors.jsonl";
    /// The same, before that.
    OLD_ERRORS = "errors.old.jsonl";
    /// The rules that learning mutes.
    LEARNED = "learned.json";
    /// The days that ledgers were folded into.
    HISTORY = "history.jsonl";
    /// Where a cut upkeep left off. Its time of change says when the last whole one was.
    UPKEEP = "upkeep.json";
}

/// How long a command of the user waits for another that is writing.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// The folder of all state: `$TOOLCOACH_STATE_DIR`, else the platform's place for state.
pub fn folder() -> Option<PathBuf> {
    if let Some(folder) = env::toolcoach_state_dir() {
        return Some(folder);
    }
    let base = if cfg!(windows) {
        env::local_app_data()
    } else {
        env::xdg_state_home().or_else(|| env::home().map(|home| home.join(".local/state")))
    };
    base.map(|base| base.join("toolcoach"))
}

/// Opens a file of ours that exists, following no symbolic link and waiting for nobody (a FIFO in
/// its place).
pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    private(&mut options.clone()).open(path)
}

/// Creates a file of ours and, if need be, its folders. The first call of a session comes here, so
/// this is where the folders are looked at.
pub(crate) fn create(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let state = match folder.file_name() {
        Some(name) if name == "sessions" => folder.parent().unwrap_or(folder),
        _ => folder,
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    for folder in [state, folder] {
        let meta = fs::symlink_metadata(folder)?;
        if !meta.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        // Whoever owns the folder can put others in the place of our files, and could not open
        // those that we make.
        if !is_ours(&meta) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
    }
    private(options.clone().create(true)).open(path)
}

/// Whether a file or folder belongs to this user, or to the system's, who may do everything anyway.
#[cfg(unix)]
pub(crate) fn is_ours(meta: &fs::Metadata) -> bool {
    let owner = std::os::unix::fs::MetadataExt::uid(meta);
    owner == 0 || owner == nix::unistd::geteuid().as_raw()
}

/// Left to the system's own rules for a user's folders.
#[cfg(not(unix))]
pub(crate) fn is_ours(_: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// The whole of a small file of ours; `None` if it is not there, not a plain file, another user's,
/// or larger than `limit` bytes.
pub(crate) fn read_small(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let file = open(path, OpenOptions::new().read(true)).ok()?;
    let meta = file.metadata().ok()?;
    if !meta.is_file() || !is_ours(&meta) {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= limit).then_some(bytes)
}

/// Whether a small file of ours is one that [`read_small`] and who asks for a `T` understand, or is
/// not there.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn sound<T: DeserializeOwned>(path: &Path, limit: u64) -> Result<(), FileError> {
    #[derive(Deserialize)]
    struct Versioned {
        v: u32,
    }
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let wrong = |what: String| FileError::Unreadable { path: path.to_owned(), what };
    let bytes = read_small(path, limit).ok_or_else(|| {
        let most = limit >> 10;
        wrong(format!(
            "it cannot be read, is no plain file or another user's, or is larger than {most} KiB"
        ))
    })?;
    let read = serde_json::from_slice::<T>(&bytes)
        .and_then(|_| serde_json::from_slice::<Versioned>(&bytes));
    match read {
        Ok(Versioned { v: 1 }) => Ok(()),
        Ok(Versioned { v }) => {
            Err(wrong(format!("it is of version {v}, which this program does not know")))
        }
        Err(error) => {
            let position = Position { line: error.line().max(1), column: error.column().max(1) };
            let message = error.to_string();
            let what = message.split(" at line ").next().unwrap_or_default().to_owned();
            Err(FileError::Invalid { path: path.to_owned(), position, what })
        }
    }
}

/// How much a change of a small file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// A command of the user: it waits for others, and for the disk.
    Command,
    /// The hook: it waits for this long at most, and leaves the disk to the system. After a power
    /// cut the file may be empty, which reads as none.
    Hook(Duration),
}

/// Takes a lock that another process may hold, tried forty times in as long as the patience lasts.
///
/// # Errors
/// When it is still held then ([`io::ErrorKind::WouldBlock`]), or cannot be had.
pub(crate) fn patiently(
    patience: Duration,
    lock: impl Fn() -> Result<(), TryLockError>,
) -> io::Result<()> {
    let start = Instant::now();
    loop {
        match lock() {
            Err(TryLockError::WouldBlock) if start.elapsed() < patience => {
                std::thread::sleep(patience / 40)
            }
            outcome => return outcome.map_err(io::Error::from),
        }
    }
}

/// Replaces a small file of ours by what `change` makes of it, all or nothing, one process at a
/// time. Readers need no lock: they see the old file or the new one.
///
/// # Errors
/// When the store cannot be written, or another process keeps writing for 2 s (for as long as the
/// patience allows).
pub(crate) fn update(
    path: &Path,
    patience: Patience,
    change: impl FnOnce() -> io::Result<Vec<u8>>,
) -> io::Result<()> {
    let limit = if let Patience::Hook(limit) = patience { limit } else { LOCK_PATIENCE };
    let lock = create(&path.with_extension("lock"), OpenOptions::new().append(true))?;
    patiently(limit, || lock.try_lock())?;
    let bytes = change()?;
    // Only who holds the lock writes here: what lies there was left by a crash.
    let fresh = path.with_extension("new");
    let mut file = create(&fresh, OpenOptions::new().write(true).truncate(true))?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    // Synced before the rename: without it a power cut may leave an empty file under the new name.
    let synced = |file: &File| if patience == Patience::Command { file.sync_all() } else { Ok(()) };
    let written =
        file.write_all(&bytes).and_then(|()| synced(&file)).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&fresh);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/x.json");
        update(&path, Patience::Command, || Ok(b"one".to_vec())).unwrap();
        assert_eq!(read_small(&path, 3).unwrap(), b"one");
        assert_eq!(read_small(&path, 2), None, "too large");
        assert!(
            update(&path, Patience::Command, || Err(io::ErrorKind::InvalidData.into())).is_err()
        );
        assert_eq!(read_small(&path, 3).unwrap(), b"one");
        assert_eq!(read_small(folder.path(), 3), None, "a folder");
    }
}
