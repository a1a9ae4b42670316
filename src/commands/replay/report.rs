//! The counts for machines: `docs/replay.md` describes each field.

use std::collections::BTreeMap;

use serde::Serialize;

use super::tally::{ReplayRuleTally, ReplayTally};
use crate::base::calendar::Utc;
use crate::commands::transcripts::LeftOut;
use crate::ui::format::percent;

/// `replay --json`.
#[derive(Serialize)]
pub(super) struct ReplayReport<'t> {
    v: u32,
    files: u64,
    calls: u64,
    sessions: usize,
    clients: &'t BTreeMap<&'static str, u64>,
    from: Option<String>,
    to: Option<String>,
    silent_percent: Option<f64>,
    advice: u64,
    advice_chars: u64,
    advice_tokens: u64,
    fast_path_of_advice_percent: Option<f64>,
    held: &'t BTreeMap<&'static str, u64>,
    rules: BTreeMap<&'static str, ReplayRule<'t>>,
    left_out: &'t LeftOut,
    time_us: ReplayTimes,
}

/// One rule that had a finding.
#[derive(Serialize)]
struct ReplayRule<'t> {
    severity: &'static str,
    said: u64,
    held: u64,
    sessions: usize,
    chars: u64,
    examples: Vec<ExampleLine<'t>>,
}

#[derive(Serialize)]
struct ExampleLine<'t> {
    about: &'t str,
    advice: &'t str,
}

/// Times in this process, us.
#[derive(Serialize)]
struct ReplayTimes {
    total: u64,
    mean: u64,
    max: u64,
}

impl<'t> ReplayReport<'t> {
    /// The report on this number of files.
    pub(super) fn new(tally: &'t ReplayTally, files: u64) -> Self {
        let rule = |rule: &'t ReplayRuleTally| ReplayRule {
            severity: rule.severity.as_str(),
            said: rule.said,
            held: rule.held,
            sessions: rule.sessions.len(),
            chars: rule.chars,
            examples: rule
                .examples
                .iter()
                .map(|example| ExampleLine { about: &example.about, advice: &example.advice })
                .collect(),
        };
        let answered = tally.calls - tally.silent;
        Self {
            v: 1,
            files,
            calls: tally.calls,
            sessions: tally.sessions.len(),
            clients: &tally.clients,
            from: tally.first_ms.map(|ms| Utc(ms).date()),
            to: tally.last_ms.map(|ms| Utc(ms).date()),
            silent_percent: percent(tally.silent, tally.calls),
            advice: answered,
            advice_chars: tally.chars,
            advice_tokens: tally.chars / 4,
            fast_path_of_advice_percent: percent(tally.answered_fast, answered),
            held: &tally.held,
            rules: tally.rules.iter().map(|(id, tally)| (*id, rule(tally))).collect(),
            left_out: &tally.left_out,
            time_us: ReplayTimes {
                total: tally.us,
                mean: tally.us.checked_div(tally.calls).unwrap_or_default(),
                max: tally.slowest_us,
            },
        }
    }
}
