//! The text of a raw JSON string, measured and sliced without decoding all of it.

use std::borrow::Cow;

use super::scalar::string;
use crate::protocol::excerpt::{Cut, KEPT_BYTES, Kept, StringScan, is_clean_end};

/// How large a text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Bytes of the decoded text. Each `\uXXXX` escape may make this up to two bytes too large.
    pub(crate) bytes: usize,
    /// Lines of the decoded text, a last one without a line break included.
    pub(crate) lines: usize,
}

/// The text of a raw JSON string, measured and sliced without decoding all of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RawText<'a> {
    inner: &'a str,
    /// The end of the text that was not kept.
    cut: Option<&'a Cut>,
}

impl<'a> RawText<'a> {
    /// Wraps a raw JSON value. Anything but a string counts as empty text.
    pub fn new(raw: Option<&'a str>) -> Self {
        let inner = raw
            .and_then(|r| r.strip_prefix('"'))
            .and_then(|r| r.strip_suffix('"'))
            .unwrap_or_default();
        Self { inner, cut: None }
    }

    /// Wraps a raw JSON value of `kept`, which may have kept only a part of it.
    pub fn of(raw: Option<&'a str>, kept: Kept<'a>) -> Self {
        let cut = raw.and_then(|raw| kept.cuts_in(raw).first());
        Self { cut, ..Self::new(raw) }
    }

    /// The size of the text, in one pass over all of it.
    pub(crate) fn measure(&self) -> Measure {
        let mut scan = StringScan::default();
        let _ = scan.read(self.inner.as_bytes());
        let kept = scan.tally;
        let missing = self.cut.map_or_else(Default::default, |cut| cut.missing);
        let ends_line = if missing.bytes > 0 { missing.ends_line } else { kept.ends_line };
        let bytes = kept.bytes + missing.bytes;
        let (escapes, units) = (kept.escapes + missing.escapes, kept.units + missing.units);
        Measure {
            bytes: bytes.saturating_sub(escapes + 2 * units),
            lines: kept.breaks + missing.breaks + usize::from(bytes > 0 && !ends_line),
        }
    }

    /// The bytes of the text, see `Measure`.
    pub fn bytes(&self) -> usize {
        self.measure().bytes
    }

    /// The lines of the text, see `Measure`.
    pub fn lines(&self) -> usize {
        self.measure().lines
    }

    /// Whether the decoded text is certainly shorter than `bytes`, which needs no pass over it.
    pub fn is_shorter(&self, bytes: usize) -> bool {
        // Decoding never makes a text longer.
        self.inner.len() + self.cut.map_or(0, |cut| cut.missing.bytes) < bytes
    }

    /// Whether what is kept of the text contains `needle`. The search is in the raw JSON, so
    /// `needle` must not need an escape.
    pub fn contains(&self, needle: &str) -> bool {
        self.inner.contains(needle)
    }

    /// The first `limit` bytes as raw JSON, escapes included.
    pub fn raw(&self, limit: usize) -> &'a str {
        let mut end = self.inner.len().min(limit);
        while !self.inner.is_char_boundary(end) {
            end -= 1;
        }
        self.inner.get(..end).unwrap_or_default()
    }

    /// The text decoded from the first `limit` bytes of raw JSON, without an escape or character
    /// that the limit cuts.
    pub fn head(&self, limit: usize) -> String {
        debug_assert!(limit <= KEPT_BYTES, "no more is kept of a text");
        let slice = self.raw(limit);
        let is_clean = |end: &usize| {
            slice.len() == self.inner.len() || is_clean_end(self.inner.as_bytes(), *end)
        };
        // A cut inside an escape leaves at most six bytes of it, and the first half of a pair has
        // six more.
        (0..13)
            .filter_map(|cut| slice.len().checked_sub(cut))
            .filter(is_clean)
            .filter_map(|end| slice.get(..end))
            .find_map(|part| string(&format!("\"{part}\"")).map(Cow::into_owned))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_text_is_measured_and_cut_without_decoding_all_of_it() {
        let text = RawText::new(Some(r#""a\nb\\n\u00e9""#));
        assert_eq!(text.lines(), 2);
        assert_eq!(text.bytes(), "a\nb\\n".len() + 3); // U+00E9 has two bytes, its escape counts three
        assert_eq!(text.head(3), "a\n");
        assert_eq!(text.head(2), "a");
        assert_eq!(text.head(9), "a\nb\\n");
        let pair = RawText::new(Some(r#""a\ud83d\ude00b""#));
        assert_eq!(
            (1..=14).map(|limit| pair.head(limit).chars().count()).collect::<Vec<_>>(),
            [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3]
        );
        assert_eq!(RawText::new(Some("12")).lines(), 0);
    }
}
