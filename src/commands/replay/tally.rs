//! Counts the advice that would have been given. Counts and examples do not depend on the order of
//! calls and files.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::commands::transcripts::{LeftOut, Replayed, about};
use crate::engine::Via;
use crate::rules::matcher::Match;
use crate::rules::rule::Severity;
use crate::ui::layout;

/// Longest command in an example, characters.
const MAX_ABOUT_CHARS: usize = 200;

/// A day, ms.
const DAY_MS: u64 = 86_400_000;

/// The counts.
#[derive(Default)]
pub(super) struct ReplayTally {
    pub(super) calls: u64,
    pub(super) silent: u64,
    /// Answered calls without an analyzer.
    pub(super) answered_fast: u64,
    pub(super) chars: u64,
    pub(super) first_ms: Option<u64>,
    pub(super) last_ms: Option<u64>,
    pub(super) us: u64,
    pub(super) slowest_us: u64,
    pub(super) sessions: BTreeSet<u64>,
    pub(super) clients: BTreeMap<&'static str, u64>,
    pub(super) held: BTreeMap<&'static str, u64>,
    pub(super) rules: BTreeMap<&'static str, ReplayRuleTally>,
    pub(super) left_out: LeftOut,
    /// The counts of each day with a known time; the key is days since 1970.
    pub(super) days: BTreeMap<u64, ReplayDay>,
    /// Most examples of each rule.
    wanted: usize,
}

/// The counts of one day.
#[derive(Default)]
pub(super) struct ReplayDay {
    pub(super) calls: u64,
    pub(super) lines: u64,
}

/// The counts of one rule.
pub(super) struct ReplayRuleTally {
    pub(super) severity: Severity,
    pub(super) said: u64,
    pub(super) held: u64,
    pub(super) chars: u64,
    /// Bytes of the results of the calls on which it would have spoken.
    pub(super) bytes: u64,
    pub(super) sessions: BTreeSet<u64>,
    /// Examples in order, at most as many as wanted.
    pub(super) examples: BTreeSet<SpokenExample>,
}

/// One line of advice that would have been given. The examples of a rule are the first in each
/// session, and sessions are in an order that depends on their names only. So the examples are
/// spread over all sessions, and the same each time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SpokenExample {
    nth: u64,
    order: u64,
    /// The command or file.
    pub(super) about: String,
    /// The line of advice.
    pub(super) advice: String,
}

impl ReplayTally {
    /// Empty counts, which will keep `wanted` examples of each rule.
    pub(super) fn new(wanted: usize) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Counts a call.
    pub(super) fn count(&mut self, replayed: &Replayed) {
        let us = replayed.took.as_micros() as u64;
        let answer = replayed.answer;
        self.calls += 1;
        self.us += us;
        self.slowest_us = self.slowest_us.max(us);
        self.first_ms = [self.first_ms, replayed.time_ms].into_iter().flatten().min();
        self.last_ms = self.last_ms.max(replayed.time_ms);
        *self.clients.entry(replayed.case.environment.client.name()).or_default() += 1;
        let session = replayed.case.event.session.as_deref().map(|session| hash(&[session]));
        self.sessions.extend(session);
        if answer.said.is_empty() {
            self.silent += 1;
        } else {
            self.answered_fast += u64::from(answer.via == Via::Fast);
        }
        if let Some(ms) = replayed.time_ms {
            let day = self.days.entry(ms / DAY_MS).or_default();
            day.calls += 1;
            day.lines += answer.said.len() as u64;
        }
        let bytes = replayed.case.event.result_bytes() as u64;
        for hit in &answer.said {
            let chars = hit.text.chars().count() as u64;
            self.chars += chars;
            let example = SpokenExample::of(replayed, hit);
            let wanted = self.wanted;
            let rule = self.rule(hit);
            rule.said += 1;
            rule.chars += chars;
            rule.bytes += bytes;
            rule.sessions.extend(session);
            rule.keep(example, wanted);
        }
        for (hit, why) in &answer.held {
            *self.held.entry(why.as_str()).or_default() += 1;
            self.rule(hit).held += 1;
        }
    }

    fn rule(&mut self, hit: &Match) -> &mut ReplayRuleTally {
        self.rules.entry(hit.rule.id).or_insert_with(|| ReplayRuleTally::new(hit.rule.severity))
    }

    /// Adds the counts of another thread.
    pub(super) fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.silent += other.silent;
        self.answered_fast += other.answered_fast;
        self.chars += other.chars;
        self.first_ms = [self.first_ms, other.first_ms].into_iter().flatten().min();
        self.last_ms = self.last_ms.max(other.last_ms);
        self.us += other.us;
        self.slowest_us = self.slowest_us.max(other.slowest_us);
        self.sessions.extend(other.sessions);
        for (name, calls) in other.clients {
            *self.clients.entry(name).or_default() += calls;
        }
        for (why, times) in other.held {
            *self.held.entry(why).or_default() += times;
        }
        for (id, rule) in other.rules {
            let own = self.rules.entry(id).or_insert_with(|| ReplayRuleTally::new(rule.severity));
            own.said += rule.said;
            own.held += rule.held;
            own.chars += rule.chars;
            own.bytes += rule.bytes;
            own.sessions.extend(rule.sessions);
            for example in rule.examples {
                own.keep(example, self.wanted);
            }
        }
        for (day, counts) in other.days {
            let own = self.days.entry(day).or_default();
            own.calls += counts.calls;
            own.lines += counts.lines;
        }
        self.left_out.add(other.left_out);
    }

    /// The rules that would have spoken, those with the most advice first.
    pub(super) fn rules_by_use(&self) -> Vec<(&'static str, &ReplayRuleTally)> {
        let mut used: Vec<_> = self
            .rules
            .iter()
            .filter(|(_, rule)| rule.said > 0)
            .map(|(id, rule)| (*id, rule))
            .collect();
        used.sort_by_key(|(id, rule)| (std::cmp::Reverse(rule.said), *id));
        used
    }
}

impl ReplayRuleTally {
    fn new(severity: Severity) -> Self {
        Self {
            severity,
            said: 0,
            held: 0,
            chars: 0,
            bytes: 0,
            sessions: BTreeSet::new(),
            examples: BTreeSet::new(),
        }
    }

    /// Keeps an example if it is among the first. Of equal examples it keeps only the first.
    fn keep(&mut self, example: SpokenExample, wanted: usize) {
        keep(&mut self.examples, example, wanted, |one, other| {
            (&one.about, &one.advice) == (&other.about, &other.advice)
        });
    }
}

impl SpokenExample {
    fn of(replayed: &Replayed, hit: &Match) -> Self {
        let event = replayed.case.event;
        let call = event.call_id.as_deref().unwrap_or_default();
        Self {
            nth: replayed.times_said.get(hit.rule.id).copied().unwrap_or_default(),
            order: hash(&[replayed.memory, call]),
            about: about_call(replayed, hit.rule.id),
            advice: hit.text.clone(),
        }
    }
}

/// The command of a call, or its tool and file, as an example of this rule shows it.
pub(super) fn about_call(replayed: &Replayed, rule: &str) -> String {
    layout::cut(&about::of_event(replayed.case.event, rule), MAX_ABOUT_CHARS, "…")
}

/// Keeps an example if it is among the first that are `wanted`. Of equal examples it keeps only the
/// first.
pub(super) fn keep<T: Ord>(
    kept: &mut BTreeSet<T>,
    new: T,
    wanted: usize,
    is_equal: impl Fn(&T, &T) -> bool,
) {
    if kept.iter().any(|other| is_equal(other, &new) && *other <= new) {
        return;
    }
    kept.retain(|other| !is_equal(other, &new));
    kept.insert(new);
    if kept.len() > wanted {
        kept.pop_last();
    }
}

/// A hash that is the same on every machine.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut hasher = SipHasher13::new();
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0);
    }
    hasher.finish()
}
