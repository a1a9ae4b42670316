//! The deferred rules, which read files, lock files and the session's history, grouped into three
//! analyzers.
//!
//! Deferred rules are in the rule book like all others; the family of a rule decides its analyzer.
//! A call that concerns no deferred rule runs no analyzer. Better forms are recognised on the fast
//! path, since that needs no file.

use crate::rules;
use crate::rules::case::Case;
use crate::rules::gate::Candidates;
use crate::rules::matcher;
use crate::rules::matcher::Matches;
use crate::rules::rule::Analyzer;
use crate::rules::set::RuleSet;

/// The work of one analyzer on one call.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    /// The analyzer.
    pub(crate) analyzer: Analyzer,
    /// The analyzer's rules that the call concerns.
    pub(crate) rules: RuleSet,
}

impl Task {
    /// Does the work on this thread.
    pub(crate) fn look(&self, case: &Case, curious: bool) -> Matches {
        let candidates = Candidates { hit: self.rules, good: RuleSet::EMPTY };
        matcher::look(case, candidates, &[], curious)
    }
}

/// How an analyzer's turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It did its work.
    Done,
    /// It could not do its work.
    Error,
    /// It panicked.
    Panic,
    /// It took longer than its slice of the time.
    Overrun,
    /// It did not start, since its breaker is open.
    Open,
    /// It did not start, since no time was left.
    Late,
}

/// What the analyzers found.
#[derive(Default)]
pub struct Findings {
    /// The matches of all analyzers, in their order.
    pub(crate) matches: Matches,
    /// Each analyzer that had a task, with how its turn ended.
    pub(crate) turns: Vec<(Analyzer, Turn)>,
}

impl Findings {
    /// Whether an analyzer did not finish for lack of time.
    pub(crate) fn is_cut(&self) -> bool {
        self.turns.iter().any(|(_, turn)| matches!(turn, Turn::Overrun | Turn::Late))
    }
}

/// The candidates of the fast path.
pub(crate) fn fast(candidates: Candidates) -> Candidates {
    Candidates { hit: candidates.hit.within(rules::FAST), good: candidates.good }
}

/// The tasks of the analyzers for `case`, in their order. `curious` adds rules that the call does
/// not concern, for their near misses.
pub(crate) fn tasks(case: &Case, candidates: Candidates, curious: bool) -> Vec<Task> {
    let concerned = |set: RuleSet| {
        let concerns = |at: usize| match rules::CONCERNS.get(at).copied().flatten() {
            // The gate has seen that the tool is the rule's.
            Some(concerns) => concerns(case),
            None => rules::at(at).is_some_and(|rule| matcher::concerns(case, &rule.trigger)),
        };
        set.iter().filter(|at| curious || concerns(*at)).fold(RuleSet::EMPTY, RuleSet::with)
    };
    rules::DEEP
        .into_iter()
        .map(|(analyzer, rules)| Task { analyzer, rules: candidates.hit.within(rules) })
        .filter(|task| !task.rules.is_empty())
        .map(|task| Task { rules: concerned(task.rules), ..task })
        .filter(|task| !task.rules.is_empty())
        .collect()
}

/// Does every task on this thread, without a time limit, for `explain` and recorded calls. If an
/// existing file cannot be read, the analyzer's matches count only for a curious caller, as on a
/// worker.
pub fn look(case: &Case, tasks: &[Task], curious: bool) -> Findings {
    let mut findings = Findings::default();
    for task in tasks {
        let matches = task.look(case, curious);
        if curious || !case.environment.has_trouble() {
            findings.matches.extend(matches);
            findings.turns.push((task.analyzer, Turn::Done));
        } else {
            findings.turns.push((task.analyzer, Turn::Error));
        }
    }
    findings
}
