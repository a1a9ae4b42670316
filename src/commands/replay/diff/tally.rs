//! Counts the lines that differ. Counts and examples do not depend on the order of calls and files.

use std::collections::{BTreeMap, BTreeSet};

use crate::commands::replay::tally::{about_call, hash, keep};
use crate::commands::transcripts::{FirstAnswer, LeftOut, Replayed};
use crate::engine::judge::Held;
use crate::rules::matcher::Match;

/// The word for a rule that found nothing, beside the words of [`Held`].
pub(super) const NO_MATCH: &str = "no-match";

/// How a line differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Only the new file has it said.
    Appears,
    /// Only the settings in force have it said.
    Vanishes,
    /// Both do, in other words or with another severity.
    Changes,
}

impl Change {
    pub(super) const ALL: [Self; 3] = [Self::Appears, Self::Vanishes, Self::Changes];
}

/// Something for each change.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct ByChange<T> {
    pub(super) appears: T,
    pub(super) vanishes: T,
    pub(super) changes: T,
}

impl<T> ByChange<T> {
    pub(super) fn of(&self, change: Change) -> &T {
        match change {
            Change::Appears => &self.appears,
            Change::Vanishes => &self.vanishes,
            Change::Changes => &self.changes,
        }
    }

    fn of_mut(&mut self, change: Change) -> &mut T {
        match change {
            Change::Appears => &mut self.appears,
            Change::Vanishes => &mut self.vanishes,
            Change::Changes => &mut self.changes,
        }
    }

    fn add(&mut self, other: Self, mut add: impl FnMut(&mut T, T)) {
        add(&mut self.appears, other.appears);
        add(&mut self.vanishes, other.vanishes);
        add(&mut self.changes, other.changes);
    }
}

/// The counts.
#[derive(Default)]
pub(super) struct DiffTally {
    pub(super) calls: u64,
    pub(super) sessions: BTreeSet<u64>,
    pub(super) first_ms: Option<u64>,
    pub(super) last_ms: Option<u64>,
    /// What is said under the settings in force.
    pub(super) before: Spoken,
    /// What is said under the new file.
    pub(super) after: Spoken,
    /// How many lines differ.
    pub(super) lines: ByChange<u64>,
    /// Each rule that speaks under either.
    pub(super) rules: BTreeMap<&'static str, RuleDiff>,
    pub(super) left_out: LeftOut,
    /// Most examples of each change of a rule.
    wanted: usize,
}

/// How much is said.
#[derive(Default)]
pub(super) struct Spoken {
    /// Calls with a line.
    pub(super) calls: u64,
    pub(super) lines: u64,
    pub(super) chars: u64,
}

/// The counts of one rule.
#[derive(Default)]
pub(super) struct RuleDiff {
    pub(super) before: u64,
    pub(super) after: u64,
    pub(super) lines: ByChange<ChangeTally>,
}

/// How often the lines of a rule differ in one way.
#[derive(Default)]
pub(super) struct ChangeTally {
    pub(super) times: u64,
    pub(super) sessions: BTreeSet<u64>,
    /// Why the line is not said under the other settings: a word of the ledger, or [`NO_MATCH`].
    pub(super) reasons: BTreeMap<&'static str, u64>,
    /// Examples in order, at most as many as wanted.
    pub(super) examples: BTreeSet<ChangedLine>,
}

/// A line that differs. Those of a rule are ordered like the examples of a replay: the first in each
/// session come first, and sessions are in an order that depends on their names only.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ChangedLine {
    nth: u64,
    order: u64,
    /// The command or file.
    pub(super) about: String,
    pub(super) before: Option<SaidLine>,
    pub(super) after: Option<SaidLine>,
}

/// A line of advice.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SaidLine {
    pub(super) severity: &'static str,
    pub(super) advice: String,
}

impl SaidLine {
    fn of(found: &Match) -> Self {
        Self { severity: found.severity.as_str(), advice: found.text.clone() }
    }
}

impl DiffTally {
    /// Empty counts, which will keep `wanted` examples of each change of a rule.
    pub(super) fn new(wanted: usize) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Counts a call with its answers under the settings in force and under the new file.
    pub(super) fn count(&mut self, before: &FirstAnswer, after: &Replayed) {
        self.calls += 1;
        self.first_ms = [self.first_ms, after.time_ms].into_iter().flatten().min();
        self.last_ms = self.last_ms.max(after.time_ms);
        let session = after.case.event.session.as_deref().map(|session| hash(&[session]));
        self.sessions.extend(session);
        let old: Vec<&Match> = before.said.iter().map(|(found, _)| found).collect();
        let new: Vec<&Match> = after.answer.said.iter().collect();
        self.before.count(&old);
        self.after.count(&new);
        let held_before = before.held.iter().copied();
        let held_after = after.answer.held.iter().map(|(found, why)| (found.rule.id, *why));
        for (found, times) in &before.said {
            let id = found.rule.id;
            self.rule(id).before += 1;
            match new.iter().find(|other| other.rule.id == id) {
                Some(other) if is_same(found, other) => {}
                Some(other) => {
                    let line = ChangedLine::of(after, *times, Some(found), Some(other));
                    self.note(Change::Changes, id, session, None, line);
                }
                None => {
                    let why = why_unsaid(held_after.clone(), id, &new);
                    let line = ChangedLine::of(after, *times, Some(found), None);
                    self.note(Change::Vanishes, id, session, Some(why), line);
                }
            }
        }
        for found in &after.answer.said {
            let id = found.rule.id;
            self.rule(id).after += 1;
            if !old.iter().any(|other| other.rule.id == id) {
                let times = after.times_said.get(id).copied().unwrap_or_default();
                let why = why_unsaid(held_before.clone(), id, &old);
                let line = ChangedLine::of(after, times, None, Some(found));
                self.note(Change::Appears, id, session, Some(why), line);
            }
        }
    }

    fn rule(&mut self, id: &'static str) -> &mut RuleDiff {
        self.rules.entry(id).or_default()
    }

    fn note(
        &mut self,
        change: Change,
        id: &'static str,
        session: Option<u64>,
        why: Option<&'static str>,
        line: ChangedLine,
    ) {
        let wanted = self.wanted;
        *self.lines.of_mut(change) += 1;
        let tally = self.rule(id).lines.of_mut(change);
        tally.times += 1;
        tally.sessions.extend(session);
        if let Some(why) = why {
            *tally.reasons.entry(why).or_default() += 1;
        }
        tally.keep(line, wanted);
    }

    /// Adds the counts of another thread.
    pub(super) fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.sessions.extend(other.sessions);
        self.first_ms = [self.first_ms, other.first_ms].into_iter().flatten().min();
        self.last_ms = self.last_ms.max(other.last_ms);
        self.before.add(&other.before);
        self.after.add(&other.after);
        self.lines.add(other.lines, |own, others| *own += others);
        for (id, rule) in other.rules {
            let own = self.rules.entry(id).or_default();
            own.before += rule.before;
            own.after += rule.after;
            own.lines.add(rule.lines, |own, other| own.add(other, self.wanted));
        }
        self.left_out.add(other.left_out);
    }

    /// The rules with a line that differs, those with the most such lines first.
    pub(super) fn changed_rules(&self) -> Vec<(&'static str, &RuleDiff)> {
        let changed = self.rules.iter().filter(|(_, rule)| rule.changed() > 0);
        let mut changed: Vec<_> = changed.map(|(id, rule)| (*id, rule)).collect();
        changed.sort_by_key(|(id, rule)| (std::cmp::Reverse(rule.changed()), *id));
        changed
    }
}

/// Whether an agent would read the same.
fn is_same(one: &Match, other: &Match) -> bool {
    one.text == other.text && one.severity == other.severity
}

/// Why a rule is not said in an answer that consists of the lines `said`.
fn why_unsaid(
    mut held: impl Iterator<Item = (&'static str, Held)>,
    id: &str,
    said: &[&Match],
) -> &'static str {
    match held.find(|(rule, _)| *rule == id) {
        Some((_, why)) => why.as_str(),
        // Once a call has its line, rules that need an analyzer are not asked.
        None if !said.is_empty() => Held::Outranked.as_str(),
        None => NO_MATCH,
    }
}

impl Spoken {
    fn count(&mut self, said: &[&Match]) {
        self.calls += u64::from(!said.is_empty());
        self.lines += said.len() as u64;
        self.chars += said.iter().map(|found| found.text.chars().count() as u64).sum::<u64>();
    }

    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.lines += other.lines;
        self.chars += other.chars;
    }
}

impl RuleDiff {
    /// How many of its lines differ.
    fn changed(&self) -> u64 {
        Change::ALL.into_iter().map(|change| self.lines.of(change).times).sum()
    }
}

impl ChangeTally {
    fn add(&mut self, other: Self, wanted: usize) {
        self.times += other.times;
        self.sessions.extend(other.sessions);
        for (why, times) in other.reasons {
            *self.reasons.entry(why).or_default() += times;
        }
        for example in other.examples {
            self.keep(example, wanted);
        }
    }

    /// Keeps an example if it is among the first. Of equal examples it keeps only the first.
    fn keep(&mut self, line: ChangedLine, wanted: usize) {
        keep(&mut self.examples, line, wanted, |one, other| {
            (&one.about, &one.before, &one.after) == (&other.about, &other.before, &other.after)
        });
    }
}

impl ChangedLine {
    fn of(replayed: &Replayed, nth: u64, before: Option<&Match>, after: Option<&Match>) -> Self {
        let call = replayed.case.event.call_id.as_deref().unwrap_or_default();
        let rule = before.or(after).map(|found| found.rule.id).unwrap_or_default();
        Self {
            nth,
            order: hash(&[replayed.memory, call]),
            about: about_call(replayed, rule),
            before: before.map(SaidLine::of),
            after: after.map(SaidLine::of),
        }
    }
}
