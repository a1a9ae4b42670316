//! What the rules say of a call, memory left aside: the gate, the fast path, the analyzers.

use std::time::Instant;

use super::analyzers::{self, Findings, Task, Turn};
use super::judge;
use crate::protocol::event::Tool;
use crate::rules;
use crate::rules::case::Case;
use crate::rules::matcher::{self, Matches};
use crate::rules::rule::Analyzer;
use crate::rules::{custom, gate};

/// How far a call went through the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The gate found nothing: the command was not parsed.
    None,
    /// Rules on the parsed call.
    Fast,
    /// Analyzers too.
    Deep,
    /// Analyzers, of which not all had the time to end.
    Cut,
}

impl Via {
    /// The word in ledgers and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fast => "fast",
            Self::Deep => "deep",
            Self::Cut => "cut",
        }
    }
}

/// What the rules made of a call, memory left aside.
pub struct Examination {
    /// Rules that hold, most important first; better forms; near misses.
    pub matches: Matches,
    /// Each analyzer that was asked, with how its turn ended.
    pub turns: Vec<(Analyzer, Turn)>,
    /// How far it went.
    pub via: Via,
    /// Stages with the time each took, us.
    pub stages: Vec<(&'static str, u64)>,
    /// What analyzers have to do that were not asked yet.
    left: Vec<Task>,
}

/// Runs the gate and the rules over a case; `ask` gets the analyzers' work done. `curious` collects
/// near misses too.
pub fn examine(case: &Case, curious: bool, ask: impl FnOnce(&[Task]) -> Findings) -> Examination {
    let mut examination = Examination::of_fast_path(case, curious);
    examination.deepen(case, ask);
    examination
}

impl Examination {
    pub(super) fn of_fast_path(case: &Case, curious: bool) -> Self {
        let start = Instant::now();
        let candidates = gate::candidates(case.event);
        let own = custom::candidates(&case.settings, &case.environment, case.event);
        let mut stages = vec![("gate", micros(start))];
        if candidates.is_empty() && own.is_empty() {
            let (matches, turns, left) = (Matches::default(), Vec::new(), Vec::new());
            return Self { matches, turns, via: Via::None, stages, left };
        }
        let deferred_only = own.is_empty() && candidates.are_deferred();
        if !deferred_only || curious {
            parse(case, &mut stages);
        }
        let start = Instant::now();
        let mut matches = matcher::look(case, analyzers::fast(candidates), &own, curious);
        judge::rank(&mut matches.hit);
        let left = analyzers::tasks(case, candidates, curious);
        stages.push(("rules", micros(start)));
        let via = if deferred_only { Via::None } else { Via::Fast };
        Self { matches, turns: Vec::new(), via, stages, left }
    }

    /// Runs the pending analyzers.
    pub(super) fn deepen(&mut self, case: &Case, ask: impl FnOnce(&[Task]) -> Findings) {
        let tasks = std::mem::take(&mut self.left);
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
        self.stages.push(("analyzers", micros(start)));
    }

    /// Whether analyzers may be spared if what the fast path found is said: they know nothing that
    /// would be said in its place.
    pub(super) fn outranks_what_is_left(&self) -> bool {
        let outranked = |task: &Task| judge::outranks_rules(&self.matches.hit, task.rules);
        !self.left.is_empty() && self.left.iter().all(outranked)
    }

    /// Leaves the analyzers unasked. Of their rules nothing is known then, not even that the better
    /// form was used.
    pub(super) fn spare(&mut self) {
        for task in std::mem::take(&mut self.left) {
            let unknown: Vec<&str> =
                task.rules.iter().filter_map(rules::at).map(|rule| rule.id).collect();
            self.matches.good.retain(|rule| !unknown.contains(&rule.id));
        }
    }
}

fn parse(case: &Case, stages: &mut Vec<(&'static str, u64)>) {
    if case.is(Tool::Shell) && case.outcome().is_none() {
        let start = Instant::now();
        case.script();
        stages.push(("parse", micros(start)));
    }
}

/// Time since `start`, us.
pub(super) fn micros(start: Instant) -> u64 {
    start.elapsed().as_micros() as u64
}
