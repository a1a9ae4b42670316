//! Reads the lines of a file of any size, with one in memory at a time.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::packed::unpacked;

/// Longest line, bytes. A transcript has each result twice, and the largest known one has 11 MB.
const MAX_LINE_BYTES: usize = 64 << 20;

/// The buffer of lines shrinks to this size, bytes, since few lines need more.
const USUAL_LINE_BYTES: usize = 1 << 20;

/// One line.
pub(super) enum RecordedLine<'l> {
    /// Its text, with U+FFFD for bytes that are not UTF-8.
    Text(Cow<'l, str>),
    /// It is longer than [`MAX_LINE_BYTES`].
    TooLong,
}

/// The lines of a file.
pub(super) struct RecordedLines<'p> {
    reader: Box<dyn BufRead + 'p>,
    buffer: Vec<u8>,
}

impl<'p> RecordedLines<'p> {
    /// Opens a file. Adds the number of bytes read to `progress`.
    pub(super) fn open(path: &Path, progress: &'p AtomicU64) -> io::Result<Self> {
        let file = File::open(path)?;
        let reader = unpacked(CountedFile { file, progress })?;
        Ok(Self { reader, buffer: Vec::new() })
    }

    /// Opens the first `bytes` of a file, decompressed. The last line may be cut.
    pub(super) fn head(path: &Path, bytes: u64) -> io::Result<Self> {
        let reader = Box::new(unpacked(File::open(path)?)?.take(bytes));
        Ok(Self { reader, buffer: Vec::new() })
    }

    /// The next line without its line break; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<RecordedLine<'_>>> {
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
            return Ok(Some(RecordedLine::TooLong));
        }
        // What is valid, as nearly all of it is, is found out faster by this than by repairing.
        let text = std::str::from_utf8(&self.buffer);
        let text = text.map_or_else(|_| String::from_utf8_lossy(&self.buffer), Cow::Borrowed);
        Ok(Some(RecordedLine::Text(text)))
    }
}

/// A file that counts the bytes read from it.
struct CountedFile<'p> {
    file: File,
    progress: &'p AtomicU64,
}

impl Read for CountedFile<'_> {
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
        let mut lines = RecordedLines::open(path, &progress).unwrap();
        let mut texts = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            texts.push(match line {
                RecordedLine::Text(text) => text.into_owned(),
                RecordedLine::TooLong => "too long".to_owned(),
            });
        }
        assert_eq!(progress.load(Ordering::Relaxed), std::fs::metadata(path).unwrap().len());
        texts
    }

    #[test]
    fn plain_and_compressed_files_have_the_same_lines() {
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
    fn a_line_that_is_too_long_is_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut bytes = vec![b'x'; MAX_LINE_BYTES + 10];
        bytes.extend_from_slice(b"\nnext\n");
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(texts(&path), ["too long", "next"]);
    }
}
