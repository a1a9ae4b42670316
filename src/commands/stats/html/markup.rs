//! Writes HTML.

use std::fmt::Write;

/// Appends to a page. Writing to a `String` cannot fail.
pub(super) fn put(page: &mut String, text: std::fmt::Arguments) {
    let _ = page.write_fmt(text);
}

/// The text escaped for HTML, in attributes too.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
