//! The differences for machines: `docs/replay.md` describes each field.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::tally::{ByChange, ChangeTally, DiffTally, RuleDiff, SaidLine, Spoken};
use crate::base::calendar::Utc;
use crate::commands::replay::trial::Trial;
use crate::commands::transcripts::LeftOut;

/// Version of the JSON. It grows when a field changes its meaning.
const VERSION: u32 = 1;

/// `replay --config FILE --diff --json`.
#[derive(Serialize)]
pub(super) struct DiffReport<'t> {
    v: u32,
    config: &'t Path,
    whose: &'static str,
    files: u64,
    calls: u64,
    sessions: usize,
    from: Option<String>,
    to: Option<String>,
    before: SpokenJson,
    after: SpokenJson,
    appears: u64,
    vanishes: u64,
    changes: u64,
    rules: BTreeMap<&'static str, RuleJson<'t>>,
    left_out: &'t LeftOut,
}

/// How much is said under one set of settings.
#[derive(Serialize)]
struct SpokenJson {
    advice: u64,
    lines: u64,
    chars: u64,
    tokens: u64,
}

/// One rule that speaks under either.
#[derive(Serialize)]
struct RuleJson<'t> {
    before: u64,
    after: u64,
    appears: ChangeJson<'t>,
    vanishes: ChangeJson<'t>,
    changes: ChangeJson<'t>,
}

#[derive(Serialize)]
struct ChangeJson<'t> {
    times: u64,
    sessions: usize,
    reasons: &'t BTreeMap<&'static str, u64>,
    examples: Vec<ExampleJson<'t>>,
}

#[derive(Serialize)]
struct ExampleJson<'t> {
    about: &'t str,
    before: Option<LineJson<'t>>,
    after: Option<LineJson<'t>>,
}

#[derive(Serialize)]
struct LineJson<'t> {
    severity: &'static str,
    advice: &'t str,
}

impl<'t> DiffReport<'t> {
    /// The report on this number of files.
    pub(super) fn new(tally: &'t DiffTally, trial: &'t Trial, files: u64) -> Self {
        let ByChange { appears, vanishes, changes } = tally.lines;
        Self {
            v: VERSION,
            config: &trial.path,
            whose: trial.owner().as_str(),
            files,
            calls: tally.calls,
            sessions: tally.sessions.len(),
            from: tally.first_ms.map(|ms| Utc(ms).date()),
            to: tally.last_ms.map(|ms| Utc(ms).date()),
            before: SpokenJson::of(&tally.before),
            after: SpokenJson::of(&tally.after),
            appears,
            vanishes,
            changes,
            rules: tally.rules.iter().map(|(id, rule)| (*id, RuleJson::of(rule))).collect(),
            left_out: &tally.left_out,
        }
    }
}

impl SpokenJson {
    fn of(spoken: &Spoken) -> Self {
        Self {
            advice: spoken.calls,
            lines: spoken.lines,
            chars: spoken.chars,
            tokens: spoken.chars / 4,
        }
    }
}

impl<'t> RuleJson<'t> {
    fn of(rule: &'t RuleDiff) -> Self {
        Self {
            before: rule.before,
            after: rule.after,
            appears: ChangeJson::of(&rule.lines.appears),
            vanishes: ChangeJson::of(&rule.lines.vanishes),
            changes: ChangeJson::of(&rule.lines.changes),
        }
    }
}

impl<'t> ChangeJson<'t> {
    fn of(change: &'t ChangeTally) -> Self {
        let line = |said: &'t SaidLine| LineJson { severity: said.severity, advice: &said.advice };
        let examples = change.examples.iter().map(|example| ExampleJson {
            about: &example.about,
            before: example.before.as_ref().map(line),
            after: example.after.as_ref().map(line),
        });
        Self {
            times: change.times,
            sessions: change.sessions.len(),
            reasons: &change.reasons,
            examples: examples.collect(),
        }
    }
}
