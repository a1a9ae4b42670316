//! Whether something changed since earlier calls that this session's own calls do not show: work of
//! its other agents, and of whoever else writes into the project.

use super::Case;
use crate::project::disk::{self, Span};
use crate::store::history::CallLine;

/// A run begins a little earlier than its duration says, ms: the hook starts after its end.
const LATENCY_MS: u64 = 200;

impl Case<'_> {
    /// Whether another agent of the session, or somebody on disk, changed a file since the first of
    /// these `runs`, oldest first. What changed while one of the others or this call ran is their
    /// own work. A `false` says that no change was seen.
    ///
    /// It opens files, so only an analyzer may ask.
    pub(crate) fn saw_change_since(&self, runs: &[&CallLine]) -> bool {
        let (Some(ledger), Some((first, later))) = (self.ledger, runs.split_first()) else {
            return false;
        };
        if ledger.is_recorded() {
            return false;
        }
        if self.calls_of_others(first.t).iter().any(|call| !call.reads) {
            return true;
        }
        let mut span = Span { since: first.t, runs: Vec::new() };
        let mut previous = first.t;
        let this = (self.now_ms(), self.event.duration_ms);
        for (end, duration) in later.iter().map(|run| (run.t, run.dur)).chain([this]) {
            let start = duration.map(|ms| end.saturating_sub(ms));
            // A duration that reaches back over the run before is of a call beside it.
            if let Some(start) = start.filter(|start| *start >= previous) {
                span.runs.push((start.saturating_sub(LATENCY_MS).max(previous), end));
            }
            previous = end;
        }
        disk::has_changed(&self.environment, &span)
    }

    /// The calls since `since`, unix ms, of the session's other agents.
    pub(crate) fn calls_of_others(&self, since: u64) -> Vec<CallLine<'static>> {
        self.ledger.map(|ledger| ledger.calls_of_others(since)).unwrap_or_default()
    }
}
