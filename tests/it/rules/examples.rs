//! Every example of every rule through the built binary.

use std::collections::BTreeMap;

use toolcoach::rules;
use toolcoach::rules::rule::Severity;

use crate::harness::{World, advice};
use crate::rules::example_world::{EARLIER, LEAST_HITS, LEAST_MISSES};
use crate::store::ledger;

/// Fails with all that was found, so that a new rule is mended in one go.
#[track_caller]
fn none_of(failures: &[String]) {
    assert!(failures.is_empty(), "{} examples fail:\n{}", failures.len(), failures.join("\n"));
}

/// The severities that `toolcoach rules` lists of each rule.
fn listed_severities() -> BTreeMap<String, Vec<String>> {
    let entries: serde_json::Value =
        serde_json::from_str(&World::new().told(&["rules", "--json"]).1).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let severities = |entry: &serde_json::Value| {
        let elsewhere = entry["elsewhere"].as_array().into_iter().flatten();
        let others = elsewhere.map(|other| text(&other["severity"]));
        std::iter::once(text(&entry["severity"])).chain(others).collect()
    };
    let entries = entries.as_array().unwrap().iter();
    entries.map(|entry| (text(&entry["id"]), severities(entry))).collect()
}

#[test]
fn every_hit_fires_and_is_said() {
    let mut failures = Vec::new();
    let mut stored = BTreeMap::new();
    let severities = listed_severities();
    for rule in rules::all() {
        for example in rule.hits {
            let world = World::new();
            let call = world.example(example);
            let report = call.explain();
            let found = advice(&report);
            let Some((_, text)) = found.iter().find(|(id, _)| id == rule.id) else {
                failures.push(format!("{} is silent on {example}: {report}", rule.id));
                continue;
            };
            if !text.contains(example.says) {
                failures.push(format!("{example}: {text:?} does not hold {:?}", example.says));
            }
            // What the fast path found may spare an analyzer, on its rules' word.
            let mut entries = report["advice"].as_array().into_iter().flatten();
            let louder = |entry: &serde_json::Value| {
                entry["rule"] == rule.id
                    && entry["path"] != "fast"
                    && entry["severity"] != rule.severity.as_str()
                    && entry["severity"] != Severity::Hint.as_str()
            };
            if entries.any(louder) {
                failures.push(format!(
                    "{} is louder than its severity on {example}: {report}",
                    rule.id
                ));
            }
            let entries = report["advice"].as_array().into_iter().flatten();
            for entry in entries.filter(|entry| entry["rule"] == rule.id) {
                let severity = entry["severity"].as_str().unwrap();
                if !severities[rule.id].contains(&severity.to_owned()) {
                    failures.push(format!("{} is {severity} on {example}: not listed", rule.id));
                }
            }
            // The hook says the first of them: nothing was said before in this session, or there is
            // none.
            if !call.answer().is_some_and(|answer| answer.starts_with(&found[0].1)) {
                failures.push(format!("the hook does not begin with {:?} on {example}", found[0]));
            }
            // What a session keeps of it has the published form.
            call.session(EARLIER).id("toolu_1").answer();
            ledger::check(&world, &mut stored);
        }
    }
    none_of(&failures);
    assert!(stored["call"] > 400 && stored["warning"] > 300, "{stored:?}");
}

#[test]
fn every_miss_is_silent() {
    let mut failures = Vec::new();
    for rule in rules::all() {
        for example in rule.misses {
            let report = World::new().example(example).explain();
            if advice(&report).iter().any(|(id, _)| id == rule.id) {
                failures.push(format!("{} speaks on {example}: {}", rule.id, report["advice"]));
            }
        }
    }
    none_of(&failures);
}

#[test]
fn every_rule_is_shown_by_examples() {
    let mut ids = Vec::new();
    for rule in rules::all() {
        assert!(
            rule.hits.len() >= LEAST_HITS,
            "{} has {} hits, at least {LEAST_HITS}",
            rule.id,
            rule.hits.len()
        );
        assert!(
            rule.misses.len() >= LEAST_MISSES,
            "{} has {} misses, at least {LEAST_MISSES}",
            rule.id,
            rule.misses.len()
        );
        for example in rule.hits.iter().chain(rule.misses) {
            let line = example.to_string();
            assert!(!line.contains(|c: char| c.is_control() && c != '\n'), "{line:?}");
        }
        assert!(!ids.contains(&rule.id), "{} is there twice", rule.id);
        assert!(
            rule.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
            "{} is not kebab-case",
            rule.id
        );
        assert!(
            !rule.why.is_empty() && rule.why.ends_with('.'),
            "{}: why must be a sentence",
            rule.id
        );
        assert!(!rule.summary.ends_with('.'), "{}: the summary is no sentence", rule.id);
        ids.push(rule.id);
    }
}
