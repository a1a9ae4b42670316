//! The text of a raw JSON string, measured and sliced without decoding all of it.

use std::borrow::Cow;

use super::scalar::string;
use crate::base::bytes::ByteOffsets;

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
}

impl<'a> RawText<'a> {
    /// Wraps a raw JSON value. Anything but a string counts as empty text.
    pub fn new(raw: Option<&'a str>) -> Self {
        let inner = raw
            .and_then(|r| r.strip_prefix('"'))
            .and_then(|r| r.strip_suffix('"'))
            .unwrap_or_default();
        Self { inner }
    }

    /// The size of the text, in one pass over all of it.
    pub(crate) fn measure(&self) -> Measure {
        let (mut escapes, mut units, mut breaks) = (0, 0, 0);
        for escaped in self.escaped() {
            escapes += 1;
            units += usize::from(escaped == b'u');
            breaks += usize::from(escaped == b'n');
        }
        Measure {
            bytes: self.inner.len().saturating_sub(escapes + 2 * units),
            lines: breaks + usize::from(!self.inner.is_empty() && !self.inner.ends_with("\\n")),
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

    /// The byte after the backslash of each escape.
    fn escaped(&self) -> impl Iterator<Item = u8> {
        let bytes = self.inner.as_bytes();
        let mut escaped = None;
        ByteOffsets::of(b'\\', bytes).filter_map(move |at| {
            if escaped == Some(at) {
                return None;
            }
            escaped = Some(at + 1);
            bytes.get(at + 1).copied()
        })
    }

    /// Whether the decoded text is certainly shorter than `bytes`, which needs no pass over it.
    pub fn is_shorter(&self, bytes: usize) -> bool {
        // Decoding never makes a text longer.
        self.inner.len() < bytes
    }

    /// Whether the text contains `needle`. The search is in the raw JSON, so `needle` must not need
    /// an escape.
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
        let slice = self.raw(limit);
        // The first half of a surrogate pair is not a character; alone it would decode to U+FFFD.
        let is_half = |part: &str, text: &str| {
            slice.len() < self.inner.len()
                && text.ends_with(char::REPLACEMENT_CHARACTER)
                && part
                    .len()
                    .checked_sub(6)
                    .and_then(|at| part.get(at..))
                    .is_some_and(|end| end.starts_with("\\u"))
        };
        // A cut inside an escape leaves at most six bytes of it, and the first half of a pair has
        // six more.
        (0..13)
            .filter_map(|cut| slice.len().checked_sub(cut).and_then(|end| slice.get(..end)))
            .find_map(|part| {
                let text = string(&format!("\"{part}\"")).map(Cow::into_owned)?;
                (!is_half(part, &text)).then_some(text)
            })
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
