//! The state folder and its files. They are private to the user, opening one never follows a
//! symbolic link, and waiting for a lock has a limit.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::env;
use super::file_error::{FileError, Position};

/// Names the files of the state folder and lists them: `uninstall --purge` removes every file that
/// is named here.
macro_rules! files {
    ($($(#[$about:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$about])* pub(crate) const $constant: &str = $name;)*

        /// The names of all files.
        pub(crate) const FILES: &[&str] = &[$($constant),*];
    };
}

files! {
    /// The rules that the user muted.
    MUTES = "mutes.json";
    /// The projects that the user trusts.
    TRUST = "trust.json";
    /// The files that `install` changed.
    INSTALLS = "installs.json";
    /// The analyzers that failed.
    BREAKERS = "breakers.json";
    /// A byte while analyzers run on the main thread, which stays if the hard stop ends them.
    OVERRUNS = "overruns";
    /// Inputs that could not be read.
    ERRORS = "errors.jsonl";
    /// The previous `errors.jsonl`.
    OLD_ERRORS = "errors.old.jsonl";
    /// What is known of each rule's effect.
    LEARNED = "learned.json";
    /// What agents of each project do again and again.
    LESSONS = "lessons.json";
    /// The machine's key of the hashes in ledgers.
    KEY = "key";
    /// The roll-up: the days that ledgers were folded into.
    HISTORY = "history.jsonl";
    /// Where an interrupted upkeep left off. The file's modification time is the time of the last
    /// complete one.
    UPKEEP = "upkeep.json";
}

/// How long a command that the user runs waits for another process that is writing.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// The state folder: `$TOOLCOACH_STATE_DIR`, else a folder where the platform keeps state.
pub(crate) fn folder() -> Option<PathBuf> {
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

/// Opens an existing file of the state folder. Follows no symbolic link, does not block on a FIFO,
/// and opens no file of another user: who may write to the folder could have made it in advance.
pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    // Linux lets nobody but a file's owner open it without a change of its access time (and root,
    // who may do anything). So this asks for the owner at no cost.
    #[cfg(target_os = "linux")]
    match private(&mut options.clone(), libc::O_NOATIME).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
        opened => return opened,
    }
    let file = private(&mut options.clone(), 0).open(path)?;
    if is_ours(&file.metadata()?) { Ok(file) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Creates a file of the state folder and, if needed, its folders. The first call of a session gets
/// here, so this is where the folders are checked.
pub(crate) fn create(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let state = match folder.file_name() {
        Some(name) if name == "sessions" => folder.parent().unwrap_or(folder),
        _ => folder,
    };
    for folder in [state, folder] {
        create_folder(folder)?;
    }
    open(path, options.clone().create(true))
}

/// Opens a file of the state folder, and creates it if it cannot be opened. What is in the way of
/// the one is in the way of the other, but for a file that is not there.
pub(crate) fn open_or_create(path: &Path, options: &OpenOptions) -> io::Result<File> {
    open(path, options).or_else(|_| create(path, options))
}

/// Creates the state folder, or a folder in it, for this user alone.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let meta = fs::symlink_metadata(folder)?;
    if !meta.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    // The owner of the folder can replace our files, and could not open the ones we create.
    if is_ours(&meta) { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Checks that root does not make folders of its own in a folder of another user, as under `sudo`
/// with the user's HOME: that user's hook could not write there any more.
///
/// # Errors
/// When it would.
#[cfg(unix)]
pub(crate) fn check_owner(folder: &Path) -> io::Result<()> {
    let existing =
        folder.ancestors().find_map(|folder| Some((folder, fs::symlink_metadata(folder).ok()?)));
    let Some((around, meta)) = existing else { return Ok(()) };
    let owner = std::os::unix::fs::MetadataExt::uid(&meta);
    if !nix::unistd::geteuid().is_root() || owner == 0 {
        return Ok(());
    }
    let around = around.display();
    let what = format!(
        "{around} belongs to user {owner}, but this runs as root; run it as that user, without sudo, or set \
         TOOLCOACH_STATE_DIR to a folder of root's"
    );
    Err(io::Error::new(io::ErrorKind::PermissionDenied, what))
}

/// Nothing to check: the system's access rules protect a user's folders here.
#[cfg(not(unix))]
pub(crate) fn check_owner(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether a file or folder belongs to this user, or to root, who may do anything anyway.
#[cfg(unix)]
pub(crate) fn is_ours(meta: &fs::Metadata) -> bool {
    let owner = std::os::unix::fs::MetadataExt::uid(meta);
    owner == 0 || owner == nix::unistd::geteuid().as_raw()
}

/// Always true: the system's access rules protect a user's folders here.
#[cfg(not(unix))]
pub(crate) fn is_ours(_: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn private(options: &mut OpenOptions, more: i32) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | more)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions, _: i32) -> &mut OpenOptions {
    options
}

/// The whole of a small file of the state folder. `None` if it does not exist, is not a regular
/// file, belongs to another user, or is larger than `limit` bytes.
pub(crate) fn read_small(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let file = open(path, OpenOptions::new().read(true)).ok()?;
    let meta = file.metadata().ok()?;
    if !meta.is_file() || !is_ours(&meta) {
        return None;
    }
    let bytes = read_head(file, &meta, limit + 1).ok()?;
    (bytes.len() as u64 <= limit).then_some(bytes)
}

/// The first bytes of a file, at most `limit`. `meta` is what is known of it.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read_head(file: File, meta: &fs::Metadata, limit: u64) -> io::Result<Vec<u8>> {
    // `read_to_end` would fill an empty buffer by tiny reads first, and a full one by one more.
    let mut bytes = Vec::with_capacity(meta.len().min(limit) as usize + 1);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Checks that a small file of the state folder can be read as a `T` of version 1, or does not
/// exist.
///
/// # Errors
/// What is wrong with the file, and where.
pub(crate) fn validate<T: DeserializeOwned>(path: &Path, limit: u64) -> Result<(), FileError> {
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
            "it cannot be read, is not a regular file, belongs to another user, or is larger than {most} KiB"
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

/// How much time a change of a small file may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// A command that the user runs: it waits for other processes, and for the disk.
    Command,
    /// The hook: it waits at most this long for other processes, and does not wait for the disk.
    /// After a power failure the file may be empty, which counts as no file.
    Hook(Duration),
}

/// Opens a file that is there to be locked, and creates it if needed. Windows locks no file that is
/// open for appending only.
///
/// # Errors
/// When it cannot be opened or created.
pub(crate) fn create_lock(path: &Path) -> io::Result<File> {
    create(path, OpenOptions::new().read(true).append(true))
}

/// Takes a lock that another process may hold. Tries forty times within `patience`.
///
/// # Errors
/// When another process still holds the lock then ([`io::ErrorKind::WouldBlock`]), or locking
/// fails.
pub(crate) fn lock_within(
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

/// Replaces a small file of the state folder by the bytes that `change` returns. It replaces the
/// whole file or nothing, one process at a time. Readers need no lock: they see the old file or the
/// new one.
///
/// # Errors
/// When the file cannot be written, or another process keeps writing for longer than the patience
/// allows (2 s for a command).
pub(crate) fn update(
    path: &Path,
    patience: Patience,
    change: impl FnOnce() -> io::Result<Vec<u8>>,
) -> io::Result<()> {
    let limit = match patience {
        Patience::Hook(limit) => limit,
        Patience::Command => {
            check_owner(path.parent().unwrap_or(path))?;
            LOCK_PATIENCE
        }
    };
    let lock = create_lock(&path.with_extension("lock"))?;
    lock_within(limit, || lock.try_lock())?;
    let bytes = change()?;
    // Only the process that holds the lock writes this file, so an existing one is left from a
    // crash.
    let fresh = path.with_extension("new");
    let mut file = create(&fresh, OpenOptions::new().write(true).truncate(true))?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    // Without a sync before the rename, a power failure may leave an empty file under the new name.
    let written = file.write_all(&bytes).and_then(|()| match patience {
        Patience::Command => file.sync_all().and_then(|()| fs::rename(&fresh, path)),
        Patience::Hook(_) => replace(&fresh, path),
    });
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// Puts a file in the place of another one, or where there is none, without waiting for the disk.
///
/// By a rename, ext4 would write the new file out first (`auto_da_alloc` in ext4(5)), which took
/// 0.4 ms of the first call of a session. Two files that change places take 10 us with the removal.
fn replace(fresh: &Path, path: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file()) {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        // Not every file system can do it.
        if renameat_with(CWD, fresh, CWD, path, RenameFlags::EXCHANGE).is_ok() {
            // The next change overwrites what is left here.
            let _ = fs::remove_file(fresh);
            return Ok(());
        }
    }
    fs::rename(fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_waited_for_and_not_for_ever() {
        let attempts = &std::cell::Cell::new(0);
        let taken_until = |free: u32| {
            attempts.set(0);
            move || {
                attempts.set(attempts.get() + 1);
                if attempts.get() < free { Err(TryLockError::WouldBlock) } else { Ok(()) }
            }
        };
        lock_within(LOCK_PATIENCE, taken_until(4)).unwrap();
        let patience = Duration::from_millis(4);
        let error = lock_within(patience, taken_until(u32::MAX)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        assert!(attempts.get() > 1, "{attempts:?}");
    }

    #[test]
    fn a_failed_change_leaves_the_old_file() {
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

    #[test]
    fn a_call_replaces_a_file_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        for bytes in ["one", "two"] {
            update(&path, Patience::Hook(LOCK_PATIENCE), || Ok(bytes.into())).unwrap();
            assert_eq!(read_small(&path, 3).unwrap(), bytes.as_bytes());
            assert!(!folder.path().join("x.new").exists(), "{bytes}");
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let error = update(&path, Patience::Hook(LOCK_PATIENCE), || Ok(b"one".to_vec()));
        assert!(error.is_err() && path.is_dir(), "a folder stays where it is");
        assert!(!folder.path().join("x.new").exists());
    }
}
