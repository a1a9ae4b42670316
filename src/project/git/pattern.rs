//! Patterns of `.gitignore` and `.gitattributes`, byte by byte as git matches them (its `dir.c` and
//! `wildmatch.c`).

use crate::base::glob::{self, ByteSet, Token};

/// Bytes that end the literal beginning of a pattern.
const SPECIAL: &[u8] = br"*?[\";

/// One pattern of a list.
pub(super) struct Pattern {
    /// It begins with `!`: what it matches is not ignored.
    pub(super) is_negated: bool,
    only_folders: bool,
    /// It contains no `/`, and so is about names in any folder.
    only_name: bool,
    ignores_case: bool,
    /// The beginning without special bytes. git compares it apart from the rest.
    literal: Vec<u8>,
    /// The rest. `None` if it can match nothing.
    tokens: Option<Vec<Token>>,
}

impl Pattern {
    /// Parses a line of an ignore list, without its line break. `None` if it is not a pattern.
    pub(super) fn of_line(line: &[u8], ignores_case: bool) -> Option<Self> {
        let line = without_spaces(line.strip_suffix(b"\r").unwrap_or(line));
        match line {
            [] | [b'#', ..] => None,
            [b'!', rest @ ..] => Some(Self { is_negated: true, ..Self::new(rest, ignores_case) }),
            _ => Some(Self::new(line, ignores_case)),
        }
    }

    /// A pattern without a `!` in front.
    pub(super) fn new(text: &[u8], ignores_case: bool) -> Self {
        let (only_folders, text) = match text.strip_suffix(b"/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let only_name = !text.contains(&b'/');
        let text = text.strip_prefix(b"/").unwrap_or(text);
        let end = text.iter().position(|byte| SPECIAL.contains(byte)).unwrap_or(text.len());
        let (literal, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
        Self {
            is_negated: false,
            only_folders,
            only_name,
            ignores_case,
            literal: literal.to_vec(),
            tokens: Tokens { rest, found: Vec::new(), ignores_case }.parse(),
        }
    }

    /// Whether the pattern matches `path`, which is relative to the folder of its list.
    pub(super) fn matches(&self, path: &[u8], is_folder: bool) -> bool {
        if self.only_folders && !is_folder {
            return false;
        }
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        let text = if self.only_name { name } else { path };
        let Some((start, rest)) = text.split_at_checked(self.literal.len()) else { return false };
        let begins = if self.ignores_case {
            start.eq_ignore_ascii_case(&self.literal)
        } else {
            start == self.literal
        };
        let folded = |byte: &u8| {
            char::from(if self.ignores_case { byte.to_ascii_lowercase() } else { *byte })
        };
        let matches = |tokens: &Vec<Token>| glob::walk(tokens, rest.iter().map(folded));
        begins && self.tokens.as_ref().is_some_and(matches)
    }
}

/// The line without the spaces at its end; a `\` keeps one.
fn without_spaces(line: &[u8]) -> &[u8] {
    let mut end = 0;
    let mut rest = line.iter().enumerate();
    while let Some((at, byte)) = rest.next() {
        match byte {
            b' ' => {}
            b'\\' => match rest.next() {
                Some((at, _)) => end = at + 1,
                None => return line,
            },
            _ => end = at + 1,
        }
    }
    line.get(..end).unwrap_or(line)
}

/// Parses what may contain special bytes. Literal bytes become the characters of the same number.
struct Tokens<'p> {
    rest: &'p [u8],
    found: Vec<Token>,
    ignores_case: bool,
}

impl Tokens<'_> {
    fn parse(mut self) -> Option<Vec<Token>> {
        while let Some(byte) = self.take() {
            let token = match byte {
                b'?' => Token::One,
                b'*' => self.star(),
                b'[' => self.set()?,
                b'\\' => self.literal()?,
                byte => self.folded(byte),
            };
            self.found.push(token);
        }
        Some(self.found)
    }

    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, text: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn folded(&self, byte: u8) -> Token {
        Token::Literal(char::from(if self.ignores_case { byte.to_ascii_lowercase() } else { byte }))
    }

    fn literal(&mut self) -> Option<Token> {
        // git folds no byte behind a `\`, so that `\A` matches nothing where case is ignored.
        self.take().map(|byte| Token::Literal(char::from(byte)))
    }

    fn star(&mut self) -> Token {
        let at_part = matches!(self.found.last(), None | Some(Token::Literal('/') | Token::Parts));
        if !self.skip(b"*") {
            return Token::Star;
        }
        while self.skip(b"*") {}
        match self.rest {
            _ if !at_part => Token::Star,
            [b'/', rest @ ..] => {
                self.rest = rest;
                Token::Parts
            }
            [] | [b'\\', b'/', ..] => Token::All,
            _ => Token::Star,
        }
    }

    /// The set of bytes behind a `[`. `None` if it does not end.
    fn set(&mut self) -> Option<Token> {
        let mut set = ByteSet::default();
        let is_inverted = self.skip(b"!") || self.skip(b"^");
        let mut before = 0;
        let mut byte = self.take()?;
        loop {
            match byte {
                b'\\' => {
                    byte = self.take()?;
                    set.add(byte);
                }
                b'-' if before != 0 && self.rest.first().is_some_and(|next| *next != b']') => {
                    let mut last = self.take()?;
                    if last == b'\\' {
                        last = self.take()?;
                    }
                    for byte in before..=last {
                        set.add(byte);
                        if self.ignores_case {
                            set.add(byte.to_ascii_lowercase());
                        }
                    }
                    byte = 0;
                }
                b'[' if self.rest.starts_with(b":") => {
                    let end = self.rest.iter().position(|byte| *byte == b']')?;
                    let inside = self.rest.get(1..end)?;
                    match inside.strip_suffix(b":") {
                        Some(name) => {
                            let class = class(name)?;
                            let holds = |byte: &u8| {
                                class(*byte)
                                    || self.ignores_case
                                        && class(byte.to_ascii_uppercase())
                                        && name == b"upper"
                            };
                            (0..=u8::MAX).filter(holds).for_each(|byte| set.add(byte));
                            self.rest = self.rest.get(end + 1..)?;
                            byte = 0;
                        }
                        None => set.add(b'['),
                    }
                }
                byte => set.add(byte),
            }
            before = byte;
            byte = self.take()?;
            if byte == b']' {
                break;
            }
        }
        let set = if is_inverted { set.inverted() } else { set };
        Some(Token::Set(set.without(b'/')))
    }
}

/// Which bytes a named class holds. `None` if there is no such class.
fn class(name: &[u8]) -> Option<fn(u8) -> bool> {
    Some(match name {
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| byte.is_ascii_graphic() || byte == b' ',
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"space" => |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'),
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    })
}
