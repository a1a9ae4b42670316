//! Whether grep -o and ripgrep -o print the same parts of a line.

use super::{Syntax, translate};

/// Whether both programs print the same parts of a line for `pattern`; in doubt not.
pub(crate) fn prints_one_match(pattern: &str, syntax: Syntax, ignores_case: bool) -> bool {
    let Some(translated) = translate(pattern, syntax) else { return false };
    // grep and ripgrep print empty matches differently. After a match that it printed, GNU grep
    // reads the rest of the line as a new text, and finds a boundary and a `^` at its start.
    let has_place = ["\\b", "\\B", "^"].iter().any(|mark| translated.contains(mark));
    // The two engines of GNU grep do not agree about a literal brace.
    let braces = |text: &str| text.matches(r"\{").count();
    if syntax == Syntax::Extended && braces(&translated) > braces(pattern) {
        return false;
    }
    let is_first = syntax == Syntax::Perl || is_longest(&translated, ignores_case);
    !may_be_empty(&translated) && is_first && (!has_place || starts_line(&translated))
}

/// Whether its only `^` is the first character: then a line has one match.
fn starts_line(pattern: &str) -> bool {
    pattern
        .strip_prefix('^')
        .is_some_and(|rest| !rest.contains(['^', '|']) && !rest.contains("\\b"))
        && !pattern.contains("\\B")
}

/// Whether the first match by ripgrep's rules, where the first alternative wins, is the longest, which
/// POSIX prints. Only alternatives and repeated groups can make a difference.
fn is_longest(pattern: &str, ignores_case: bool) -> bool {
    let repeats_group = pattern.match_indices(')').any(|(at, _)| {
        pattern.get(at + 1..).is_some_and(|rest| rest.starts_with(['*', '?', '+', '{']))
    });
    if repeats_group {
        return false;
    }
    if !pattern.contains('|') {
        return true;
    }
    let folded = |text: &str| if ignores_case { text.to_lowercase() } else { text.to_owned() };
    let alternatives: Vec<String> = pattern.split('|').map(folded).collect();
    let is_plain = |text: &String| {
        text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | ':' | '/'))
    };
    let hides_later = |(at, text): (usize, &String)| {
        alternatives.iter().skip(at + 1).any(|later| later.starts_with(text.as_str()))
    };
    alternatives.iter().all(is_plain) && !alternatives.iter().enumerate().any(hides_later)
}

/// Whether a translated pattern may match an empty text, in doubt yes.
pub(crate) fn may_be_empty(pattern: &str) -> bool {
    let is_optional = |next: Option<&char>| matches!(next, Some('*' | '?' | '{'));
    // The alternative so far has a part that matches at least one character.
    let mut solid = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '|' if !solid => return true,
            '|' => solid = false,
            ')' if is_optional(chars.peek()) => return true,
            '{' => while chars.next().is_some_and(|c| c != '}') {},
            '(' | ')' | '^' | '$' | '*' | '+' | '?' => {}
            '\\' => match chars.next() {
                Some('b' | 'B') => {}
                _ => solid |= !is_optional(chars.peek()),
            },
            '[' => {
                // The translation escapes a closing bracket that is a member.
                while let Some(member) = chars.next().filter(|member| *member != ']') {
                    if member == '\\' {
                        chars.next();
                    }
                }
                solid |= !is_optional(chars.peek());
            }
            _ => solid |= !is_optional(chars.peek()),
        }
    }
    !solid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_may_match_an_empty_text_is_found() {
        for pattern in ["^", "a*", "a?|b", "a|", "(a)*", r"\b", "[a-z]*", "x{0,1}", "$"] {
            assert!(may_be_empty(pattern), "{pattern}");
        }
        for pattern in ["a", "ab*", "a|b", r"\bfoo\b", "[^a]", "^x+$", r"\*"] {
            assert!(!may_be_empty(pattern), "{pattern}");
        }
    }

    #[test]
    fn the_first_match_is_the_longest() {
        for (pattern, is_same) in [
            ("foo|bar", true),
            ("foo|foobar", false),
            ("foobar|foo", true),
            ("(a|ab)c", false),
            ("(ab)?(abcd)?x", false),
            ("a+b*", true),
            ("^use .*;", true),
            ("^a|b", false),
            (r"\bfoo\b", false),
        ] {
            assert_eq!(prints_one_match(pattern, Syntax::Extended, false), is_same, "{pattern}");
        }
        assert!(prints_one_match("FOO|Foo_Bar", Syntax::Extended, false));
        assert!(!prints_one_match("FOO|Foo_Bar", Syntax::Extended, true));
    }
}
