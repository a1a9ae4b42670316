//! POSIX regular expressions in ripgrep's syntax. A pattern without an exact counterpart is not
//! translated.

/// How a pattern is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// grep's default: `\|`, `\(`, `\+`.
    Basic,
    /// `-E`
    Extended,
    /// `-P`
    Perl,
}

/// `pattern` for ripgrep's default engine.
pub(crate) fn translate(pattern: &str, syntax: Syntax) -> Option<String> {
    // An empty pattern matches everything, and a line break separates alternatives.
    if pattern.is_empty() || pattern.contains('\n') {
        return None;
    }
    match syntax {
        Syntax::Perl => perl(pattern),
        Syntax::Basic => Posix { basic: true }.translate(pattern),
        Syntax::Extended => Posix { basic: false }.translate(pattern),
    }
}

/// Whether a translated pattern may match an empty text, in doubt yes: grep and ripgrep print empty
/// matches differently.
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

/// Adds a literal character, with a backslash only if it needs one: older versions of ripgrep
/// refuse any other.
fn push_literal(out: &mut String, c: char) {
    if r"\.+*?()|[]{}^$#&-~".contains(c) {
        out.push('\\');
    }
    out.push(c);
}

/// Translates the part of Perl's syntax that both engines share.
fn perl(pattern: &str) -> Option<String> {
    let mut rest = pattern;
    while let Some(at) = rest.find("(?") {
        rest = rest.get(at + 2..)?;
        if !rest.starts_with(':') {
            return None;
        }
    }
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                n @ ('d' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | 't') => out.extend(['\\', n]),
                n if n.is_ascii_punctuation() => push_literal(&mut out, n),
                _ => return None,
            },
            // Possessive in Perl.
            '+' if matches!(last, '+' | '*' | '?' | '}') => return None,
            // ripgrep reads nested and intersected classes.
            '[' if last == '[' => return None,
            '&' | '~' if last == c => return None,
            c => out.push(c),
        }
        last = c;
    }
    Some(out)
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
                    if interval.is_empty() {
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
                        // Older versions of ripgrep do not know the start and the end of a word,
                        // only the boundary.
                        n @ ('b' | 'B' | '<' | '>') => {
                            widthless = true;
                            out.extend(['\\', if n == 'B' { 'B' } else { 'b' }]);
                        }
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
                out.extend(rest.get(at..at + length)?);
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
            (r"[[:alpha:]_-]", r"[[:alpha:]_\-]"),
            (r"[a-z]", "[a-z]"),
            (r"\<word\>", r"\bword\b"),
            (r"a\.b", r"a\.b"),
            (r"interface{}", r"interface\{\}"),
            (r#"\"version\""#, r#""version""#),
            (r"\@app\/x\-y", r"@app/x\-y"),
        ] {
            assert_eq!(translate(from, Syntax::Basic).as_deref(), Some(to), "{from}");
        }
        for from in [r"$)*", r"a$|b", r"\(a\)\1", r"\d", r"a\{x\}", "", "a\nb", r"[[.a.]]", r"a\"] {
            assert_eq!(translate(from, Syntax::Basic), None, "{from}");
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
            assert_eq!(translate(from, Syntax::Extended).as_deref(), Some(to), "{from}");
        }
        for from in ["*a", "a+?", "a)", "(a", "^^", "a^b", r"\b*", "$+", r"(a)\1", r"\d+", "a|*b"] {
            assert_eq!(translate(from, Syntax::Extended), None, "{from}");
        }
    }

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
    fn perl_patterns_are_translated() {
        assert_eq!(translate(r"\d+(?:a|b)", Syntax::Perl).as_deref(), Some(r"\d+(?:a|b)"));
        assert_eq!(translate(r"\/api\/|\<div", Syntax::Perl).as_deref(), Some("/api/|<div"));
        for from in ["(?<=a)b", "(?i)a", r"(a)\1", "a++", r"a\Kb"] {
            assert_eq!(translate(from, Syntax::Perl), None, "{from}");
        }
    }
}
