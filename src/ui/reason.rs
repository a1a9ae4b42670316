//! Why something was not said, for a reader who does not know the ledger's words.

use std::cmp::Reverse;

use super::format::count;
use crate::engine::judge::Held;

/// The reasons and how often each applied, most frequent first.
pub(crate) fn counts<'w>(held: impl IntoIterator<Item = (&'w str, u64)>) -> Vec<String> {
    let mut held: Vec<(&str, u64)> = held.into_iter().collect();
    held.sort_by_key(|(word, times)| (Reverse(*times), *word));
    held.into_iter().map(|(word, times)| format!("{} {}", in_words(word), count(times))).collect()
}

/// A reason in words; one that is unknown stays as it is.
pub(crate) fn in_words(word: &str) -> &str {
    // Version 0.1 had this reason too.
    if word == "learned" {
        return "muted by learning";
    }
    let known = Held::ALL.into_iter().find(|held| held.as_str() == word);
    known.map_or(word, |held| held.in_words())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_of_its_own() {
        for word in ["budget", "gap", "repeat", "early", "no-memory", "holdout", "learned"] {
            assert_ne!(in_words(word), word);
        }
        assert_eq!(
            counts([("gap", 2), ("other", 30)]),
            ["other 30", "too soon after the last line 2"]
        );
    }
}
