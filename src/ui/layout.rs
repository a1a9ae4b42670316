//! Lays text out by display width: a CJK character takes two columns, a style none.

use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthChar;

/// A blank at which no line is broken. No page has one of its own: `text::clean` removes them.
const NO_BREAK: &str = "\u{a0}";

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    display_width(text)
}

/// The text in lines of at most `width` columns. A command in backticks stays on one line if it
/// fits into one.
pub(crate) fn lines(text: &str, width: usize) -> Vec<String> {
    // A path is not broken, so that users can copy it.
    let is_path = |word: &str| {
        let word = word.trim_start_matches(['(', '"', '`']);
        word.starts_with(['/', '~']) || word.contains(":\\") || word.contains("://")
    };
    let is_long_path = |word: &str| is_path(word) && display_width(word) > width;
    let options = Options::new(width.max(1))
        .break_words(!text.split(' ').any(is_long_path))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let text = held_together(text, width);
    textwrap::wrap(&text, options).iter().map(|line| line.replace(NO_BREAK, " ")).collect()
}

/// The same as one text, each line ended.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    block("", "", text, width)
}

/// The same with `lead` before the first line and `indent` before the others, within `width`.
pub(crate) fn block(lead: &str, indent: &str, text: &str, width: usize) -> String {
    let room = width.saturating_sub(display_width(lead).max(display_width(indent)));
    // A text that is squeezed into less is unreadable; rather a line is too long.
    let lines = lines(text, room.max(12));
    if lines.is_empty() {
        return format!("{}\n", lead.trim_end());
    }
    let lead = |at: usize| if at == 0 { lead } else { indent };
    lines
        .iter()
        .enumerate()
        .map(|(at, line)| format!("{}\n", format!("{}{line}", lead(at)).trim_end()))
        .collect()
}

/// The text with blanks collapsed, but within backticks, where blanks become [`NO_BREAK`] if the
/// command between them is not longer than a line.
fn held_together(text: &str, width: usize) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let part = |(at, part): (usize, &&str)| {
        if at % 2 == 1 && is_paired {
            // The backticks, and a colon or full stop that may follow.
            let fits = display_width(part) + 3 <= width;
            return if fits { part.replace(' ', NO_BREAK) } else { (*part).to_owned() };
        }
        let mut collapsed = part.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let is_blank = |c: Option<char>| c.is_some_and(|c| c.is_ascii_whitespace());
        if at > 0 && is_blank(part.chars().next()) {
            collapsed.insert(0, ' ');
        }
        if at + 1 < parts.len() && is_blank(part.chars().next_back()) && collapsed != " " {
            collapsed.push(' ');
        }
        collapsed
    };
    // Nor is a figure parted from its sign.
    parts.iter().enumerate().map(part).collect::<Vec<_>>().join("`").replace(" %", "\u{a0}%")
}

/// The text in at most `most` columns; `end` replaces what was cut.
pub(crate) fn cut(text: &str, most: usize, end: &str) -> String {
    if display_width(text) <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(display_width(end));
    let mut columns = 0;
    let fits = |c: &char| {
        columns += c.width().unwrap_or_default();
        columns <= room
    };
    text.chars().take_while(fits).collect::<String>() + end
}

/// The text with blanks behind it, up to `width` columns.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}

/// The text with blanks before it, up to `width` columns.
pub(crate) fn pad_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(display_width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_they_look() {
        assert_eq!(lines("日本語 日本語 ab", 8), ["日本語", "日本語", "ab"]);
        assert_eq!(lines("\u{1b}[1mab\u{1b}[0m cd", 5), ["\u{1b}[1mab\u{1b}[0m cd"]);
        assert_eq!(lines("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!([cut("日本語", 5, "…"), cut("abc", 3, "…")], ["日本…", "abc"]);
        assert_eq!([pad("日", 4), pad_left("日", 4)], ["日  ", "  日"]);
    }

    #[test]
    fn a_command_stays_on_one_line_if_it_fits() {
        assert_eq!(lines("use `rg  -n foo` here", 14), ["use", "`rg  -n foo`", "here"]);
        assert_eq!(lines("use `rg -n foo bar` here", 9), ["use `rg", "-n foo", "bar` here"]);
        assert_eq!(lines("one ` alone  and more", 80), ["one ` alone and more"]);
        assert_eq!(block("- ", "  ", "ab cd", 14), "- ab cd\n");
        assert_eq!(block("1234567890 ", "", "ab cd", 14), "1234567890 ab cd\n");
        assert_eq!(block("a ", "", "", 14), "a\n");
    }
}
