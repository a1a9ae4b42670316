//! Reads files of the user's project within bounds. It reads regular files only, so that a FIFO
//! cannot make it hang.

use std::fs::{self, File, OpenOptions};
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
    unblocking(OpenOptions::new().read(true)).open(path)
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

#[cfg(unix)]
fn unblocking(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NONBLOCK)
}

#[cfg(not(unix))]
fn unblocking(options: &mut OpenOptions) -> &mut OpenOptions {
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
