//! Patterns in grep's basic syntax that were given to ripgrep: `foo\|bar` asks it for a literal
//! `|`.

use crate::rules::trigger::{Check, Miss};

/// A pattern that reads like grep's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BasicPattern {
    /// The operator that ripgrep takes literally.
    pub(crate) operator: Operator,
    /// The same pattern for ripgrep; `None` where another part of it can be read in two ways.
    pub(crate) translated: Option<String>,
}

/// An operator that has a backslash in grep's basic syntax and none in ripgrep's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `\|`
    Alternation,
    /// `\{`
    Interval,
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
/// [`Miss::No`] if it has none of the operators, [`Miss::Near`] if their backslashes may be meant.
pub(crate) fn read(pattern: &str) -> Check<BasicPattern> {
    // Most patterns have neither, and need no tokens.
    if !pattern.contains("\\|") && !pattern.contains("\\{") {
        return Err(Miss::No);
    }
    let tokens = tokens(pattern).ok_or(Miss::No)?;
    let bars = places(&tokens, Token::Escaped('|'));
    if bars.is_empty() {
        return with_intervals(&tokens);
    }
    if tokens.contains(&Token::Char('|')) {
        return Err(Miss::Near("it also has a bare |, so the author knows the syntax"));
    }
    for at in bars {
        let (Some(before), Some(after)) = (token_before(&tokens, at), tokens.get(at + 1)) else {
            return Err(Miss::Near("a \\| at an end may be a literal pipe"));
        };
        let is_literal = |token: &Token| {
            matches!(token, Token::Escaped('|'))
                || matches!(token, Token::Char(c) if c.is_whitespace())
        };
        let is_at_end = matches!(before, Token::Char('^')) || matches!(after, Token::Char('$'));
        if is_literal(before) || is_literal(after) || is_at_end {
            return Err(Miss::Near(
                "a \\| beside a blank, another one or an end may be a literal pipe",
            ));
        }
    }
    Ok(BasicPattern { operator: Operator::Alternation, translated: translate(&tokens) })
}

/// `[0-9]\{4\}`: intervals after something that is not literal text.
fn with_intervals(tokens: &[Token]) -> Check<BasicPattern> {
    let braces = places(tokens, Token::Escaped('{'));
    if braces.is_empty() {
        return Err(Miss::No);
    }
    for at in braces {
        let repeats = matches!(
            token_before(tokens, at),
            Some(
                Token::Class(_)
                    | Token::Char('.')
                    | Token::Escaped('d' | 'w' | 's' | 'D' | 'W' | 'S')
            )
        );
        if !repeats || interval_end(tokens, at).is_none() {
            return Err(Miss::Near("a \\{ may be a literal brace"));
        }
    }
    Ok(BasicPattern { operator: Operator::Interval, translated: translate(tokens) })
}

/// The indexes at which `wanted` occurs.
fn places(tokens: &[Token], wanted: Token) -> Vec<usize> {
    tokens.iter().enumerate().filter(|(_, token)| **token == wanted).map(|(at, _)| at).collect()
}

fn token_before<'t, 'p>(tokens: &'t [Token<'p>], at: usize) -> Option<&'t Token<'p>> {
    at.checked_sub(1).and_then(|at| tokens.get(at))
}

/// The index of the brace that closes the interval opened at `open`; `None` if it is not a valid
/// interval.
fn interval_end(tokens: &[Token], open: usize) -> Option<usize> {
    let length = tokens.get(open..)?.iter().position(|token| *token == Token::Escaped('}'))?;
    let body: String = tokens
        .get(open + 1..open + length)?
        .iter()
        .map(|token| if let Token::Char(c) = token { *c } else { 'x' })
        .collect();
    let (low, high) = body.split_once(',').unwrap_or((&body, ""));
    let is_number = |text: &str| text.len() <= 3 && text.chars().all(|c| c.is_ascii_digit());
    (!low.is_empty() && is_number(low) && is_number(high)).then_some(open + length)
}

/// The pattern with its operators bare; `None` where a part of it can be read in two ways.
fn translate(tokens: &[Token]) -> Option<String> {
    let groups = groups(tokens)?;
    let mut braces = Vec::new();
    for at in places(tokens, Token::Escaped('{')) {
        braces.extend([at, interval_end(tokens, at)?]);
    }
    let mut out = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = token_before(tokens, at);
        let follows_group_start = before == Some(&Token::Escaped('('))
            && at.checked_sub(1).is_some_and(|at| groups.contains(&at));
        let starts = matches!(before, None | Some(Token::Escaped('|'))) || follows_group_start;
        let after = tokens.get(at + 1);
        let ends = matches!(after, None | Some(Token::Escaped('|' | ')')));
        match token {
            // Nobody means an empty alternative.
            Token::Escaped('|') if follows_group_start => return None,
            Token::Escaped('|')
                if after == Some(&Token::Escaped(')')) && groups.contains(&(at + 1)) =>
            {
                return None;
            }
            Token::Escaped('{')
                if starts || repeats_differently(before) || before == Some(&Token::Char('*')) =>
            {
                return None;
            }
            Token::Escaped('|') => out.push('|'),
            Token::Escaped(c @ ('(' | ')')) if groups.contains(&at) => out.push(*c),
            Token::Escaped(c @ ('{' | '}')) if braces.contains(&at) => out.push(*c),
            // A literal to ripgrep, an operator to grep; or the other way round.
            Token::Escaped('+' | '?' | '{' | '}' | '0'..='9') => return None,
            Token::Char('+' | '?' | '(' | ')' | '{' | '}') => return None,
            Token::Char('*') if starts || repeats_differently(before) => return None,
            Token::Char('^') if !starts => return None,
            Token::Char('$') if !ends => return None,
            // Older versions of ripgrep know only the boundary of a word.
            Token::Escaped('<') if is_word(after) => out.push_str("\\b"),
            Token::Escaped('>') if is_word(before) => out.push_str("\\b"),
            Token::Escaped('<' | '>') => return None,
            Token::Escaped(c) => out.extend(['\\', *c]),
            Token::Char(c) => out.push(*c),
            Token::Class(text) => out.push_str(text),
        }
    }
    Some(out)
}

fn is_word(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Char(c)) if c.is_alphanumeric() || *c == '_')
}

/// Whether the programs differ in what repeating the token means: anchors, boundaries, intervals.
fn repeats_differently(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Char('^' | '$') | Token::Escaped('b' | 'B' | '<' | '>' | '}')))
}

/// The indexes of the parentheses that enclose alternatives. Others are literal if grep would not
/// take them for a group either: without a partner, or with nothing inside. `None` where that is
/// not clear.
fn groups(tokens: &[Token]) -> Option<Vec<usize>> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    let mut has_unpaired = false;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Escaped('(') => open.push(at),
            Token::Escaped(')') => match open.pop() {
                Some(start) => pairs.push((start, at)),
                None => has_unpaired = true,
            },
            _ => {}
        }
    }
    if has_unpaired || !open.is_empty() {
        let all_empty = pairs.iter().all(|(start, end)| start + 1 == *end);
        return all_empty.then(Vec::new);
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

/// The tokens of a pattern; `None` if it ends in a backslash or inside a class.
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
                let width = class_length(rest)?;
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

/// The length of the class at the start of `text`, in bytes. It may contain named classes such as
/// `[:alpha:]`.
fn class_length(text: &str) -> Option<usize> {
    let mut levels = 0_usize;
    // Right after an opening bracket a closing one is a member.
    let mut at_start = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let is_first = std::mem::take(&mut at_start);
        match c {
            '\\' => {
                chars.next()?;
            }
            '[' => {
                levels += 1;
                at_start = true;
            }
            '^' if is_first => at_start = true,
            ']' if !is_first => {
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
            assert_eq!(read(from).unwrap().translated.as_deref(), Some(to), "{from}");
        }
    }

    #[test]
    fn a_pattern_that_reads_in_two_ways_is_not_translated() {
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
            let basic = BasicPattern { operator: Operator::Alternation, translated: None };
            assert_eq!(read(from), Ok(basic), "{from}");
        }
    }

    #[test]
    fn literal_characters_are_not_operators() {
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
