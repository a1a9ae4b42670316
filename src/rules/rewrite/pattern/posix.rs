//! POSIX regular expressions, basic and extended.

use super::push_literal;

/// A basic or extended pattern for ripgrep.
pub(super) fn translate(pattern: &str, basic: bool) -> Option<String> {
    Posix { basic }.translate(pattern)
}

struct Posix {
    basic: bool,
}

impl Posix {
    fn translate(&self, pattern: &str) -> Option<String> {
        let chars: Vec<char> = pattern.chars().collect();
        let mut out = String::with_capacity(pattern.len() + 8);
        // At the start, after `(`, `|` or `^`: a quantifier has nothing to repeat.
        let mut at_start = true;
        let mut quantified = false;
        // After an anchor or a boundary. The programs differ in what repeating it means.
        let mut widthless = false;
        let mut open = 0_usize;
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            let next = chars.get(at + 1).copied();
            let mut width = 1;
            let was_quantified = std::mem::take(&mut quantified);
            let was_at_start = std::mem::take(&mut at_start);
            let was_widthless = std::mem::take(&mut widthless);
            // An operator has a backslash in one syntax and none in the other.
            let (operator, literal) = match (c, next) {
                ('\\', Some(n @ ('|' | '(' | ')' | '{' | '}' | '+' | '?'))) => {
                    width = 2;
                    if self.basic { (Some(n), None) } else { (None, Some(n)) }
                }
                ('|' | '(' | ')' | '{' | '}' | '+' | '?', _) => {
                    if self.basic {
                        (None, Some(c))
                    } else {
                        (Some(c), None)
                    }
                }
                _ => (None, None),
            };
            match (operator, literal, c) {
                (Some(n @ ('|' | '(')), ..) => {
                    out.push(n);
                    open += usize::from(n == '(');
                    at_start = true;
                }
                (Some(')'), ..) => {
                    // grep may take one without a partner literally.
                    open = open.checked_sub(1)?;
                    out.push(')');
                }
                (Some(n @ ('+' | '?')), ..) => {
                    if was_at_start || was_quantified || was_widthless {
                        return None;
                    }
                    out.push(n);
                    quantified = true;
                }
                (Some('{'), ..) => {
                    let (interval, length) = self.interval(chars.get(at + width..)?)?;
                    // grep passes over a brace behind an anchor, and at the start before a
                    // backslash.
                    let is_passed_over =
                        was_widthless || was_at_start && chars.get(at + width) == Some(&'\\');
                    if interval.is_empty() && is_passed_over {
                        return None;
                    } else if interval.is_empty() {
                        out.push_str("\\{");
                    } else if was_at_start || was_quantified || was_widthless {
                        return None;
                    } else {
                        out.push_str(&interval);
                        quantified = true;
                    }
                    width += length;
                }
                (Some('}'), ..) => out.push_str("\\}"),
                (_, Some(n), _) => {
                    out.push('\\');
                    out.push(n);
                }
                (_, _, '*') if was_at_start => {
                    if !self.basic {
                        return None;
                    }
                    out.push_str("\\*");
                }
                (_, _, '*') => {
                    if was_quantified || was_widthless {
                        return None;
                    }
                    out.push('*');
                    quantified = true;
                }
                (_, _, '^') => match (was_at_start, out.ends_with('^')) {
                    (true, false) => {
                        out.push('^');
                        at_start = true;
                    }
                    (false, _) if self.basic => out.push_str("\\^"),
                    _ => return None,
                },
                (_, _, '$') => {
                    let rest = chars.get(at + 1..).unwrap_or_default();
                    // GNU grep takes it for an anchor before a bare `)` or `|` too, although those
                    // are literals there.
                    if self.basic && matches!(rest, [')' | '|', ..]) {
                        return None;
                    }
                    let is_end = matches!(rest, [] | ['\\', ')' | '|', ..]);
                    widthless = is_end || !self.basic;
                    out.push_str(if widthless { "$" } else { "\\$" });
                }
                (_, _, '[') => {
                    let (class, length) = bracket(chars.get(at + 1..)?)?;
                    out.push_str(&class);
                    width += length;
                }
                (_, _, '\\') => {
                    width = 2;
                    match next? {
                        n @ ('w' | 'W' | 's' | 'S') => out.extend(['\\', n]),
                        n @ ('b' | 'B') => {
                            widthless = true;
                            out.extend(['\\', n]);
                        }
                        // Older versions of ripgrep know only the boundary of a word. Beside a
                        // character of a word it is the start or the end that was meant.
                        '<' | '>' => {
                            let beside = if next == Some('<') {
                                chars.get(at + 2).copied()
                            } else {
                                at.checked_sub(1).and_then(|at| chars.get(at)).copied()
                            };
                            // Only the backslash shows that `\w` is an escape.
                            let follows_escape = next == Some('>')
                                && at.checked_sub(2).and_then(|at| chars.get(at)) == Some(&'\\');
                            let is_word = beside.is_some_and(|c| c.is_alphanumeric() || c == '_');
                            (is_word && !follows_escape && !has_quantifier(&chars, at + 3))
                                .then_some(())?;
                            widthless = true;
                            out.push_str("\\b");
                        }
                        // To GNU grep the start and the end of the whole text.
                        '`' | '\'' => return None,
                        n if n.is_ascii_punctuation() => push_literal(&mut out, n),
                        // Back-references, and letters that mean something else (`\d` is a `d` to
                        // grep).
                        _ => return None,
                    }
                }
                (_, _, c) => out.push(c),
            }
            at += width;
        }
        (open == 0).then_some(out)
    }

    /// The interval after an opening brace as `{n,m}`, and its length in characters. It is empty if
    /// grep takes the brace literally, which it does in extended syntax only.
    fn interval(&self, rest: &[char]) -> Option<(String, usize)> {
        let close = rest.iter().position(|c| *c == '}');
        let end = close.map(|at| if self.basic { at.saturating_sub(1) } else { at });
        let body: String = end.and_then(|end| rest.get(..end)).unwrap_or_default().iter().collect();
        let is_closed =
            close.is_some_and(|at| !self.basic || rest.get(at.wrapping_sub(1)) == Some(&'\\'));
        let is_number = |text: &str| text.len() <= 3 && text.chars().all(|c| c.is_ascii_digit());
        let (low, high) = body.split_once(',').unwrap_or((&body, &body));
        let is_valid =
            is_closed && !body.is_empty() && body != "," && is_number(low) && is_number(high);
        match (is_valid, self.basic) {
            (true, _) => {
                let low = if low.is_empty() { "0" } else { low };
                let text = if body.contains(',') {
                    format!("{{{low},{high}}}")
                } else {
                    format!("{{{low}}}")
                };
                Some((text, close? + 1))
            }
            (false, true) => None,
            (false, false) => Some((String::new(), 0)),
        }
    }
}

/// Whether the character at `at` is a quantifier in either syntax. A word of one optional letter has
/// no boundary where the letter is absent.
fn has_quantifier(chars: &[char], at: usize) -> bool {
    matches!(chars.get(at), Some('*' | '?' | '+' | '{'))
        || (chars.get(at) == Some(&'\\') && matches!(chars.get(at + 1), Some('?' | '+' | '{')))
}

/// The bracket expression after `[`, with everything escaped that is special to ripgrep only, and
/// its length in characters.
fn bracket(rest: &[char]) -> Option<(String, usize)> {
    let mut out = String::from("[");
    let mut at = 0;
    if rest.first() == Some(&'^') {
        out.push('^');
        at = 1;
    }
    let first = at;
    loop {
        let c = *rest.get(at)?;
        match c {
            ']' if at > first => {
                out.push(']');
                return Some((out, at + 1));
            }
            '[' if rest.get(at + 1) == Some(&':') => {
                let length = rest.get(at..)?.windows(2).position(|two| two == [':', ']'])? + 2;
                let name: String = rest.get(at..at + length)?.iter().collect();
                // ripgrep's named classes hold ASCII only, those of a UTF-8 locale every alphabet.
                out.push_str(match name.as_str() {
                    "[:alpha:]" => r"\p{Alphabetic}",
                    "[:alnum:]" => r"\p{Alphabetic}\p{N}",
                    "[:upper:]" => r"\p{Uppercase}",
                    "[:lower:]" => r"\p{Lowercase}",
                    "[:space:]" => r"\s",
                    "[:digit:]" | "[:xdigit:]" | "[:blank:]" | "[:cntrl:]" => &name,
                    _ => return None,
                });
                at += length;
                continue;
            }
            '[' if matches!(rest.get(at + 1), Some('.' | '=')) => return None,
            '-' if rest.get(at + 1) == Some(&'-') => return None,
            '-' if at > first && rest.get(at + 1).is_some_and(|next| *next != ']') => out.push('-'),
            '[' | ']' | '\\' | '&' | '~' | '-' | '^' => out.extend(['\\', c]),
            c => out.push(c),
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_patterns_are_translated() {
        for (from, to) in [
            (r"foo\|bar", "foo|bar"),
            (r"a|b", r"a\|b"),
            (r"\(ab\)\+", "(ab)+"),
            (r"fn (x)", r"fn \(x\)"),
            (r"*x", r"\*x"),
            (r"a\{2,\}", "a{2,}"),
            (r"a\{,3\}", "a{0,3}"),
            (r"x{1}", r"x\{1\}"),
            (r"a^b$c", r"a\^b\$c"),
            (r"^a$", "^a$"),
            (r"[]a\[]", r"[\]a\\\[]"),
            (r"[[:alpha:]_-]", r"[\p{Alphabetic}_\-]"),
            (r"[a-z]", "[a-z]"),
            (r"\<word\>", r"\bword\b"),
            (r"a\.b", r"a\.b"),
            (r"interface{}", r"interface\{\}"),
            (r#"\"version\""#, r#""version""#),
            (r"\@app\/x\-y", r"@app/x\-y"),
        ] {
            assert_eq!(translate(from, true).as_deref(), Some(to), "{from}");
        }
        for from in
            [r"a\'", r"\`a", r"$)*", r"a$|b", r"\(a\)\1", r"\d", r"a\{x\}", r"[[.a.]]", r"a\"]
        {
            assert_eq!(translate(from, true), None, "{from}");
        }
    }

    #[test]
    fn extended_patterns_are_translated() {
        for (from, to) in [
            ("foo|bar", "foo|bar"),
            (r"a\|b", r"a\|b"),
            ("(ab)+c?", "(ab)+c?"),
            ("interface{}", r"interface\{\}"),
            ("a{2}", "a{2}"),
            ("a{,2}", "a{0,2}"),
            (r"\bfn\b", r"\bfn\b"),
        ] {
            assert_eq!(translate(from, false).as_deref(), Some(to), "{from}");
        }
        for from in ["*a", "a+?", "a)", "(a", "^^", "a^b", r"\b*", "$+", r"(a)\1", r"\d+", "a|*b"] {
            assert_eq!(translate(from, false), None, "{from}");
        }
    }
}
