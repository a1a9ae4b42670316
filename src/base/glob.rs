//! Globs of custom rules: `*` and `?` match within one part of a path, `**` across parts.
//!
//! Crates read `[` and `{` too, which stand for themselves here, as in `app/[id]/page.tsx`
//! (docs/decisions/019-libraries-beside-the-hot-path.md). git's patterns share the walk over the text.

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
    let mut active = Places(vec![0; tokens.len() / WORD + 1]);
    let mut next = active.clone();
    active.enter(tokens, 0);
    for c in text {
        next.0.fill(0);
        active.each(|at| match tokens.get(at) {
            Some(Token::Literal(wanted)) if *wanted == c => next.enter(tokens, at + 1),
            Some(Token::One) if c != '/' => next.enter(tokens, at + 1),
            Some(Token::Set(set)) if set.holds(c) => next.enter(tokens, at + 1),
            Some(Token::Star) if c != '/' => next.enter(tokens, at),
            Some(Token::All) => next.enter(tokens, at),
            Some(Token::Parts) => {
                if c == '/' {
                    next.enter(tokens, at + 1);
                }
                next.add(at);
            }
            _ => {}
        });
        if next.0.iter().all(|word| *word == 0) {
            return false;
        }
        mem::swap(&mut active, &mut next);
    }
    let mut is_at_end = false;
    active.each(|at| is_at_end |= at == tokens.len());
    is_at_end
}

/// Bits of a word of [`Places`].
const WORD: usize = u64::BITS as usize;

/// A set of places among tokens, a bit each.
#[derive(Clone)]
struct Places(Vec<u64>);

impl Places {
    fn add(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / WORD) {
            *word |= 1 << (at % WORD);
        }
    }

    /// Adds the place `at`, and those after it that can be reached without a character.
    fn enter(&mut self, tokens: &[Token], mut at: usize) {
        self.add(at);
        while let Some(Token::Star | Token::All | Token::Parts) = tokens.get(at) {
            at += 1;
            self.add(at);
        }
    }

    fn each(&self, mut visit: impl FnMut(usize)) {
        for (at, word) in self.0.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                visit(at * WORD + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
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
