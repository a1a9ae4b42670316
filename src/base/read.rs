//! Reads files and lists folders that are not ours, within bounds: it waits for no FIFO, and reads
//! regular files only. No other file of the layers below `commands` asks what a project holds.
//!
//! Every question passes `question`, so that work can be begun without the disk: see
//! `without_disk`.

use std::cell::Cell;
use std::fs::{self, DirEntry, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

/// Largest manifest or source file that is read, bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// Most entries of a folder that are listed.
pub(crate) const MAX_ENTRIES: usize = 1000;

thread_local! {
    /// Whether this thread may ask the disk.
    static MAY_ASK: Cell<bool> = const { Cell::new(true) };
}

/// The payload of the unwinding by which work is given up.
struct Asked;

/// Runs `work` until it asks the disk, which may not answer in time. `None` if it did. Nothing that
/// was being looked up then counts as known, since unwinding leaves a `OnceCell` empty.
///
/// # Errors
/// What `work` panicked with.
pub(crate) fn without_disk<T>(work: impl FnOnce() -> T) -> std::thread::Result<Option<T>> {
    MAY_ASK.set(false);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    MAY_ASK.set(true);
    match done {
        Ok(found) => Ok(Some(found)),
        Err(payload) if payload.is::<Asked>() => Ok(None),
        Err(payload) => Err(payload),
    }
}

/// Answers what each call that speaks asks on the main thread anyway, so that work without the disk
/// need not be given up for it. Unwinding takes 150,000 instructions, and some 5 ms with glibc.
pub(crate) fn permitted<T>(ask: impl FnOnce() -> T) -> T {
    let before = MAY_ASK.replace(true);
    let answer = ask();
    MAY_ASK.set(before);
    answer
}

/// Comes before each question to the disk.
fn question() {
    if !MAY_ASK.get() {
        panic::resume_unwind(Box::new(Asked));
    }
}

/// Whether there is anything at `path`; a link counts as what it points to.
pub(crate) fn exists(path: impl AsRef<Path>) -> bool {
    question();
    path.as_ref().exists()
}

/// Whether a regular file is at `path`, or a link to one.
pub(crate) fn is_file(path: impl AsRef<Path>) -> bool {
    question();
    path.as_ref().is_file()
}

/// Whether a folder is at `path`, or a link to one.
pub(crate) fn is_dir(path: impl AsRef<Path>) -> bool {
    question();
    path.as_ref().is_dir()
}

/// What is known of the file at `path`, or of what a link there points to.
///
/// # Errors
/// When there is none, or it cannot be asked.
pub(crate) fn metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    question();
    fs::metadata(path)
}

/// What is known of the file at `path`, or of the link that is there.
///
/// # Errors
/// When there is none, or it cannot be asked.
pub(crate) fn link_metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    question();
    fs::symlink_metadata(path)
}

/// The path without links, `.` and `..`.
///
/// # Errors
/// When there is nothing at `path`, or it cannot be asked.
pub(crate) fn canonical(path: impl AsRef<Path>) -> io::Result<PathBuf> {
    question();
    fs::canonicalize(path)
}

/// The whole of a file. `None` if it does not exist, is not a regular file, or is larger than
/// `limit` bytes.
///
/// # Errors
/// When the file exists and cannot be read.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let open = || -> io::Result<Option<Vec<u8>>> {
        let fits = |meta: &fs::Metadata| meta.is_file() && meta.len() <= limit;
        // Checked before opening too: opening a socket fails, and a socket here is not an error.
        if !fits(&metadata(path)?) {
            return Ok(None);
        }
        let file = self::open(path)?;
        if !fits(&file.metadata()?) {
            return Ok(None);
        }
        take(file, limit)
    };
    match open() {
        Err(error) if is_not_found(&error) => Ok(None),
        outcome => outcome,
    }
}

/// Opens a file for reading. A FIFO does not make it wait.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    question();
    flagged(OpenOptions::new().read(true), Links::Followed).open(path)
}

/// Opens a file for reading that must not be a symbolic link itself. A FIFO does not make it wait.
///
/// # Errors
/// When it cannot be opened, or is a link.
pub(crate) fn open_unlinked(path: &Path) -> io::Result<File> {
    question();
    flagged(OpenOptions::new().read(true), Links::Refused).open(path)
}

/// The first `most` entries of a folder, in no order.
///
/// # Errors
/// When it cannot be listed.
pub(crate) fn entries(
    folder: &Path,
    most: usize,
) -> io::Result<impl Iterator<Item = io::Result<DirEntry>> + use<>> {
    question();
    Ok(fs::read_dir(folder)?.take(most))
}

fn take(file: File, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    // The file may have grown since its size was checked.
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// Whether an error means that the file does not exist: there is none, or no file can have that
/// name.
pub(crate) fn is_not_found(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidFilename | InvalidInput)
}

/// Whether a path may be a symbolic link.
#[derive(PartialEq, Eq)]
enum Links {
    Followed,
    Refused,
}

#[cfg(unix)]
fn flagged(options: &mut OpenOptions, links: Links) -> &mut OpenOptions {
    let links = if links == Links::Refused { libc::O_NOFOLLOW } else { 0 };
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NONBLOCK | links)
}

#[cfg(not(unix))]
fn flagged(options: &mut OpenOptions, _: Links) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_within_the_limit_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(read(&path, 9).unwrap(), None);
        fs::write(&path, "1234").unwrap();
        assert_eq!(read(&path, 4).unwrap().as_deref(), Some(&b"1234"[..]));
        assert_eq!(read(&path, 3).unwrap(), None);
        assert_eq!(read(folder.path(), 9).unwrap(), None);
        assert_eq!(read(&path.join("below"), 9).unwrap(), None);
        assert_eq!(read(&folder.path().join("x".repeat(300)), 9).unwrap(), None);
    }
}
