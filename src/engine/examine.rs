//! Runs the rules on a call, without regard to what was said before: the gate, the fast path, the
//! analyzers.

use std::time::Instant;

use super::analyzers::{self, Findings, Task, Turn};
use super::judge;
use crate::protocol::event::Tool;
use crate::rules;
use crate::rules::case::Case;
use crate::rules::matcher::{self, Matches};
use crate::rules::rule::Analyzer;
use crate::rules::{custom, gate};

/// How far a call got through the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The gate found no candidate, so the command was not parsed.
    None,
    /// The rules of the fast path looked at the parsed call.
    Fast,
    /// The analyzers looked at it too.
    Deep,
    /// The analyzers looked at it too, but not all of them had time to finish.
    Cut,
}

impl Via {
    /// The word in ledgers and reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fast => "fast",
            Self::Deep => "deep",
            Self::Cut => "cut",
        }
    }
}

/// What the rules found, without regard to what was said before.
pub struct Examination {
    /// Findings, most important first; better forms; near misses.
    pub matches: Matches,
    /// Each analyzer that had a task, with how its turn ended.
    pub(crate) turns: Vec<(Analyzer, Turn)>,
    /// How far the call got.
    pub(crate) via: Via,
    /// The time that each stage took, us.
    pub(crate) stages: Vec<(&'static str, u64)>,
    /// The tasks of the analyzers that have not run yet.
    pending: Vec<Task>,
}

/// Runs the gate and the rules on a case; `ask` runs the analyzers. `curious` collects near misses
/// too.
pub fn examine(case: &Case, curious: bool, ask: impl FnOnce(&[Task]) -> Findings) -> Examination {
    let mut examination = Examination::of_fast_path(case, curious);
    examination.deepen(case, ask);
    examination
}

impl Examination {
    pub(super) fn of_fast_path(case: &Case, curious: bool) -> Self {
        let start = Instant::now();
        let candidates = gate::candidates(case.event);
        let custom_rules = custom::candidates(&case.settings, &case.environment, case.event);
        let mut stages = vec![("gate", micros_since(start))];
        if candidates.is_empty() && custom_rules.is_empty() {
            let (matches, turns, pending) = (Matches::default(), Vec::new(), Vec::new());
            return Self { matches, turns, via: Via::None, stages, pending };
        }
        let deferred_only = custom_rules.is_empty() && candidates.are_deferred();
        if !deferred_only || curious {
            parse(case, &mut stages);
        }
        let start = Instant::now();
        let mut matches = matcher::look(case, analyzers::fast(candidates), &custom_rules, curious);
        judge::rank(&mut matches.hit);
        let pending = analyzers::tasks(case, candidates, curious);
        stages.push(("rules", micros_since(start)));
        let via = if deferred_only { Via::None } else { Via::Fast };
        Self { matches, turns: Vec::new(), via, stages, pending }
    }

    /// Runs the pending analyzers.
    pub(super) fn deepen(&mut self, case: &Case, ask: impl FnOnce(&[Task]) -> Findings) {
        let tasks = std::mem::take(&mut self.pending);
        if tasks.is_empty() {
            return;
        }
        parse(case, &mut self.stages);
        let start = Instant::now();
        let findings = ask(&tasks);
        self.via = if findings.is_cut() { Via::Cut } else { Via::Deep };
        self.turns = findings.turns;
        self.matches.extend(findings.matches);
        judge::rank(&mut self.matches.hit);
        self.stages.push(("analyzers", micros_since(start)));
    }

    /// Whether the pending analyzers can be skipped if the fast path's first finding is said: none
    /// of their rules could be said in its place.
    pub(super) fn outranks_pending(&self) -> bool {
        let outranked = |task: &Task| judge::outranks_rules(&self.matches.hit, task.rules);
        !self.pending.is_empty() && self.pending.iter().all(outranked)
    }

    /// Drops the pending analyzers. Without their result a better form of their rules must not
    /// count either.
    pub(super) fn skip_pending(&mut self) {
        for task in std::mem::take(&mut self.pending) {
            let skipped: Vec<&str> =
                task.rules.iter().filter_map(rules::at).map(|rule| rule.id).collect();
            self.matches.good.retain(|rule| !skipped.contains(&rule.id));
        }
    }
}

fn parse(case: &Case, stages: &mut Vec<(&'static str, u64)>) {
    if case.is(Tool::Shell) && case.outcome().is_none() {
        let start = Instant::now();
        case.script();
        stages.push(("parse", micros_since(start)));
    }
}

/// The time since `start`, us.
pub(super) fn micros_since(start: Instant) -> u64 {
    start.elapsed().as_micros() as u64
}
