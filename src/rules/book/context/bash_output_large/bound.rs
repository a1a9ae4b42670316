//! A form of a command that prints less.

use crate::base::text;
use crate::rules::advice::Advice;
use crate::rules::book::support::output::kilobytes;

/// An agent asks for a diff or a file to read it: such output is large only where clients begin to
/// cut it (30,000 characters), bytes.
pub(super) const CUT_BYTES: u64 = 24_000;

/// Lines that are longer on average are not for reading, bytes: they are data in one piece.
pub(super) const LONG_LINE_BYTES: u64 = 400;

/// A longer rewrite leaves no room for the words around it, characters.
const MAX_REWRITE_CHARS: usize = 90;

/// A form of a command that prints less.
pub(super) struct Bound {
    /// The script with it, if that is certain.
    pub(super) rewrite: Option<String>,
    /// What to do after the rewrite.
    next: &'static str,
    /// What to do next time, in words.
    words: String,
}

impl Bound {
    pub(super) fn new(rewrite: Option<String>, words: impl Into<String>) -> Self {
        Self { rewrite, next: "", words: words.into() }
    }

    /// The same, in words only unless the rewrite is known to be right.
    pub(super) fn rewritten_if(self, is_right: bool) -> Self {
        Self { rewrite: self.rewrite.filter(|_| is_right), ..self }
    }

    /// What to do in words, where no rewrite is certain.
    pub(super) fn words(words: impl Into<String>) -> Self {
        Self::new(None, words)
    }

    pub(super) fn then(self, next: &'static str) -> Self {
        Self { next, ..self }
    }

    /// The advice about so many `bytes` of output from the command `name`, called `source` where
    /// the advice does not show the rewrite.
    pub(super) fn advice(self, bytes: u64, name: &str, source: &str) -> Advice {
        let size = kilobytes(bytes);
        let plain = Advice::plain(format!("{source} printed {size}: next time {}", self.words));
        // The rewrite is inside the sentence, so `Advice::better` does not check it.
        let rewrite = self.rewrite.filter(|rewrite| {
            rewrite.chars().count() <= MAX_REWRITE_CHARS
                && text::clean(rewrite) == *rewrite
                && !rewrite.contains(['`', char::REPLACEMENT_CHARACTER])
        });
        match rewrite {
            Some(rewrite) if self.next.is_empty() => {
                Advice::better(format!("{name} printed {size}; next time"), rewrite, plain.plain)
            }
            Some(rewrite) => {
                let next = self.next;
                Advice::plain(format!("{name} printed {size}; next time: `{rewrite}`, then {next}"))
            }
            None => plain,
        }
    }
}
