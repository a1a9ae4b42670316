//! Writes a report to a file. A reader sees the old report or the new one, never a part.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Replaces the file at `path` by `text`. If it is not a regular file, such as /dev/stdout or a
/// FIFO, writes to it.
///
/// # Errors
/// When it cannot be written. An old file stays as it was then.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(meta) if !meta.is_file() => {
            let mut file = OpenOptions::new().write(true).open(path)?;
            match file.write_all(text.as_bytes()) {
                // A closed pipe is not an error.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written,
            }
        }
        // A link stays a link: this replaces its target.
        Ok(_) => replace(&fs::canonicalize(path)?, text),
        Err(_) => replace(path, text),
    }
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    // In the same folder, since a rename works only within one file system. A collector does not
    // read files with this ending.
    let fresh = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&fresh)?;
    // Without the sync a power cut after the rename may leave an empty file under the name.
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let written = written.and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&fresh);
    }
    written
}
