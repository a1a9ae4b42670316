//! Raw JSON values as strings, numbers and booleans.

use std::borrow::Cow;

use super::raw_text::RawText;
use crate::protocol::excerpt::KEPT_BYTES;

/// The text of a raw JSON string. `None` for every other type. A lone surrogate, which JavaScript
/// may send, becomes U+FFFD.
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

/// Like [`string`], but of a long text only the part that an excerpt keeps, whether or not this one
/// was cut.
pub(crate) fn kept_string(raw: &str) -> Option<Cow<'_, str>> {
    if raw.len() > KEPT_BYTES && raw.starts_with('"') {
        return Some(Cow::Owned(RawText::new(Some(raw)).head(KEPT_BYTES)));
    }
    string(raw)
}

/// An unsigned number, also when written as a float or a string (`12`, `12.0`, `"12"`).
pub fn number(raw: &str) -> Option<u64> {
    let text = raw.trim_matches('"');
    text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|n| *n >= 0.0).map(|n| n as u64))
}

/// Whether the raw value is the literal `true`.
pub fn is_true(raw: &str) -> bool {
    raw == "true"
}

/// Replaces every escape from `\uD800` to `\uDFFF` that is not half of a pair by `\ufffd`.
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
            // An escaped backslash does not start the next escape.
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
