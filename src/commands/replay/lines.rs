//! The lines of a file of any size, one in memory at a time; packed files are unpacked on the way.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

/// Longest line that is read, bytes. A transcript holds a result twice, and the largest one seen
/// was 11 MB.
const MAX_LINE_BYTES: usize = 64 << 20;

/// What is read at once, bytes.
const BUFFER_BYTES: usize = 64 << 10;

/// The buffer of a line shrinks to this, bytes, where few need more.
const USUAL_LINE_BYTES: usize = 1 << 20;

/// One line.
pub(super) enum Line<'l> {
    /// Its text; bytes that are not UTF-8 became U+FFFD.
    Text(Cow<'l, str>),
    /// It is too long to be one of ours.
    TooLong,
}

/// The lines of a file.
pub(super) struct Lines<'p> {
    reader: Box<dyn BufRead + 'p>,
    buffer: Vec<u8>,
}

impl<'p> Lines<'p> {
    /// Opens a file; what is read of it is added to `progress`, bytes.
    pub(super) fn open(path: &Path, progress: &'p AtomicU64) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut file = BufReader::with_capacity(BUFFER_BYTES, Counted { file, progress });
        let packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let reader: Box<dyn BufRead> = match packed {
            true => Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(file))),
            false => Box::new(file),
        };
        Ok(Self { reader, buffer: Vec::new() })
    }

    /// The next line without its end; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        self.buffer.shrink_to(USUAL_LINE_BYTES);
        let mut limited = Read::by_ref(&mut self.reader).take(MAX_LINE_BYTES as u64);
        if limited.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() >= MAX_LINE_BYTES {
            self.reader.skip_until(b'\n')?;
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(Line::Text(String::from_utf8_lossy(&self.buffer))))
    }
}

/// A file that tells how much was read of it.
struct Counted<'p> {
    file: File,
    progress: &'p AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn texts(path: &Path) -> Vec<String> {
        let progress = AtomicU64::new(0);
        let mut lines = Lines::open(path, &progress).unwrap();
        let mut texts = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            texts.push(match line {
                Line::Text(text) => text.into_owned(),
                Line::TooLong => "too long".to_owned(),
            });
        }
        assert_eq!(progress.load(Ordering::Relaxed), std::fs::metadata(path).unwrap().len());
        texts
    }

    #[test]
    fn lines_are_read_plain_and_packed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"one\n\ntw\xffo\nlast").unwrap();
        assert_eq!(texts(&path), ["one", "", "tw\u{fffd}o", "last"]);
        let mut packed = Vec::new();
        for part in [&b"one\ntw"[..], b"o\n"] {
            let mut member = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            member.write_all(part).unwrap();
            packed.extend(member.finish().unwrap());
        }
        std::fs::write(&path, packed).unwrap();
        assert_eq!(texts(&path), ["one", "two"]);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut bytes = vec![b'x'; MAX_LINE_BYTES + 10];
        bytes.extend_from_slice(b"\nnext\n");
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(texts(&path), ["too long", "next"]);
    }
}
