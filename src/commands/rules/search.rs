//! Searches the rule book: which rules are about some words.

use super::facts::summary;
use crate::rules;
use crate::rules::rule::Rule;

/// The rules about all of these words: they are in its id, topic, summary or lesson; where no rule
/// has them there, in one of the calls on which it speaks.
pub(super) fn about(words: &[String], all: &[&'static Rule]) -> Vec<&'static Rule> {
    let words: Vec<String> =
        words.iter().flat_map(|words| words.split_whitespace()).map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let having = |text: fn(&Rule) -> Vec<String>| -> Vec<&'static Rule> {
        let has = |rule: &&&'static Rule| {
            let texts = text(rule);
            texts.iter().any(|text| words.iter().all(|word| text.to_lowercase().contains(word)))
        };
        all.iter().filter(has).copied().collect()
    };
    let described = having(|rule| {
        let topic = rules::topic(rule.id).unwrap_or_default();
        vec![[rule.id, topic, &summary(rule), rule.lesson.unwrap_or_default()].join(" ")]
    });
    if described.is_empty() {
        having(|rule| rule.hits.iter().map(ToString::to_string).collect())
    } else {
        described
    }
}
