//! The names in a folder, from a position on.

use std::io;
use std::path::Path;

/// The names from a position on, each with the position after it. A position stays what it is when
/// files come and go.
///
/// The standard library lists a folder from its beginning only. Elsewhere than on Linux a position
/// is a number of names, so files that are gone make it pass over as many others; the next pass
/// finds those.
#[cfg(target_os = "linux")]
pub(super) struct Names(rustix::fs::Dir);

#[cfg(target_os = "linux")]
impl Names {
    /// Opens a folder at a position; 0 is its beginning.
    ///
    /// # Errors
    /// When it cannot be read, or has no such position.
    pub(super) fn open(folder: &Path, from: u64) -> io::Result<Self> {
        let mut dir = rustix::fs::Dir::new(std::fs::File::open(folder)?)?;
        if from > 0 {
            dir.seek(from.cast_signed())?;
        }
        Ok(Self(dir))
    }
}

#[cfg(target_os = "linux")]
impl Iterator for Names {
    type Item = io::Result<(String, u64)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = match self.0.next()? {
                Err(error) => return Some(Err(error.into())),
                Ok(entry) => entry,
            };
            // Names of ours are ASCII.
            if let Ok(name) = entry.file_name().to_str() {
                return Some(Ok((name.to_owned(), entry.offset().cast_unsigned())));
            }
        }
    }
}

/// The names from a position on, each with the position after it.
#[cfg(not(target_os = "linux"))]
pub(super) struct Names(std::iter::Skip<std::iter::Enumerate<std::fs::ReadDir>>);

#[cfg(not(target_os = "linux"))]
impl Names {
    /// Opens a folder at a position; 0 is its beginning.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn open(folder: &Path, from: u64) -> io::Result<Self> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(Self(std::fs::read_dir(folder)?.enumerate().skip(from)))
    }
}

#[cfg(not(target_os = "linux"))]
impl Iterator for Names {
    type Item = io::Result<(String, u64)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(at, entry)| {
            entry.map(|entry| (entry.file_name().to_string_lossy().into_owned(), at as u64 + 1))
        })
    }
}
