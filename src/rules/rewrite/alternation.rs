//! Patterns in grep's basic syntax that were given to ripgrep: `foo\|bar` asks it for a literal
//! `|`.

/// A pattern that reads like grep's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basic {
    /// What it holds as an operator: `\|` or `\{`.
    pub(crate) operator: &'static str,
    /// The same for ripgrep, everything else kept; `None` where another part of it can be read in
    /// two ways.
    pub(crate) pattern: Option<String>,
}

/// A part of a pattern as ripgrep reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'p> {
    Char(char),
    Escaped(char),
    /// `[...]` as it is written.
    Class(&'p str),
}

/// Reads `pattern`.
///
/// # Errors
/// Why its backslashes may well be meant; empty where it has none that matter.
pub(crate) fn read(pattern: &str) -> Result<Basic, &'static str> {
    // Most patterns have neither and are not looked at any further.
    if !pattern.contains("\\|") && !pattern.contains("\\{") {
        return Err("");
    }
    let tokens = tokens(pattern).ok_or("")?;
    let bars: Vec<usize> = places(&tokens, Token::Escaped('|'));
    if bars.is_empty() {
        return intervals(&tokens);
    }
    if tokens.contains(&Token::Char('|')) {
        return Err("it holds a bare | too, so it knows the syntax");
    }
    for at in &bars {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let after = tokens.get(at + 1);
        let (Some(before), Some(after)) = (before, after) else {
            return Err("a \\| at an end may be a literal pipe");
        };
        let literal = |token: &Token| {
            matches!(token, Token::Escaped('|'))
                || matches!(token, Token::Char(c) if c.is_whitespace())
        };
        let opens = matches!(before, Token::Char('^'));
        let closes = matches!(after, Token::Char('$'));
        if literal(before) || literal(after) || opens || closes {
            return Err("a \\| beside a blank, another one or an end may be a literal pipe");
        }
    }
    Ok(Basic { operator: "\\|", pattern: bare(&tokens) })
}

/// `[0-9]\{4\}`: an interval behind something that is no literal text.
fn intervals(tokens: &[Token]) -> Result<Basic, &'static str> {
    let opens = places(tokens, Token::Escaped('{'));
    if opens.is_empty() {
        return Err("");
    }
    for at in opens {
        let repeats = matches!(
            at.checked_sub(1).and_then(|at| tokens.get(at)),
            Some(
                Token::Class(_)
                    | Token::Char('.')
                    | Token::Escaped('d' | 'w' | 's' | 'D' | 'W' | 'S')
            )
        );
        if !repeats || interval(tokens, at).is_none() {
            return Err("a \\{ may be a literal brace");
        }
    }
    Ok(Basic { operator: "\\{", pattern: bare(tokens) })
}

fn places(tokens: &[Token], wanted: Token) -> Vec<usize> {
    tokens.iter().enumerate().filter(|(_, token)| **token == wanted).map(|(at, _)| at).collect()
}

/// Where the interval that opens at a token closes.
fn interval(tokens: &[Token], open: usize) -> Option<usize> {
    let length = tokens.get(open..)?.iter().position(|token| *token == Token::Escaped('}'))?;
    let body: String = tokens
        .get(open + 1..open + length)?
        .iter()
        .map(|token| if let Token::Char(c) = token { *c } else { 'x' })
        .collect();
    let (low, high) = body.split_once(',').unwrap_or((&body, ""));
    let number = |text: &str| text.len() <= 3 && text.chars().all(|c| c.is_ascii_digit());
    (!low.is_empty() && number(low) && number(high)).then_some(open + length)
}

/// The pattern with its operators bare, where nothing in it can be read in two ways.
fn bare(tokens: &[Token]) -> Option<String> {
    let groups = groups(tokens)?;
    let mut braces = Vec::new();
    for at in places(tokens, Token::Escaped('{')) {
        braces.extend([at, interval(tokens, at)?]);
    }
    let mut out = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let starts =
            matches!(before, None | Some(Token::Escaped('|'))) || is_opening(before, at, &groups);
        let after = tokens.get(at + 1);
        let ends = matches!(after, None | Some(Token::Escaped('|' | ')')));
        match token {
            // An empty alternative is nobody's.
            Token::Escaped('|') if is_opening(before, at, &groups) => return None,
            Token::Escaped('|')
                if after == Some(&Token::Escaped(')')) && groups.contains(&(at + 1)) =>
            {
                return None;
            }
            Token::Escaped('{')
                if starts || is_widthless(before) || before == Some(&Token::Char('*')) =>
            {
                return None;
            }
            Token::Escaped('|') => out.push('|'),
            Token::Escaped(c @ ('(' | ')')) if groups.contains(&at) => out.push(*c),
            Token::Escaped(c @ ('{' | '}')) if braces.contains(&at) => out.push(*c),
            // A literal to ripgrep, an operator to grep; or the other way round.
            Token::Escaped('+' | '?' | '{' | '}' | '0'..='9') => return None,
            Token::Char('+' | '?' | '(' | ')' | '{' | '}') => return None,
            Token::Char('*') if starts || is_widthless(before) => return None,
            Token::Char('^') if !starts => return None,
            Token::Char('$') if !ends => return None,
            Token::Escaped(c) => out.extend(['\\', *c]),
            Token::Char(c) => out.push(*c),
            Token::Class(text) => out.push_str(text),
        }
    }
    Some(out)
}

/// Anchors and boundaries: what repeating them means is each program's own affair.
fn is_widthless(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Char('^' | '$') | Token::Escaped('b' | 'B' | '<' | '>' | '}')))
}

fn is_opening(token: Option<&Token>, at: usize, groups: &[usize]) -> bool {
    token == Some(&Token::Escaped('(')) && at.checked_sub(1).is_some_and(|at| groups.contains(&at))
}

/// The parentheses that enclose alternatives. Others are literal where no grep would take them for
/// a group: without a partner, or with nothing inside. `None` where that is not clear.
fn groups(tokens: &[Token]) -> Option<Vec<usize>> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    let mut lonely = false;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Escaped('(') => open.push(at),
            Token::Escaped(')') => match open.pop() {
                Some(start) => pairs.push((start, at)),
                None => lonely = true,
            },
            _ => {}
        }
    }
    if lonely || !open.is_empty() {
        let empty = pairs.iter().all(|(start, end)| start + 1 == *end);
        return empty.then(Vec::new);
    }
    let mut groups = Vec::new();
    for (start, end) in pairs {
        let inside = tokens.get(start + 1..end)?;
        if inside.contains(&Token::Escaped('|')) {
            groups.extend([start, end]);
        } else if !inside.is_empty() {
            return None;
        }
    }
    Some(groups)
}

fn tokens(pattern: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let width = match c {
            '\\' => {
                let escaped = rest.chars().nth(1)?;
                tokens.push(Token::Escaped(escaped));
                1 + escaped.len_utf8()
            }
            '[' => {
                let width = class(rest)?;
                tokens.push(Token::Class(rest.get(..width)?));
                width
            }
            c => {
                tokens.push(Token::Char(c));
                c.len_utf8()
            }
        };
        rest = rest.get(width..)?;
    }
    Some(tokens)
}

/// The length of the class at the start of `text`. Named classes such as `[:alpha:]` may stand in
/// it.
fn class(text: &str) -> Option<usize> {
    let mut levels = 0_usize;
    let mut fresh = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let first = std::mem::take(&mut fresh);
        match c {
            '\\' => {
                chars.next()?;
            }
            '[' => {
                levels += 1;
                fresh = true;
            }
            '^' if first => fresh = true,
            ']' if !first => {
                levels -= 1;
                if levels == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_lose_their_backslash() {
        for (from, to) in [
            (r"foo\|bar", "foo|bar"),
            (r"a\.b\|c\|d e", r"a\.b|c|d e"),
            (r"get\(One\|Two\)Thing", "get(One|Two)Thing"),
            (r"^use\|^mod .*;$", "^use|^mod .*;$"),
            (r"x$\|^y", "x$|^y"),
            (r"foo\(\|bar\(", r"foo\(|bar\("),
            (r"Flags\(\)\|--local", r"Flags\(\)|--local"),
            (r"[|]x\|[^]a]y\|[[:alpha:]]", r"[|]x|[^]a]y|[[:alpha:]]"),
            (r"\d\{4\}\|[a-z]\{2,\}", r"\d{4}|[a-z]{2,}"),
            (r"[0-9]\{4\}-[0-9]\{2\}", "[0-9]{4}-[0-9]{2}"),
            (r"naïve\|日本", "naïve|日本"),
        ] {
            assert_eq!(read(from).unwrap().pattern.as_deref(), Some(to), "{from}");
        }
    }

    #[test]
    fn what_reads_in_two_ways_is_left() {
        for from in [
            r"a+\|b",
            r"a\+\|b",
            r"(a\|b)",
            r"f\(x\)\|g",
            r"f\(\|x\)",
            r"\{2\}\|a",
            r"\b\{2\}\|a",
            r"^*\|a",
            r"*a\|b",
            r"a^b\|c",
            r"a{2}\|b",
        ] {
            assert_eq!(read(from), Ok(Basic { operator: "\\|", pattern: None }), "{from}");
        }
    }

    #[test]
    fn literal_characters_are_left_alone() {
        for from in [
            r"foo\(",
            r"foo\(\)",
            r"\|x\|",
            r"^\|",
            r"a \| b",
            r"a\|\|b",
            r"a|b\|c",
            r"\$\{1\}",
            r"item\{0\}",
            r"x\{a\}",
            r"[\|]",
            "foo|bar",
            r"a\\|b",
            r"a\+",
            r"[a\|b",
        ] {
            assert!(read(from).is_err(), "{from}");
        }
    }
}
