//! Whether a regular expression of JavaScript has a match in the name of a tool. What clients do
//! with a matcher is so little that it needs no crate.

/// What is known about a pattern and a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    /// The pattern is not valid: a client takes it for a name, or skips it.
    Invalid,
    /// The pattern has something that is not evaluated here, such as a look ahead.
    Unknown,
}

/// Most nested groups.
const MAX_DEPTH: usize = 20;

/// Longest name, characters: a set of positions is one number.
const MAX_CHARS: usize = 62;

enum Node {
    Set { negated: bool, ranges: Vec<(char, char)> },
    Group(Vec<Vec<Piece>>),
    Start,
    End,
}

struct Piece {
    node: Node,
    min: u32,
    max: u32,
}

/// Looks for a match anywhere in `name`, as JavaScript's `test` does.
pub(super) fn find(pattern: &str, name: &str) -> Match {
    let chars: Vec<char> = pattern.chars().collect();
    let mut parser = Parser { rest: &chars, depth: 0 };
    let parsed = parser.alternatives();
    let name: Vec<char> = name.chars().take(MAX_CHARS).collect();
    match parsed {
        Err(found) => found,
        Ok(_) if !parser.rest.is_empty() => Match::Invalid,
        Ok(alternatives) => {
            let everywhere = (1_u64 << (name.len() + 1)) - 1;
            if any(&alternatives, everywhere, &name) == 0 { Match::No } else { Match::Yes }
        }
    }
}

/// The positions at which one of the alternatives ends, if it begins at one of `from`.
fn any(alternatives: &[Vec<Piece>], from: u64, name: &[char]) -> u64 {
    let ends = |sequence: &Vec<Piece>| {
        sequence.iter().fold(from, |from, piece| repeated(piece, from, name))
    };
    alternatives.iter().map(ends).fold(0, |all, ends| all | ends)
}

fn repeated(piece: &Piece, from: u64, name: &[char]) -> u64 {
    let mut now = (0..piece.min).fold(from, |now, _| once(&piece.node, now, name));
    let mut all = now;
    for _ in piece.min..piece.max {
        now = once(&piece.node, now, name) & !all;
        if now == 0 {
            break;
        }
        all |= now;
    }
    all
}

fn once(node: &Node, from: u64, name: &[char]) -> u64 {
    match node {
        Node::Start => from & 1,
        Node::End => from & (1 << name.len()),
        Node::Group(alternatives) => any(alternatives, from, name),
        Node::Set { negated, ranges } => {
            let fits = |c: char| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
            let ends = |(at, c): (usize, &char)| {
                if from >> at & 1 == 1 && fits(*c) != *negated { 2 << at } else { 0 }
            };
            name.iter().enumerate().map(ends).fold(0, |all, end| all | end)
        }
    }
}

struct Parser<'p> {
    rest: &'p [char],
    depth: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn takes(&mut self, c: char) -> bool {
        let is_next = self.rest.first() == Some(&c);
        if is_next {
            self.next();
        }
        is_next
    }

    fn alternatives(&mut self) -> Result<Vec<Vec<Piece>>, Match> {
        let mut all = vec![Vec::new()];
        while let Some(c) = self.rest.first().copied().filter(|c| *c != ')') {
            self.next();
            if c == '|' {
                all.push(Vec::new());
                continue;
            }
            let node = self.node(c)?;
            let (min, max) = self.count(matches!(node, Node::Start | Node::End))?;
            if let Some(sequence) = all.last_mut() {
                sequence.push(Piece { node, min, max });
            }
        }
        Ok(all)
    }

    fn node(&mut self, c: char) -> Result<Node, Match> {
        Ok(match c {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => Node::Set { negated: true, ranges: vec![('\n', '\n'), ('\r', '\r')] },
            '*' | '+' | '?' => return Err(Match::Invalid),
            '[' => self.class()?,
            '\\' => {
                let (negated, ranges) = self.escape()?;
                Node::Set { negated, ranges }
            }
            '(' => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(Match::Unknown);
                }
                if self.takes('?') && !self.takes(':') {
                    return Err(Match::Unknown);
                }
                let alternatives = self.alternatives()?;
                if !self.takes(')') {
                    return Err(Match::Invalid);
                }
                self.depth -= 1;
                Node::Group(alternatives)
            }
            c => Node::Set { negated: false, ranges: vec![(c, c)] },
        })
    }

    /// How often the last piece may be there.
    fn count(&mut self, is_anchor: bool) -> Result<(u32, u32), Match> {
        let count = match self.rest.first() {
            Some('*') => (0, u32::MAX),
            Some('+') => (1, u32::MAX),
            Some('?') => (0, 1),
            Some('{') => return Err(Match::Unknown),
            _ => return Ok((1, 1)),
        };
        self.next();
        self.takes('?');
        if is_anchor { Err(Match::Invalid) } else { Ok(count) }
    }

    fn escape(&mut self) -> Result<(bool, Vec<(char, char)>), Match> {
        let word = vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
        Ok(match self.next().ok_or(Match::Invalid)? {
            'w' => (false, word),
            'W' => (true, word),
            'd' => (false, vec![('0', '9')]),
            'D' => (true, vec![('0', '9')]),
            's' => (false, vec![(' ', ' '), ('\t', '\r')]),
            'S' => (true, vec![(' ', ' '), ('\t', '\r')]),
            c if c.is_ascii_alphanumeric() => return Err(Match::Unknown),
            c => (false, vec![(c, c)]),
        })
    }

    fn class(&mut self) -> Result<Node, Match> {
        let negated = self.takes('^');
        let mut ranges: Vec<(char, char)> = Vec::new();
        loop {
            match self.next().ok_or(Match::Invalid)? {
                ']' => return Ok(Node::Set { negated, ranges }),
                '\\' => match self.escape()? {
                    (true, _) => return Err(Match::Unknown),
                    (false, more) => ranges.extend(more),
                },
                low => match self.rest {
                    ['-', high, ..] if *high != ']' && *high != '\\' => {
                        ranges.push((low, *high));
                        self.next();
                        self.next();
                    }
                    _ => ranges.push((low, low)),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_javascript_has_them() {
        for (pattern, name, expected) in [
            ("Bash", "Bash", Match::Yes),
            ("as", "Bash", Match::Yes),
            ("^as", "Bash", Match::No),
            ("^(Bash|Read)$", "Read", Match::Yes),
            ("^(Bash|Read)$", "BashOutput", Match::No),
            ("mcp__.*__write", "mcp__db__write_row", Match::Yes),
            ("^(?:Note.*)?Edit$", "NotebookEdit", Match::Yes),
            ("[B-C]a?s+h", "Cssh", Match::Yes),
            ("[^B]ash$", "Bash", Match::No),
            ("\\w+\\(", "Bash", Match::No),
            ("Bash(git push:*)", "Bash", Match::No),
            ("", "Bash", Match::Yes),
            ("Bash|", "Read", Match::Yes),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaac", Match::No),
            ("(", "Bash", Match::Invalid),
            (")", "Bash", Match::Invalid),
            ("*", "Bash", Match::Invalid),
            ("[a", "Bash", Match::Invalid),
            ("^*", "Bash", Match::Invalid),
            ("\\", "Bash", Match::Invalid),
            ("^(?!Bash)", "Read", Match::Unknown),
            ("a{2}", "aa", Match::Unknown),
            ("\\bBash\\b", "Bash", Match::Unknown),
        ] {
            assert_eq!(find(pattern, name), expected, "{pattern} {name}");
        }
        let deep = format!("{}{}", "(".repeat(9999), ")".repeat(9999));
        assert_eq!(find(&deep, "Bash"), Match::Unknown);
        let long = "x".repeat(500);
        assert_eq!(find("x$", &long), Match::Yes);
    }
}
