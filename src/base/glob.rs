//! Globs of own rules: `*` and `?` within a path's part, `**` over parts. No crate: the usual ones
//! compile to a regex or build automata at every start, for what a walk over the text does in a few
//! lines.

/// Longest text that is looked at, bytes.
const MAX_TEXT_BYTES: usize = 4096;

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Star,
    /// `**/`: nothing, or whole parts.
    Parts,
    /// `**` elsewhere: anything.
    All,
}

/// Whether `text` (a path, a word) matches to its end. A pattern without a leading `/` may begin at
/// any part of a path: `*.min.js` is any such file, `src/gen/**` any below such folders.
pub fn matches(pattern: &str, text: &str) -> bool {
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() };
    let mut tokens = tokens(pattern);
    if !pattern.starts_with('/') {
        tokens.insert(0, Token::Parts);
    }
    walk(&tokens, &text)
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

/// Keeps every place in the pattern that the text so far may have led to, so that no pattern takes
/// more than its length times the text's.
fn walk(tokens: &[Token], text: &str) -> bool {
    if text.len() > MAX_TEXT_BYTES {
        return false;
    }
    let mut places = vec![false; tokens.len() + 1];
    enter(&mut places, tokens, 0);
    for c in text.chars() {
        let mut next = vec![false; tokens.len() + 1];
        for (at, token) in
            tokens.iter().enumerate().filter(|(at, _)| places.get(*at) == Some(&true))
        {
            match token {
                Token::Literal(wanted) if *wanted == c => enter(&mut next, tokens, at + 1),
                Token::One if c != '/' => enter(&mut next, tokens, at + 1),
                Token::Star if c != '/' => enter(&mut next, tokens, at),
                Token::All => enter(&mut next, tokens, at),
                Token::Parts => {
                    if c == '/' {
                        enter(&mut next, tokens, at + 1);
                    }
                    if let Some(place) = next.get_mut(at) {
                        *place = true;
                    }
                }
                _ => {}
            }
        }
        places = next;
    }
    places.last() == Some(&true)
}

/// Marks a place, and those behind it that need no character.
fn enter(places: &mut [bool], tokens: &[Token], mut at: usize) {
    while let Some(place) = places.get_mut(at) {
        *place = true;
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
    fn paths_and_words() {
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
