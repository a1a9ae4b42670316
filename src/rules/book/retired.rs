//! Rules that were in the book and are gone. Their names still mean something: to settings that
//! switch them off, to old ledgers, to whoever asks. A name is never given to another rule.

/// A rule that is gone.
pub struct Retired {
    /// Its id.
    pub id: &'static str,
    /// The version without it.
    pub since: &'static str,
    /// Why it went, and what took its place.
    pub why: &'static str,
}

/// Every rule that is gone.
pub const RETIRED: [Retired; 0] = [];

/// The retired rule with this id.
pub fn named(id: &str) -> Option<&'static Retired> {
    RETIRED.iter().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_bears_the_name_of_one_that_is_gone() {
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
