//! The brackets of a JSON document that are open while it arrives.

/// Brackets that may be open for members to be left out. Deeper documents are kept.
pub(super) const MAX_DEPTH: usize = u64::BITS as usize;

/// The brackets that are open.
#[derive(Default)]
pub(super) struct Brackets {
    pub(super) depth: usize,
    /// One bit each, the lowest for the innermost: set for an array. Those that are too deep are
    /// forgotten.
    arrays: u64,
}

impl Brackets {
    pub(super) fn open(&mut self, bracket: u8) {
        self.depth += 1;
        self.arrays = self.arrays << 1 | u64::from(bracket == b'[');
    }

    pub(super) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.arrays >>= 1;
    }

    pub(super) fn is_array(&self) -> bool {
        self.arrays & 1 == 1
    }
}
