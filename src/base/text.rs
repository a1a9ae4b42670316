//! Text that was written by others, cleaned and cut for a sentence.

/// Most characters of the user's own words that are quoted outside a rewrite.
pub const MAX_QUOTED_CHARS: usize = 40;

/// Control characters, escapes and invisible Unicode (zero-width, bidirectional, tags, variation
/// selectors) taken out, line breaks and tabs turned into spaces: a repository must not be able to
/// hide words in a path.
pub fn clean(text: &str) -> String {
    // Nearly all is plain ASCII, where a look at its bytes does for one at its characters.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\t' => Some(' '),
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Whether a character is not seen: zero-width, bidirectional, a tag, a variation selector.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// `text` cleaned and cut to [`MAX_QUOTED_CHARS`] characters, with an ellipsis where it was cut. It
/// is cut before a backtick too: those mark what is to be run.
pub fn excerpt(text: &str) -> String {
    let text = clean(text);
    let whole = text.split('`').next().unwrap_or_default();
    if whole.len() == text.len() && text.chars().count() <= MAX_QUOTED_CHARS {
        return text;
    }
    let mut cut: String = whole.chars().take(MAX_QUOTED_CHARS - 1).collect();
    cut.push('…');
    cut
}

/// The last part of a path, cut like [`excerpt`].
pub fn file_name(path: &str) -> String {
    excerpt(path.rsplit('/').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_taken_out() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{200b}d\ne"), "a[31mbcd e");
        assert_eq!(clean("naïve 日本 'x'"), "naïve 日本 'x'");
    }

    #[test]
    fn excerpts_are_bounded() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"é".repeat(41)).chars().count(), 40);
        assert_eq!(excerpt("\"$D\"/`date`"), "\"$D\"/…");
        assert_eq!(file_name("/a/b/c.rs"), "c.rs");
    }
}
