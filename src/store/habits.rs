//! What a session showed of the rules that have a lesson, read from the beginning of its ledger.

use std::collections::{BTreeSet, HashSet};
use std::fs::OpenOptions;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::effect::lesson_units::LESSON_CALLS;
use super::effect::units::ENDED_MS;
use super::history::lines;
use super::ledger_file::{self, LedgerLines};
use super::line::{Arm, CallLine, WarningLine};
use crate::base::state_dir;

/// Most bytes of calls that are read. The first hundred lines are mostly shorter.
const CALLS_BYTES: u64 = 128 << 10;

/// Most bytes of warnings that are read. Lessons come first.
const WARNINGS_BYTES: u64 = 16 << 10;

/// What a session's main agent showed in its first [`LESSON_CALLS`] calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Habits {
    /// Number of calls, at most [`LESSON_CALLS`]. With 0 the session was not looked at yet.
    #[serde(rename = "n")]
    pub(crate) calls: usize,
    /// Nothing can change any more: there are enough calls, or the session has ended.
    #[serde(rename = "end", skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_final: bool,
    /// The rules that came up.
    #[serde(rename = "hit", skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) hit: BTreeSet<String>,
    /// The rules whose lesson it was told.
    #[serde(rename = "told", skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) told: BTreeSet<String>,
}

impl Habits {
    /// What these lines of a ledger show of the rules that `counts` accepts, at `now`, unix ms.
    pub(crate) fn of(
        calls: &[CallLine],
        warnings: &[WarningLine],
        now: u64,
        counts: impl Fn(&str) -> bool,
    ) -> Self {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut first: Vec<&CallLine> = calls.iter().collect();
        first.retain(|call| call.call.is_empty() || seen.insert(call.call.as_ref()));
        first.truncate(LESSON_CALLS);
        let has_ended = first.last().is_some_and(|call| now.saturating_sub(call.t) >= ENDED_MS);
        let hit = first.iter().flat_map(|call| &call.hit).filter(|rule| counts(rule));
        let told = warnings.iter().filter(|line| line.arm_of_lesson() == Some(Arm::Told));
        Self {
            calls: first.len(),
            is_final: first.len() == LESSON_CALLS || has_ended,
            hit: hit.map(|rule| rule.clone().into_owned()).collect(),
            told: told.map(|line| line.lesson.clone()).filter(|rule| counts(rule)).collect(),
        }
    }

    /// The same of the ledger with this stem. `None` if it has no calls that can be read.
    pub(crate) fn read(
        state: &Path,
        stem: &str,
        now: u64,
        counts: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        let head = |part: LedgerLines, limit: u64| -> Option<Vec<u8>> {
            let path = ledger_file::path(&state.join("sessions"), stem, part);
            let file = state_dir::open(&path, OpenOptions::new().read(true)).ok()?;
            let meta = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
            state_dir::read_head(file, &meta, limit).ok()
        };
        let calls = head(LedgerLines::Calls, CALLS_BYTES)?;
        // The hook may be registered twice, so that each call has two lines.
        let calls: Vec<CallLine> =
            lines(&calls).take(2 * LESSON_CALLS).filter_map(CallLine::of).collect();
        let warnings = head(LedgerLines::Warnings, WARNINGS_BYTES).unwrap_or_default();
        let warnings: Vec<WarningLine> = lines(&warnings).filter_map(WarningLine::of).collect();
        (!calls.is_empty()).then(|| Self::of(&calls, &warnings, now, counts))
    }
}
