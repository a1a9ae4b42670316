//! The words that the pages share: what is counted, and why something was not said.

use super::statistics::Statistics;
use crate::engine::judge::Held;
use crate::ui::format::{days, duration};

/// Upper bounds of the bars of times, us.
pub(super) const TIMES_US: [u64; 11] =
    [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/// Which calls are counted, as it follows the program's name.
pub(super) fn scope(stats: &Statistics) -> String {
    let filter = &stats.filter;
    let mut scope = days(stats.tally.first_ms, stats.tally.last_ms);
    if let Some(ms) = filter.since_ms {
        scope += &format!(", the last {}", duration(ms));
    }
    if let Some(client) = filter.client {
        scope += &format!(", {} only", client.name());
    }
    if filter.session.is_some() {
        scope += ", one session";
    }
    scope
}

/// The label of the times up to a bound of [`TIMES_US`] and over the one before.
pub(super) fn bucket_label(at: usize) -> String {
    match TIMES_US.get(at) {
        Some(us) if *us >= 1000 => format!("to {} ms", us / 1000),
        Some(us) => format!("to {us} us"),
        None => "longer".to_owned(),
    }
}

/// Why a line was not said, for a reader who does not know the ledger's word.
pub(super) fn reason(word: &str) -> String {
    // Version 0.1 had this reason too.
    if word == "learned" {
        return "muted by learning".to_owned();
    }
    let known = Held::ALL.into_iter().find(|held| held.as_str() == word);
    known.map_or_else(|| word.to_owned(), |held| held.in_words().to_owned())
}

/// A label with a capital letter.
pub(super) fn capitalized(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_of_its_own() {
        for word in ["budget", "gap", "repeat", "early", "no-memory", "holdout", "learned"] {
            assert_ne!(reason(word), word);
        }
        assert_eq!(reason("other"), "other");
    }
}
