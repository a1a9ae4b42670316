//! Patterns of grep -P, as far as both engines read them alike.

use super::push_literal;

/// A Perl pattern for ripgrep.
pub(super) fn translate(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    // Whether there is something that a quantifier can repeat, and whether it is repeated already.
    let (mut repeatable, mut repeated) = (false, false);
    while let Some(c) = rest.chars().next() {
        let mut width = c.len_utf8();
        let (had_operand, was_repeated) = (repeatable, repeated);
        (repeatable, repeated) = (true, false);
        match c {
            '\\' => {
                let escaped = rest.chars().nth(1)?;
                width += escaped.len_utf8();
                match escaped {
                    // ripgrep's `\d` knows the digits of every alphabet.
                    'd' => out.push_str("[0-9]"),
                    'D' => out.push_str("[^0-9]"),
                    'w' | 'W' | 's' | 'S' | 't' => out.extend(['\\', escaped]),
                    'b' | 'B' => {
                        // Where no character of a word stands beside it, it is a letter beyond
                        // ASCII that decides: to PCRE2 without UCP none of a word.
                        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                        let before = out.chars().next_back();
                        let after = rest.chars().nth(2);
                        let decides = before.is_some_and(|c| is_word(c) || matches!(c, ')' | ']'))
                            || after.is_some_and(|c| is_word(c) || matches!(c, '(' | '[' | '\\'));
                        decides.then_some(())?;
                        out.extend(['\\', escaped]);
                        repeatable = false;
                    }
                    _ if escaped.is_ascii_punctuation() => push_literal(&mut out, escaped),
                    _ => return None,
                }
            }
            '[' => {
                let (class, length) = class(rest)?;
                out.push_str(&class);
                width = length;
            }
            '(' => {
                if let Some(kind) = rest.strip_prefix("(?") {
                    kind.starts_with(':').then_some(())?;
                    out.push_str("(?:");
                    width = "(?:".len();
                } else {
                    out.push('(');
                }
                repeatable = false;
            }
            '{' => match interval(rest) {
                Some(text) if had_operand => {
                    out.push_str(text);
                    width = text.len();
                    (repeatable, repeated) = (false, true);
                }
                Some(_) => return None,
                // PCRE2 took `{,3}` for text up to version 10.42, and repeats since.
                None if rest.starts_with("{,") => return None,
                None => out.push_str("\\{"),
            },
            '}' | ']' => out.extend(['\\', c]),
            '*' | '+' | '?' => {
                // A `?` after a quantifier is lazy in both, a `+` possessive in Perl.
                (had_operand || (was_repeated && c == '?')).then_some(())?;
                out.push(c);
                (repeatable, repeated) = (false, !was_repeated);
            }
            '|' | '^' | '$' => {
                out.push(c);
                repeatable = false;
            }
            _ => out.push(c),
        }
        rest = rest.get(width..)?;
    }
    Some(out)
}

/// The interval at the start of `text`: `{2}`, `{2,}` or `{2,5}`.
fn interval(text: &str) -> Option<&str> {
    let end = text.find('}')?;
    let body = text.get(1..end)?;
    let (low, high) = body.split_once(',').unwrap_or((body, ""));
    let is_number = |text: &str| text.len() <= 3 && text.chars().all(|c| c.is_ascii_digit());
    (!low.is_empty() && is_number(low) && is_number(high)).then(|| text.get(..=end))?
}

/// The class at the start of `text`, with everything escaped that is special to ripgrep only, and
/// its length in bytes.
fn class(text: &str) -> Option<(String, usize)> {
    let mut out = String::from("[");
    let mut chars = text.char_indices().skip(1).peekable();
    if chars.peek().is_some_and(|(_, c)| *c == '^') {
        chars.next();
        out.push('^');
    }
    let mut is_first = true;
    while let Some((at, c)) = chars.next() {
        match c {
            ']' if !is_first => {
                out.push(']');
                return Some((out, at + 1));
            }
            // A named class would reach further than the class around it seems to.
            '[' if text.get(at..).is_some_and(|rest| rest.starts_with("[:")) => return None,
            '\\' => match chars.next()?.1 {
                'd' => out.push_str("0-9"),
                n @ ('w' | 's' | 'S' | 't') => out.extend(['\\', n]),
                n if n.is_ascii_punctuation() => push_literal(&mut out, n),
                _ => return None,
            },
            '-' => out.push('-'),
            ']' | '[' | '&' | '~' | '^' => out.extend(['\\', c]),
            c => out.push(c),
        }
        is_first = false;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_engines_share_is_translated() {
        for (from, to) in [
            (r"\d+(?:a|b)", "[0-9]+(?:a|b)"),
            (r"\/api\/|\<div", "/api/|<div"),
            ("interface{}", r"interface\{\}"),
            (r"a{2,3}\{", r"a{2,3}\{"),
            (r"[\d.[-]+?", r"[0-9.\[-]+?"),
            ("[^]a]x", r"[^\]a]x"),
            (r"^\s*fn\b", r"^\s*fn\b"),
        ] {
            assert_eq!(translate(from).as_deref(), Some(to), "{from}");
        }
        for from in [
            "(?<=a)b",
            "(?i)a",
            r"(a)\1",
            "a++",
            r"a\Kb",
            "{2}a",
            "a{,3}",
            "*a",
            "[[:alpha:]]",
            "[a",
        ] {
            assert_eq!(translate(from), None, "{from}");
        }
    }
}
