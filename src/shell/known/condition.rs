//! The tests of `[`, `test` and `[[`, and what their results say about variables.

use rable::{Node, NodeKind};

use super::super::words::Word;
use super::fact::{Fact, Test};

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
