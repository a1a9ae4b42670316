//! Rules that are no longer in the book. Settings that disable them, old ledgers and users still
//! name them, so their ids are never given to other rules.

/// A rule that is no longer in the book.
pub(crate) struct Retired {
    /// Its id.
    pub id: &'static str,
    /// The first version without it.
    pub since: &'static str,
    /// Why it was removed, and what replaces it.
    pub why: &'static str,
}

/// Every retired rule.
pub(crate) const RETIRED: [Retired; 0] = [];

/// The retired rule with this id.
pub(crate) fn named(id: &str) -> Option<&'static Retired> {
    RETIRED.iter().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_has_the_id_of_a_retired_one() {
        for rule in &RETIRED {
            assert!(
                crate::rules::named(rule.id).is_none(),
                "{} is back under its old name",
                rule.id
            );
            assert!(rule.why.ends_with('.'), "{}: why must be a sentence", rule.id);
        }
    }
}
