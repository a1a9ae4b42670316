//! Counts what would have been said. In whatever order calls and files come, the counts and
//! examples are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::files::LeftOut;
use super::past::Told;
use crate::base::text;
use crate::engine::Via;
use crate::project::secrets::in_text::looks_secret;
use crate::rules::matcher::Match;
use crate::rules::rule::Severity;

/// Characters of a command that are kept as an example.
const MAX_ABOUT_CHARS: usize = 200;

/// The counts.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) calls: u64,
    pub(super) silent: u64,
    /// Calls that needed no analyzer, of those that were answered.
    pub(super) answered_fast: u64,
    pub(super) chars: u64,
    pub(super) first_ms: Option<u64>,
    pub(super) last_ms: Option<u64>,
    pub(super) us: u64,
    pub(super) slowest_us: u64,
    pub(super) sessions: BTreeSet<u64>,
    pub(super) clients: BTreeMap<&'static str, u64>,
    pub(super) held: BTreeMap<&'static str, u64>,
    pub(super) rules: BTreeMap<&'static str, RuleTally>,
    pub(super) left_out: LeftOut,
    /// How many examples are kept of each rule.
    wanted: usize,
}

/// The counts of one rule.
pub(super) struct RuleTally {
    pub(super) severity: Severity,
    pub(super) said: u64,
    pub(super) held: u64,
    pub(super) chars: u64,
    pub(super) sessions: BTreeSet<u64>,
    /// In order, at most as many as wanted.
    pub(super) examples: BTreeSet<Example>,
}

/// One thing that would have been said. Examples are those that come first in each session, of
/// sessions in an order that hangs on nothing but their names: spread over all of them, and the
/// same each time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Example {
    nth: u64,
    order: u64,
    /// The command or file.
    pub(super) about: String,
    /// The line.
    pub(super) advice: String,
}

impl Tally {
    /// No counts; so many examples are `wanted` of each rule.
    pub(super) fn new(wanted: usize) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Counts a call.
    pub(super) fn count(&mut self, told: &Told) {
        let us = told.took.as_micros() as u64;
        let answer = told.answer;
        self.calls += 1;
        self.us += us;
        self.slowest_us = self.slowest_us.max(us);
        self.first_ms = [self.first_ms, told.time_ms].into_iter().flatten().min();
        self.last_ms = self.last_ms.max(told.time_ms);
        *self.clients.entry(told.case.environment.client.name()).or_default() += 1;
        let session = told.case.event.session.as_deref().map(|session| hash(&[session]));
        self.sessions.extend(session);
        if answer.said.is_empty() {
            self.silent += 1;
        } else {
            self.answered_fast += u64::from(answer.via == Via::Fast);
        }
        for found in &answer.said {
            let chars = found.text.chars().count() as u64;
            self.chars += chars;
            let example = Example::of(told, found);
            let wanted = self.wanted;
            let rule = self.rule(found);
            rule.said += 1;
            rule.chars += chars;
            rule.sessions.extend(session);
            rule.keep(example, wanted);
        }
        for (found, why) in &answer.held {
            *self.held.entry(why.as_str()).or_default() += 1;
            self.rule(found).held += 1;
        }
    }

    fn rule(&mut self, found: &Match) -> &mut RuleTally {
        self.rules.entry(found.rule.id).or_insert_with(|| RuleTally::new(found.rule.severity))
    }

    /// Takes in the counts of another thread.
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
            let own = self.rules.entry(id).or_insert_with(|| RuleTally::new(rule.severity));
            own.said += rule.said;
            own.held += rule.held;
            own.chars += rule.chars;
            own.sessions.extend(rule.sessions);
            for example in rule.examples {
                own.keep(example, self.wanted);
            }
        }
        self.left_out.add(other.left_out);
        self.left_out.unreadable_files.sort();
    }

    /// The rules that would have spoken, the most talkative first.
    pub(super) fn rules_by_use(&self) -> Vec<(&'static str, &RuleTally)> {
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

impl RuleTally {
    fn new(severity: Severity) -> Self {
        Self {
            severity,
            said: 0,
            held: 0,
            chars: 0,
            sessions: BTreeSet::new(),
            examples: BTreeSet::new(),
        }
    }

    /// Keeps an example if it is among the first, each of them once.
    fn keep(&mut self, example: Example, wanted: usize) {
        let same =
            |other: &&Example| other.about == example.about && other.advice == example.advice;
        match self.examples.iter().find(same).map(|other| other.rank()) {
            Some(rank) if rank <= example.rank() => return,
            Some(rank) => self.examples.retain(|other| other.rank() != rank),
            None => {}
        }
        self.examples.insert(example);
        if self.examples.len() > wanted {
            self.examples.pop_last();
        }
    }
}

impl Example {
    fn rank(&self) -> (u64, u64) {
        (self.nth, self.order)
    }

    fn of(told: &Told, found: &Match) -> Self {
        let event = told.case.event;
        let call = event.call_id.as_deref().unwrap_or_default();
        Self {
            nth: told.times_said.get(found.rule.id).copied().unwrap_or_default(),
            order: hash(&[told.memory, call]),
            about: about(told, found),
            advice: found.text.clone(),
        }
    }
}

/// What a line is about, fit to be shown to others: one line, not too long, and without a secret.
fn about(told: &Told, found: &Match) -> String {
    let event = told.case.event;
    let input = event.input();
    let what = event
        .command()
        .or(input.file_path.as_deref())
        .or(input.pattern.as_deref())
        .unwrap_or_default();
    let shown = text::clean(what);
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = match event.command() {
        Some(_) => shown,
        None => format!("{} {shown}", text::excerpt(&event.tool_name)).trim_end().to_owned(),
    };
    if looks_secret(&what) || found.rule.id == "secret-on-cmdline" {
        let first =
            what.split(' ').next().filter(|word| !looks_secret(word) && !word.contains('='));
        return format!("{} ... (not shown: it may hold a secret)", first.unwrap_or_default())
            .trim_start()
            .to_owned();
    }
    shortened(&what, MAX_ABOUT_CHARS)
}

/// A text of at most so many characters, with an ellipsis where it was cut.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A hash that is the same on every machine.
fn hash(parts: &[&str]) -> u64 {
    let mut hasher = SipHasher13::new();
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0);
    }
    hasher.finish()
}
