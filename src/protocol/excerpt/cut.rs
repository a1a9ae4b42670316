//! What an excerpt left out, and where.

use super::string_scan::TextTally;

/// What an excerpt left out in one place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    /// The place in what is kept, an offset in bytes.
    pub(super) at: usize,
    /// What was left out: the end of a text, or the last members of an array or object.
    pub(crate) missing: TextTally,
}

/// What is kept of an input, and what was left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept<'a> {
    text: &'a str,
    cuts: &'a [Cut],
}

impl<'a> Kept<'a> {
    pub(super) fn new(text: &'a str, cuts: &'a [Cut]) -> Self {
        Self { text, cuts }
    }

    /// What is kept, as JSON.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// The cuts within `part`, which is a slice of this text.
    pub(crate) fn cuts_in(self, part: &str) -> &'a [Cut] {
        if self.cuts.is_empty() {
            return &[];
        }
        // Both are addresses in one text.
        let from = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        let range = from..=from.saturating_add(part.len());
        let first = self.cuts.partition_point(|cut| cut.at < *range.start());
        let end = self.cuts.partition_point(|cut| cut.at <= *range.end());
        self.cuts.get(first..end).unwrap_or_default()
    }

    /// The bytes of JSON that `part` had before it was cut.
    pub(crate) fn bytes_of(self, part: &str) -> usize {
        let missing = self.cuts_in(part).iter().map(|cut| cut.missing.bytes);
        part.len() + missing.sum::<usize>()
    }
}

impl<'a> From<&'a str> for Kept<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, cuts: &[] }
    }
}

impl<'a> From<&'a String> for Kept<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}
