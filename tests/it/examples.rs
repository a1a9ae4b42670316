//! Every example of every rule through the built binary.

use toolcoach::rules;

use crate::harness::{World, advice};

#[test]
fn every_hit_fires_and_is_said() {
    for rule in rules::all() {
        for example in rule.hits {
            let world = World::new();
            let call = world.example(example);
            let report = call.explain();
            let found = advice(&report);
            let text = found.iter().find(|(id, _)| id == rule.id).map(|(_, text)| text);
            let text = text.unwrap_or_else(|| panic!("{} is silent on {example}: {report}", rule.id));
            assert!(text.contains(example.says), "{example}: {text:?} does not hold {:?}", example.says);
            // The hook says the first of them, and no session means that nothing is held back.
            let answer = call.answer().unwrap_or_else(|| panic!("the hook is silent on {example}"));
            assert!(answer.starts_with(&found[0].1), "{example}: {answer:?}");
        }
    }
}

#[test]
fn every_miss_is_silent() {
    for rule in rules::all() {
        for example in rule.misses {
            let report = World::new().example(example).explain();
            assert!(
                advice(&report).iter().all(|(id, _)| id != rule.id),
                "{} speaks on {example}: {report}",
                rule.id
            );
        }
    }
}

#[test]
fn every_rule_is_shown_by_examples() {
    let mut ids = Vec::new();
    for rule in rules::all() {
        assert!(rule.hits.len() >= 6, "{} has {} hits", rule.id, rule.hits.len());
        assert!(rule.misses.len() >= 8, "{} has {} misses", rule.id, rule.misses.len());
        assert!(!ids.contains(&rule.id), "{} is there twice", rule.id);
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{} is not kebab-case", rule.id);
        assert!(!rule.why.is_empty() && rule.why.ends_with('.'), "{}: why must be a sentence", rule.id);
        assert!(!rule.summary.ends_with('.'), "{}: the summary is no sentence", rule.id);
        ids.push(rule.id);
    }
}
