//! The tests of `[`, `test` and `[[`, and what their results say about variables.

use rable::{Node, NodeKind};

use super::super::words::Word;
use super::Fact;

/// One comparison of a test, its words as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    /// `-n`, `-d`, `=`, `-gt`, ...; `-n` for a word alone.
    pub(crate) operator: String,
    pub(crate) left: String,
    /// The right side of a comparison of two words.
    pub(crate) right: Option<String>,
    /// An empty variable still is a word there: it is quoted, or in `[[`.
    keeps_empty: bool,
}

/// What a test shows where it holds, and where it does not.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) held: Vec<Fact>,
    pub(super) failed: Vec<Fact>,
}

impl Shown {
    fn of(test: Test) -> Self {
        Self { held: vec![Fact::Test(test.clone(), true)], failed: vec![Fact::Test(test, false)] }
    }

    fn negated(self) -> Self {
        Self { held: self.failed, failed: self.held }
    }

    fn and(mut self, other: Self) -> Self {
        self.held.extend(other.held);
        Self { held: self.held, failed: Vec::new() }
    }

    fn or(mut self, other: Self) -> Self {
        self.failed.extend(other.failed);
        Self { held: Vec::new(), failed: self.failed }
    }

    /// What the words after `[` or `test` show.
    pub(super) fn by_words(words: &[Word]) -> Self {
        let end = words.len() - usize::from(words.last().is_some_and(|word| word.raw == "]"));
        let words = words.get(..end).unwrap_or_default();
        for (joint, join) in [("-o", Self::or as fn(Self, Self) -> Self), ("-a", Self::and)] {
            // `-a FILE` is a test itself, at the beginning.
            let at = words.iter().skip(1).position(|word| word.raw == joint).map(|at| at + 1);
            if let Some(at) = at {
                let (left, right) = words.split_at(at);
                return join(
                    Self::by_words(left),
                    Self::by_words(right.get(1..).unwrap_or_default()),
                );
            }
        }
        let raw = |word: &Word| word.raw.clone();
        match words {
            [not, rest @ ..] if not.raw == "!" && !rest.is_empty() => {
                Self::by_words(rest).negated()
            }
            [word] => Self::of(Test {
                operator: "-n".to_owned(),
                left: raw(word),
                right: None,
                // `[ ]` does not hold either.
                keeps_empty: true,
            }),
            [operator, word] if operator.raw.starts_with('-') => Self::of(Test {
                operator: raw(operator),
                left: raw(word),
                right: None,
                keeps_empty: word.quoted,
            }),
            [left, operator, right] => Self::of(Test {
                operator: raw(operator),
                left: raw(left),
                right: Some(raw(right)),
                keeps_empty: true,
            }),
            _ => Self::default(),
        }
    }

    /// What the expression between `[[` and `]]` shows.
    pub(super) fn by_expression(node: &Node) -> Self {
        let text = |node: &Node| match &node.kind {
            NodeKind::CondTerm { value, .. } => value.clone(),
            NodeKind::Word { value, .. } => value.clone(),
            _ => String::new(),
        };
        let test = |operator: &str, left: &Node, right: Option<&Node>| {
            Self::of(Test {
                operator: operator.to_owned(),
                left: text(left),
                right: right.map(text),
                keeps_empty: true,
            })
        };
        match &node.kind {
            NodeKind::UnaryTest { op, operand } => test(op, operand, None),
            NodeKind::BinaryTest { op, left, right } => test(op, left, Some(right)),
            NodeKind::CondTerm { .. } => test("-n", node, None),
            NodeKind::CondNot { operand } => Self::by_expression(operand).negated(),
            NodeKind::CondParen { inner } => Self::by_expression(inner),
            NodeKind::CondAnd { left, right } => {
                Self::by_expression(left).and(Self::by_expression(right))
            }
            NodeKind::CondOr { left, right } => {
                Self::by_expression(left).or(Self::by_expression(right))
            }
            _ => Self::default(),
        }
    }
}

impl Test {
    /// The variable that cannot be empty where this test holds, or where it does not.
    pub(super) fn sets(&self, holds: bool) -> Option<String> {
        let left = unquoted(&self.left);
        let Some(right) = self.right.as_deref().map(unquoted) else {
            let is_file_test = self.operator.len() == 2
                && self.operator.chars().all(|c| "-abcdefghknprsuwxLSGNO".contains(c));
            return match (self.operator.as_str(), holds) {
                ("-z", false) => variable(left),
                (_, true) if is_file_test && self.keeps_empty => variable(left),
                _ => None,
            };
        };
        let is_equal = match self.operator.as_str() {
            "=" | "==" => holds,
            "!=" => !holds,
            "=~" if holds => return variable(left),
            "-gt" | "-ge" | "-ne" if holds => return length(left),
            "-eq" | "-lt" | "-le" if !holds => return length(left),
            _ => return None,
        };
        // `[ "x$D" = x ]`
        let prefix = left.find('$').and_then(|at| left.get(..at)).unwrap_or_default();
        let name = variable(left.get(prefix.len()..)?)?;
        let compared = right.strip_prefix(prefix)?;
        let is_empty = compared.is_empty();
        let may_be_empty = compared.contains('$') || compared.chars().all(|c| c == '*');
        match is_equal {
            true => (!may_be_empty).then_some(name),
            false => is_empty.then_some(name),
        }
    }

    /// Whether a word of the test contains the variable of this name.
    pub(super) fn reads(&self, name: &str) -> bool {
        [Some(&self.left), self.right.as_ref()]
            .into_iter()
            .flatten()
            .any(|text| mentions(text, name))
    }
}

/// Whether `text` contains `$name` or `${name…}`.
fn mentions(text: &str, name: &str) -> bool {
    text.split('$').skip(1).any(|rest| {
        let rest = rest.trim_start_matches(['{', '#', '!']);
        rest.strip_prefix(name).is_some_and(|after| {
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        })
    })
}

/// `text` without the quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

/// The variable whose value `text` is: `$D`, `${D}`, `${D:-}`.
pub(super) fn variable(text: &str) -> Option<String> {
    let rest = text.strip_prefix('$')?;
    let name = match rest.strip_prefix('{') {
        Some(braced) => braced.strip_suffix('}')?.trim_end_matches(":-").trim_end_matches('-'),
        None => rest,
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| name.to_owned())
}

/// The variable whose length `text` is: `${#D}`.
fn length(text: &str) -> Option<String> {
    let name = text.strip_prefix("${#")?.strip_suffix('}')?;
    variable(&format!("${name}"))
}
