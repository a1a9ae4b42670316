//! A form of a command that prints less.

use crate::rules::advice::Advice;
use crate::rules::book::support::output::kilobytes;

/// An agent asks for a diff or a file to read it: such output is large only where clients begin to
/// cut it (30,000 characters), bytes.
pub(super) const CUT_BYTES: u64 = 24_000;

/// Lines that are longer on average are not for reading, bytes: they are data in one piece.
pub(super) const LONG_LINE_BYTES: u64 = 400;

/// A form of a command that prints less.
pub(super) struct Bound {
    /// The script with it, if that is certain.
    rewrite: Option<String>,
    /// What to do after the rewrite.
    next: Option<&'static str>,
    /// The same in words.
    words: String,
}

impl Bound {
    pub(super) fn new(rewrite: Option<String>, words: impl Into<String>) -> Self {
        Self { rewrite, next: None, words: words.into() }
    }

    pub(super) fn then(self, next: &'static str) -> Self {
        Self { next: Some(next), ..self }
    }

    /// The advice about so many `bytes` of output from the command `name`, called `source` where
    /// the advice does not show the rewrite.
    pub(super) fn advice(self, bytes: u64, name: &str, source: &str) -> Advice {
        let size = kilobytes(bytes);
        let plain = format!("{size} of {source}: {}", self.words);
        let lead = format!("{size} of {name}");
        match (self.rewrite, self.next) {
            (None, _) => Advice::plain(plain),
            // `Advice::better` has no place for words behind the rewrite, nor checks a rewrite
            // inside a plain sentence.
            (Some(rewrite), Some(next))
                if rewrite.chars().count() <= 90 && !rewrite.contains('`') =>
            {
                Advice::plain(format!("{lead}: `{rewrite}`, {next}"))
            }
            (Some(rewrite), _) => Advice::better(lead, rewrite, plain),
        }
    }
}
