//! How much a call put before the model.

use crate::rules::case::Case;

/// A size for a sentence, in thousands of bytes.
pub(crate) fn kilobytes(bytes: u64) -> String {
    format!("{} kB", (bytes + 500) / 1000)
}

/// Rules do not look into a longer result: it would take as long as the whole deadline, and clients
/// write it to a file and show its first 2 kB only.
pub(crate) const MEASURED_BYTES: usize = 1 << 20;

/// How much a shell call put before the model.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OutputSize {
    /// Bytes, with the part that the client wrote to a file.
    pub(crate) bytes: u64,
    /// Average length of a line, bytes; 0 where it is not known.
    pub(crate) bytes_per_line: u64,
}

impl OutputSize {
    /// Whether it is known to have no more lines than this: the first of them are all of it.
    pub(crate) fn has_at_most(self, lines: u64) -> bool {
        self.bytes_per_line > 0 && self.bytes / self.bytes_per_line <= lines
    }

    pub(crate) fn of(case: &Case) -> Self {
        let raw = case.event.result_bytes();
        if !case.event.succeeded() || raw > MEASURED_BYTES {
            return Self { bytes: raw as u64, bytes_per_line: 0 };
        }
        let result = case.event.shell();
        let bytes = result.bytes();
        Self { bytes, bytes_per_line: bytes / result.lines().max(1) as u64 }
    }
}
