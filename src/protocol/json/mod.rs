//! Lenient, borrowed reading of JSON objects: the wanted fields as raw slices, everything else
//! skipped unparsed.
//!
//! Derived structs reject duplicate keys, and a `Value` rejects lone surrogates and deep nesting,
//! all of which real clients send. Raw slices pass them; only the few fields that a rule looks at
//! are ever decoded.

pub mod scan;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::base::bytes::ByteOffsets;

/// The raw values of `names` in the JSON object `text`, in the order of `names`; of duplicate keys
/// the last one counts, as in `JSON.parse`.
///
/// # Errors
/// When `text` is not one JSON object.
pub fn pick<'a, const N: usize>(
    text: &'a str,
    names: &[&str; N],
) -> Result<[Option<&'a str>; N], serde_json::Error> {
    scan::pick(text, names).map_or_else(|| pick_strictly(text, names), Ok)
}

/// The same by serde_json, which knows what is wrong and where.
fn pick_strictly<'a, const N: usize>(
    text: &'a str,
    names: &[&str; N],
) -> Result<[Option<&'a str>; N], serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let found = reader.deserialize_map(Picker { names })?;
    reader.end()?;
    Ok(found)
}

struct Picker<'n, const N: usize> {
    names: &'n [&'n str; N],
}

impl<'de, const N: usize> Visitor<'de> for Picker<'_, N> {
    type Value = [Option<&'de str>; N];

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(Key(key)) = map.next_key()? {
            match self.names.iter().position(|name| *name == key).and_then(|at| found.get_mut(at)) {
                Some(slot) => *slot = Some(map.next_value::<&'de RawValue>()?.get()),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// A key, borrowed unless it holds escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The text of a raw JSON string; `None` for every other type. A lone surrogate, which JavaScript
/// does send, becomes U+FFFD.
pub fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str::<String>(raw)
        .or_else(|_| serde_json::from_str::<String>(&without_lone_surrogates(raw)))
        .ok()
        .map(Cow::Owned)
}

/// An unsigned number, also one written as a string or a float (`12`, `12.0`, `"12"`).
pub fn number(raw: &str) -> Option<u64> {
    let text = raw.trim_matches('"');
    text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|n| *n >= 0.0).map(|n| n as u64))
}

/// `true` for the JSON literal `true` only.
pub fn is_true(raw: &str) -> bool {
    raw == "true"
}

/// Replaces every `\uD800`-`\uDFFF` escape that has no partner by `\ufffd`.
fn without_lone_surrogates(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let unit = |text: &str| {
            text.strip_prefix('u')
                .and_then(|t| t.get(..4))
                .and_then(|hex| u16::from_str_radix(hex, 16).ok())
        };
        let low = |text: &str| {
            text.strip_prefix('\\')
                .and_then(unit)
                .is_some_and(|low| (0xDC00..0xE000).contains(&low))
        };
        let (kept, next) = match unit(after) {
            Some(0xD800..0xDC00) if after.get(5..).is_some_and(low) => {
                (after.get(..11), after.get(11..))
            }
            Some(0xD800..0xE000) => (Some("ufffd"), after.get(5..)),
            // An escaped backslash or quote must not be read as the start of the next escape.
            _ => {
                let width = after.chars().next().map_or(0, char::len_utf8);
                (after.get(..width), after.get(width..))
            }
        };
        out.push('\\');
        out.push_str(kept.unwrap_or_default());
        rest = next.unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// How large a text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    /// Bytes of the decoded text, up to the two bytes that a `\uXXXX` escape may be off.
    pub bytes: usize,
    /// Lines of the decoded text: line breaks, plus one for a last line without.
    pub lines: usize,
}

/// The text of a raw JSON string, measured and sliced without decoding all of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RawText<'a> {
    inner: &'a str,
}

impl<'a> RawText<'a> {
    /// Wraps a raw JSON value; anything but a string counts as empty text.
    pub fn new(raw: Option<&'a str>) -> Self {
        let inner = raw
            .and_then(|r| r.strip_prefix('"'))
            .and_then(|r| r.strip_suffix('"'))
            .unwrap_or_default();
        Self { inner }
    }

    /// Its size, in one look at all of it.
    pub fn measure(&self) -> Measure {
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

    /// Its bytes, see [`Measure`].
    pub fn bytes(&self) -> usize {
        self.measure().bytes
    }

    /// Its lines, see [`Measure`].
    pub fn lines(&self) -> usize {
        self.measure().lines
    }

    /// What stands behind the backslash of each escape.
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

    /// Whether the decoded text is surely shorter than `bytes`: known without looking at it.
    pub fn is_shorter(&self, bytes: usize) -> bool {
        // Decoded, no text is longer than its JSON.
        self.inner.len() < bytes
    }

    /// Whether this stands in the text; it is looked for as JSON writes it, and so must need no
    /// escape.
    pub fn contains(&self, plain: &str) -> bool {
        self.inner.contains(plain)
    }

    /// The first `limit` bytes as JSON writes them, escapes and all: for a look that costs nothing.
    pub fn raw(&self, limit: usize) -> &'a str {
        let mut end = self.inner.len().min(limit);
        while !self.inner.is_char_boundary(end) {
            end -= 1;
        }
        self.inner.get(..end).unwrap_or_default()
    }

    /// The first `limit` bytes of the text, decoded; a cut escape or character at the end is left
    /// out.
    pub fn head(&self, limit: usize) -> String {
        let slice = self.raw(limit);
        // The first half of a pair of escapes is no character either; by itself it would be read as
        // U+FFFD.
        let is_half = |part: &str, text: &str| {
            slice.len() < self.inner.len()
                && text.ends_with(char::REPLACEMENT_CHARACTER)
                && part
                    .len()
                    .checked_sub(6)
                    .and_then(|at| part.get(at..))
                    .is_some_and(|end| end.starts_with("\\u"))
        };
        // A cut inside an escape leaves at most five bytes after its backslash, of a pair six
        // before it.
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
    fn duplicate_keys_and_lone_surrogates_pass() {
        let [a, b] = pick(r#"{"a":1,"x":"\ud83d","a":"\udc00 ok","b":null}"#, &["a", "b"]).unwrap();
        assert_eq!(string(a.unwrap()).unwrap(), "\u{fffd} ok");
        assert_eq!(b, Some("null"));
        assert_eq!(string(r#""\\ud83d \ud83d\ude00 \ud83d""#).unwrap(), "\\ud83d 😀 \u{fffd}");
    }

    #[test]
    fn only_one_whole_object_is_accepted() {
        assert!(pick("[1]", &["a"]).is_err());
        assert!(pick("{} x", &["a"]).is_err());
        assert!(pick("{", &["a"]).is_err());
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(pick(&deep, &["b"]).is_ok());
    }

    #[test]
    fn raw_text_is_measured_without_decoding() {
        let text = RawText::new(Some(r#""a\nb\\n\u00e9""#));
        assert_eq!(text.lines(), 2);
        assert_eq!(text.bytes(), "a\nb\\n".len() + 3); // U+00E9 is two bytes, an escape counts three
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
