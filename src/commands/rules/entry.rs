//! A rule in JSON.

use serde::Serialize;

use super::facts::{numbers, summary};
use crate::commands::context::custom_rule_of;
use crate::rules;
use crate::rules::book::severities;
use crate::rules::rule::Rule;

/// A rule in JSON.
#[derive(Debug, Serialize)]
pub(super) struct RuleEntry {
    id: &'static str,
    /// It is a custom rule.
    own: bool,
    /// The group that it is listed in; empty for a custom rule.
    topic: &'static str,
    severity: &'static str,
    /// Where findings matter more or less.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<Elsewhere>,
    summary: String,
    why: &'static str,
    /// What a new session is told if this is a habit.
    #[serde(skip_serializing_if = "Option::is_none")]
    lesson: Option<&'static str>,
    needs: Vec<&'static str>,
    /// Numbers to set.
    numbers: Vec<String>,
    hits: Vec<String>,
    misses: Vec<String>,
    since: &'static str,
    /// Why it is suppressed here.
    #[serde(skip_serializing_if = "Option::is_none")]
    silenced: Option<String>,
}

#[derive(Debug, Serialize)]
struct Elsewhere {
    severity: &'static str,
    /// Where it holds.
    at: &'static str,
}

impl RuleEntry {
    pub(super) fn of(rule: &Rule, suppression: Option<String>) -> Self {
        Self {
            id: rule.id,
            own: custom_rule_of(rule).is_some(),
            topic: rules::topic(rule.id).unwrap_or_default(),
            severity: rule.severity.as_str(),
            elsewhere: severities::elsewhere(rule.id)
                .map(|(severity, at)| Elsewhere { severity: severity.as_str(), at })
                .collect(),
            summary: summary(rule),
            why: rule.why,
            lesson: rule.lesson,
            needs: rule.needs.iter().map(|need| need.as_str()).collect(),
            numbers: numbers(rule),
            hits: rule.hits.iter().map(ToString::to_string).collect(),
            misses: rule.misses.iter().map(ToString::to_string).collect(),
            since: rule.since,
            silenced: suppression,
        }
    }
}
