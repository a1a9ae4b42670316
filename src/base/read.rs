//! Reads files and lists folders that are not ours, within bounds: it waits for no FIFO, and reads
//! regular files only. No other file of the layers below `commands` opens what a project holds.

use std::fs::{self, DirEntry, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Largest manifest or source file that is read, bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// Most entries of a folder that are listed.
pub(crate) const MAX_ENTRIES: usize = 1000;

/// The whole of a file. `None` if it does not exist, is not a regular file, or is larger than
/// `limit` bytes.
///
/// # Errors
/// When the file exists and cannot be read.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let open = || -> io::Result<Option<Vec<u8>>> {
        let fits = |meta: &fs::Metadata| meta.is_file() && meta.len() <= limit;
        // Checked before opening too: opening a socket fails, and a socket here is not an error.
        if !fits(&fs::metadata(path)?) {
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
    flagged(OpenOptions::new().read(true), Links::Followed).open(path)
}

/// Opens a file for reading that must not be a symbolic link itself. A FIFO does not make it wait.
///
/// # Errors
/// When it cannot be opened, or is a link.
pub(crate) fn open_unlinked(path: &Path) -> io::Result<File> {
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
