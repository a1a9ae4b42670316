//! How much a call put before the model.

use crate::rules::case::Case;

/// A size as it is said, in thousands of bytes.
pub(crate) fn kilobytes(bytes: u64) -> String {
    format!("{} kB", (bytes + 500) / 1000)
}

/// A longer result is not looked into: that takes as long as everything else may, and clients keep
/// it in a file of which they show the first 2 kB.
pub(crate) const MEASURED_BYTES: usize = 1 << 20;

/// How much a shell call put before the model.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shown {
    /// Bytes, the part that the client kept in a file included.
    pub(crate) bytes: u64,
    /// Bytes of a line on average; 0 where that is not known.
    pub(crate) line: u64,
}

impl Shown {
    pub(crate) fn of(case: &Case) -> Self {
        let raw = case.event.result_bytes();
        if !case.event.succeeded() || raw > MEASURED_BYTES {
            return Self { bytes: raw as u64, line: 0 };
        }
        let result = case.event.shell();
        Self { bytes: result.bytes(), line: result.bytes() / result.lines().max(1) as u64 }
    }
}
