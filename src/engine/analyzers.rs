//! The heavier thinking: rules that read files, lock files and the session's history, grouped into
//! three analyzers.
//!
//! Their rules stand in the rule book like all others; the family says which analyzer looks at
//! them. A call that concerns none of them starts nothing. Better forms are told on the fast path:
//! they need no file.

use crate::rules;
use crate::rules::case::Case;
use crate::rules::gate::Candidates;
use crate::rules::matcher;
use crate::rules::matcher::Matches;
use crate::rules::rule::Analyzer;
use crate::rules::set::RuleSet;

/// What one analyzer is to look at.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    /// The analyzer.
    pub analyzer: Analyzer,
    /// Its rules that the call concerns.
    pub rules: RuleSet,
}

impl Task {
    /// Does the work, here and now.
    pub fn look(&self, case: &Case, curious: bool) -> Matches {
        let candidates = Candidates { hit: self.rules, good: RuleSet::EMPTY };
        matcher::look(case, candidates, &[], curious)
    }
}

/// How an analyzer's turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It has done its work.
    Done,
    /// It said that it cannot do its work.
    Error,
    /// It panicked.
    Panic,
    /// It took longer than its slice of time.
    Overrun,
    /// Its breaker is open.
    Open,
    /// The time was over before it began.
    Late,
}

/// What the analyzers made of a call.
#[derive(Default)]
pub struct Findings {
    /// Of all analyzers, in their order.
    pub matches: Matches,
    /// Each analyzer that was asked, with how its turn ended.
    pub turns: Vec<(Analyzer, Turn)>,
}

impl Findings {
    /// Whether something was left out for lack of time.
    pub fn is_cut(&self) -> bool {
        self.turns.iter().any(|(_, turn)| matches!(turn, Turn::Overrun | Turn::Late))
    }
}

/// The part of `candidates` that is looked at on the fast path.
pub fn fast(candidates: Candidates) -> Candidates {
    Candidates { hit: candidates.hit.within(rules::FAST), good: candidates.good }
}

/// What the analyzers have to do for `case`, in their order. `curious` asks also where a call is of
/// no size or kind to concern a rule, for the near misses.
pub fn tasks(case: &Case, candidates: Candidates, curious: bool) -> Vec<Task> {
    let concerned = |set: RuleSet| {
        let concerns =
            |at: usize| rules::at(at).is_some_and(|rule| matcher::concerns(case, &rule.trigger));
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

/// Does every task here and now, without a limit: for `explain` and for past calls. What an
/// analyzer found that could not read what is there counts for a curious caller only, as on a
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
