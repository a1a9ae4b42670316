//! Globs of custom rules: `*` and `?` match within one part of a path, `**` across parts.
//!
//! The usual crates compile a glob to a regex or build an automaton, which each call would pay for.
//! Walking over the text takes a few lines, which git's patterns share.

use std::mem;

/// Longest text that can match, bytes.
const MAX_TEXT_BYTES: usize = 4096;

/// A piece of a pattern.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Token {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Star,
    /// `**/`: any number of whole parts.
    Parts,
    /// `**` elsewhere: anything.
    All,
    /// One of these bytes.
    Set(ByteSet),
}

/// A set of bytes.
#[derive(Clone, Copy, PartialEq, Default)]
pub(crate) struct ByteSet([u128; 2]);

impl ByteSet {
    pub(crate) fn add(&mut self, byte: u8) {
        let [low, high] = &mut self.0;
        let half = if byte < 128 { low } else { high };
        *half |= 1 << (byte % 128);
    }

    /// All other bytes.
    pub(crate) fn inverted(self) -> Self {
        Self(self.0.map(|half| !half))
    }

    pub(crate) fn without(self, byte: u8) -> Self {
        let mut one = Self::default();
        one.add(byte);
        let ([low, high], [no_low, no_high]) = (self.0, one.0);
        Self([low & !no_low, high & !no_high])
    }

    fn holds(self, c: char) -> bool {
        let [low, high] = self.0;
        u8::try_from(c).is_ok_and(|byte| {
            let half = if byte < 128 { low } else { high };
            half & 1 << (byte % 128) != 0
        })
    }
}

/// Whether the pattern matches `text` (a path, a word) to its end. A pattern without a leading `/`
/// may begin at any part of a path: `*.min.js` matches such a file in any folder, `src/gen/**`
/// every file below any such folder.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    if text.len() > MAX_TEXT_BYTES {
        return false;
    }
    let mut tokens = tokens(pattern);
    if !pattern.starts_with('/') {
        tokens.insert(0, Token::Parts);
    }
    let slashed = |c| if cfg!(windows) && c == '\\' { '/' } else { c };
    walk(&tokens, text.chars().map(slashed))
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        let at_part = matches!(tokens.last(), None | Some(Token::Literal('/') | Token::Parts));
        tokens.push(match c {
            '?' => Token::One,
            '*' if rest.next_if_eq(&'*').is_some() => {
                if at_part && rest.next_if_eq(&'/').is_some() { Token::Parts } else { Token::All }
            }
            '*' => Token::Star,
            c => Token::Literal(c),
        });
    }
    tokens
}

/// Whether the tokens match the text to its end. It tracks every token that the text so far may
/// have led to, so the time is at most the number of tokens times the length of the text.
pub(crate) fn walk(tokens: &[Token], text: impl Iterator<Item = char>) -> bool {
    let mut active = vec![false; tokens.len() + 1];
    let mut next = active.clone();
    enter(&mut active, tokens, 0);
    for c in text {
        next.fill(false);
        for (at, token) in
            tokens.iter().enumerate().filter(|(at, _)| active.get(*at) == Some(&true))
        {
            match token {
                Token::Literal(wanted) if *wanted == c => enter(&mut next, tokens, at + 1),
                Token::One if c != '/' => enter(&mut next, tokens, at + 1),
                Token::Set(set) if set.holds(c) => enter(&mut next, tokens, at + 1),
                Token::Star if c != '/' => enter(&mut next, tokens, at),
                Token::All => enter(&mut next, tokens, at),
                Token::Parts => {
                    if c == '/' {
                        enter(&mut next, tokens, at + 1);
                    }
                    if let Some(token) = next.get_mut(at) {
                        *token = true;
                    }
                }
                _ => {}
            }
        }
        if !next.contains(&true) {
            return false;
        }
        mem::swap(&mut active, &mut next);
    }
    active.last() == Some(&true)
}

/// Activates the token at `at`, and those after it that can be reached without a character.
fn enter(active: &mut [bool], tokens: &[Token], mut at: usize) {
    while let Some(token) = active.get_mut(at) {
        *token = true;
        if !matches!(tokens.get(at), Some(Token::Star | Token::All | Token::Parts)) {
            return;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_parts_of_paths_and_whole_words() {
        for (pattern, path, wanted) in [
            ("*.min.js", "/a/b/x.min.js", true),
            ("*.min.js", "x.min.js", true),
            ("*.min.js", "/a/x.min.js/y", false),
            ("*.rs", "/a/b.rs.txt", false),
            ("/a/*.rs", "/a/b.rs", true),
            ("/a/*.rs", "/a/b/c.rs", false),
            ("/a/**/*.rs", "/a/c.rs", true),
            ("/a/**/*.rs", "/a/b/b/c.rs", true),
            ("/a/**/c.rs", "/a/bc.rs", false),
            ("src/gen/**", "/repo/src/gen/a/b.rs", true),
            ("src/gen/**", "/repo/src/generated/a.rs", false),
            ("gen/**", "/repo/src/gen/a.rs", true),
            ("en/**", "/repo/src/gen/a.rs", false),
            ("a?c", "/abc", true),
            ("a?c", "/a/c", false),
            ("**/.env*", "/repo/.env.local", true),
            ("**", "/x/y", true),
            ("a**c", "a/b/c", true),
            ("*", "", true),
            ("?", "", false),
            ("*ü?", "/aüß", true),
            ("build*", "build:prod", true),
            ("build", "rebuild", false),
            ("*.py", "a/b.py", true),
            ("mcp__x__*", "mcp__x__list", true),
        ] {
            assert_eq!(matches(pattern, path), wanted, "{pattern} on {path}");
        }
    }

    #[test]
    fn no_pattern_is_slow() {
        let text = "a".repeat(4000);
        assert!(!matches(&"*a".repeat(90), &format!("{text}b")));
        assert!(!matches(&"**/a*".repeat(40), &text.replace("aaaa", "aaa/")));
    }
}
