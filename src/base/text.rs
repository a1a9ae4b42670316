//! Cleans and shortens foreign text, so that a sentence can quote it.

use std::borrow::Cow;

/// Most characters of foreign text that are quoted outside a rewrite.
pub(crate) const MAX_QUOTED_CHARS: usize = 40;

/// `text` without control characters, escapes and invisible Unicode (zero-width, bidirectional,
/// tags, variation selectors), with spaces for line breaks and tabs. A repository must not be able
/// to hide words in a path.
pub fn clean(text: &str) -> String {
    // Nearly all text is printable ASCII, which checking the bytes confirms faster.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\t' => Some(' '),
            c if is_blank(c) => Some(' '),
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Whether a character is a blank other than the space: it could make a sentence of a name.
fn is_blank(c: char) -> bool {
    matches!(u32::from(c), 0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000)
}

/// Longest name out of a repository, or out of what a tool printed, that advice repeats, bytes.
pub(crate) const MAX_NAME_BYTES: usize = 80;

/// Whether a name out of a repository is plain: a path, branch or remote that is not a sentence or
/// an option, and means nothing to a shell. No part of it begins with a dash either, since the path
/// may be told from a folder on its way.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let is_usual =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '@' | '+' | '-');
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && name.chars().all(is_usual)
        && !name.split('/').any(|part| part.starts_with('-'))
}

/// Whether a character is invisible: zero-width, bidirectional, a tag, a variation selector.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// A path with `/` between its parts, as rules, git and Bash write it. Agents on Windows write `\`,
/// and the system takes both.
pub(crate) fn slashed(path: Cow<'_, str>) -> Cow<'_, str> {
    if cfg!(windows) && path.contains('\\') { path.replace('\\', "/").into() } else { path }
}

/// `text` cleaned and cut to [`MAX_QUOTED_CHARS`] characters, with an ellipsis where it was cut. It
/// is cut before a backtick too, since advice marks commands with backticks.
pub(crate) fn excerpt(text: &str) -> String {
    let text = clean(text);
    let whole = text.split('`').next().unwrap_or_default();
    if whole.len() == text.len() && text.chars().count() <= MAX_QUOTED_CHARS {
        return text;
    }
    let mut cut: String = whole.chars().take(MAX_QUOTED_CHARS - 1).collect();
    cut.push('…');
    cut
}

/// Whether something in `text` could be taken for markup or a command: such words are not quoted.
pub(crate) fn has_markup(text: &str) -> bool {
    text.contains(['<', '>', '&', '`', '!'])
}

/// The last part of a path, cut like [`excerpt`].
pub(crate) fn file_name(path: &str) -> String {
    excerpt(path.rsplit('/').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_removed() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{200b}d\ne"), "a[31mbcd e");
        assert_eq!(clean("naïve 日本 'x'"), "naïve 日本 'x'");
        assert_eq!(clean("a\u{a0}b\u{2003}c\u{3000}d"), "a b c d");
        assert!(is_plain_name("src/@a/b_c-1.2+x.rs"));
        for name in ["", "-f", "a/-f", "a b", "a\u{a0}b", "a:b", "$(x)", "é", &"x".repeat(81)] {
            assert!(!is_plain_name(name), "{name}");
        }
    }

    #[test]
    fn excerpts_are_bounded() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"é".repeat(41)).chars().count(), 40);
        assert_eq!(excerpt("\"$D\"/`date`"), "\"$D\"/…");
        assert_eq!(file_name("/a/b/c.rs"), "c.rs");
        for sign in ["<", ">", "&", "`", "!"] {
            assert!(has_markup(&format!("a{sign}b")), "{sign}");
        }
        assert!(!has_markup("a 'b' \"c\" (d): e-f_g/h.rs"));
    }
}
