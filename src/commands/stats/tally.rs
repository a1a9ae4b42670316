//! The counts, and how the lines of a ledger change them. Their size depends on the number of
//! rules, days and clients only.

use std::collections::{BTreeMap, HashSet};

use super::comparison::{Comparison, Spans};
use super::times::Times;
use crate::base::id::is_id;
use crate::rules;
use crate::store::effect::{Evidence, Strata, Stratum, lesson_units, units};
use crate::store::errors::ErrorLine;
use crate::store::history::{CallLine, LINE_VERSION, WarningLine};
use crate::store::uptake;
use crate::store::uptake::Uptake;

/// A day, ms.
pub(crate) const DAY_MS: u64 = 86_400_000;

/// Replaces names in a ledger that no version of this program wrote.
const OTHER: &str = "other";

/// Which lines are counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    /// Only those of this time and later, unix ms.
    pub(crate) since: u64,
    /// Only those of this client.
    pub(crate) client: Option<&'static str>,
    /// What is compared, which may begin before `since`.
    pub(crate) spans: Spans,
    /// When they are counted, unix ms.
    pub(crate) now: u64,
}

/// The counts.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) calls: u64,
    /// Calls that got advice.
    pub(crate) answered: u64,
    /// Of these, those without an analyzer.
    pub(crate) answered_fast: u64,
    /// Calls with a second line in the ledger: the hook is registered twice.
    pub(crate) doubled: u64,
    pub(crate) sessions: u64,
    /// Sub-agents, each of which has a ledger of its own.
    pub(crate) sub_agents: u64,
    /// Lines that are torn, of another program, or of another version.
    pub(crate) skipped_lines: u64,
    /// Ledgers that cannot be read.
    pub(crate) unreadable_files: u64,
    pub(crate) first_ms: Option<u64>,
    pub(crate) last_ms: Option<u64>,
    pub(crate) times: Times,
    pub(crate) rules: BTreeMap<String, RuleTally>,
    /// Calls by client and by path: `none`, `fast`, `deep` or `cut`.
    pub(crate) clients: BTreeMap<String, BTreeMap<String, u64>>,
    pub(crate) errors: BTreeMap<String, u64>,
    /// The units that verdicts and learning go by, whatever the window begins with.
    pub(crate) evidence: Evidence,
    /// What became of the units of each stratum.
    pub(crate) effect: Strata,
    /// What became of the sessions for which a lesson was due.
    pub(crate) lessons: Strata,
    /// The days of the first and the last unit, since 1970.
    pub(crate) unit_days: Option<(u64, u64)>,
    /// The counts of each day; the key is days since 1970.
    pub(crate) days: BTreeMap<u64, DayTally>,
    /// The newest span of time and the one before it.
    pub(crate) comparison: Comparison,
}

/// The counts of one rule.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct RuleTally {
    /// Calls on which it had a finding.
    pub(crate) hits: u64,
    /// Ledgers with such a call: a sub-agent counts by itself.
    pub(crate) sessions: u64,
    /// Bytes of the results of such calls.
    pub(crate) bytes: u64,
    /// Duration of such calls, ms.
    pub(crate) ms: u64,
    /// Calls on which it spoke.
    pub(crate) said: u64,
    /// Calls that used the better form.
    pub(crate) better: u64,
    /// How often it was held back, by reason.
    pub(crate) held: BTreeMap<String, u64>,
    /// The outcomes of its advice.
    pub(crate) outcome: Uptake,
}

impl RuleTally {
    /// Counts that it was held back.
    pub(super) fn hold(&mut self, why: &str, times: u64) {
        change(&mut self.held, why, |sum| *sum += times);
    }
}

/// The counts of one day.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayTally {
    pub(crate) calls: u64,
    pub(crate) advice: u64,
}

/// What is kept of the calls of a ledger until its warnings are read.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Calls that matter for the uptake of a rule.
    judged: Vec<CallLine<'static>>,
    /// Hashes of the last calls, to find second lines.
    last: [u64; 16],
    lines: usize,
    /// Some calls are of another client than the window's.
    is_mixed: bool,
    /// Hashes of the answered calls of the window's client.
    own: HashSet<String>,
    /// Rules that had a finding in a counted call.
    hit: Vec<String>,
    counted: u64,
}

impl Tally {
    /// Counts a line of a ledger's calls.
    pub(super) fn call(&mut self, bytes: &[u8], window: &Window, calls: &mut Calls) {
        let line = CallLine::of(bytes);
        let Some(line) = &line else {
            self.skipped_lines += 1;
            return;
        };
        if window.client.is_some_and(|client| client != line.client) {
            calls.is_mixed = true;
            return;
        }
        if let Some(part) = self.comparison.part(line.t, &window.spans) {
            part.call(line.say.len() as u64, line.hit.iter().map(|id| word(id)));
        }
        if line.t >= window.since {
            calls.counted += 1;
            self.doubled += u64::from(calls.was_seen(&line.call));
            self.count(line, &mut calls.hit);
        }
        if !line.say.is_empty() && window.client.is_some() {
            calls.own.insert(line.call.clone().into_owned());
        }
        if !line.hit.is_empty() || !line.good.is_empty() {
            calls.judged.push(line.clone().into_owned());
        }
    }

    /// Counts a call; `seen` are the rules that its ledger had findings of before.
    fn count(&mut self, line: &CallLine, seen: &mut Vec<String>) {
        self.calls += 1;
        self.first_ms = Some(self.first_ms.map_or(line.t, |first| first.min(line.t)));
        self.last_ms = self.last_ms.max(Some(line.t));
        self.times.add(line.us);
        self.add_via(&line.client, &line.via, 1);
        let day = self.days.entry(line.t / DAY_MS).or_default();
        day.calls += 1;
        day.advice += line.say.len() as u64;
        self.answered += u64::from(!line.say.is_empty());
        self.answered_fast += u64::from(!line.say.is_empty() && line.via == "fast");
        for id in &line.hit {
            let is_first = !seen.iter().any(|seen| seen == id);
            if is_first {
                seen.push(id.clone().into_owned());
            }
            change(&mut self.rules, id, |rule| {
                rule.hits += 1;
                rule.sessions += u64::from(is_first);
                rule.bytes = rule.bytes.saturating_add(line.size);
                rule.ms = rule.ms.saturating_add(line.dur.unwrap_or_default());
            });
        }
        for id in &line.say {
            change(&mut self.rules, id, |rule| rule.said += 1);
        }
        for id in &line.good {
            change(&mut self.rules, id, |rule| rule.better += 1);
        }
        for (id, why) in &line.held {
            change(&mut self.rules, id, |rule| rule.hold(why, 1));
        }
    }

    /// Adds calls of a client on this path.
    pub(super) fn add_via(&mut self, client: &str, via: &str, calls: u64) {
        change(&mut self.clients, client, |counts| change(counts, via, |sum| *sum += calls));
    }

    /// The counts of a rule.
    pub(super) fn rule(&mut self, id: &str) -> &mut RuleTally {
        self.rules.entry(word(id).to_owned()).or_default()
    }

    /// Counts the outcomes of the advice of a ledger, given the lines of its warnings. Returns how
    /// many of its calls were counted.
    pub(super) fn warnings(
        &mut self,
        calls: &Calls,
        lines: Vec<WarningLine>,
        window: &Window,
    ) -> u64 {
        let is_own = |line: &WarningLine| !calls.is_mixed || calls.own.contains(&line.call);
        // Advice before the window does not count, but resets of the agent's context always do.
        let counts =
            |line: &WarningLine| !line.reset.is_empty() || line.t >= window.since && is_own(line);
        let lines: Vec<WarningLine> = lines.into_iter().filter(counts).collect();
        for (id, outcome) in uptake::by_rule(&calls.judged, &lines) {
            change(&mut self.rules, word(&id), |rule| rule.outcome.add(&outcome));
        }
        calls.counted
    }

    /// Counts the units in these lines of one ledger, at `now`, unix ms.
    pub(super) fn units(
        &mut self,
        calls: &[CallLine],
        warnings: &[WarningLine],
        window: &Window,
        now: u64,
    ) {
        let Some(client) = calls.first().map(|call| call.client.as_ref()) else { return };
        if window.client.is_some_and(|wanted| wanted != client) {
            return;
        }
        for unit in units::in_ledger(calls, warnings, now) {
            let day = unit.t / DAY_MS;
            let stratum = stratum(&unit.rule, client, unit.share_ppm, day);
            let stratum = Stratum { lesson: unit.lesson, ..stratum };
            self.evidence.add(stratum.clone(), day, now / DAY_MS, &unit.counts);
            if unit.t >= window.since {
                self.note_units(day, day);
                self.effect.add(stratum, &unit.counts);
            }
        }
        for unit in lesson_units::in_ledger(calls, warnings, now) {
            if unit.t >= window.since {
                let stratum = stratum(&unit.rule, client, unit.share_ppm, unit.t / DAY_MS);
                self.lessons.add(stratum, &unit.counts);
            }
        }
    }

    /// Notes that there are units from the day `first` to the day `last`.
    pub(super) fn note_units(&mut self, first: u64, last: u64) {
        let (from, to) = self.unit_days.unwrap_or((first, last));
        self.unit_days = Some((from.min(first), to.max(last)));
    }

    /// Reads a line of warnings, or counts it as skipped.
    pub(super) fn warning(&mut self, bytes: &[u8]) -> Option<WarningLine> {
        let line = WarningLine::of(bytes);
        self.skipped_lines += u64::from(line.is_none());
        line
    }

    /// Counts a line of errors.
    pub(super) fn error(&mut self, bytes: &[u8], since: u64) {
        match serde_json::from_slice::<ErrorLine>(bytes) {
            Ok(line) if line.v == LINE_VERSION => {
                if line.t >= since {
                    change(&mut self.errors, &line.kind, |errors| *errors += 1);
                }
            }
            _ => self.skipped_lines += 1,
        }
    }

    /// Adds the counts of other ledgers.
    pub(super) fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.answered_fast += other.answered_fast;
        self.doubled += other.doubled;
        self.sessions += other.sessions;
        self.sub_agents += other.sub_agents;
        self.skipped_lines += other.skipped_lines;
        self.unreadable_files += other.unreadable_files;
        self.first_ms = [self.first_ms, other.first_ms].into_iter().flatten().min();
        self.last_ms = self.last_ms.max(other.last_ms);
        self.times.merge(&other.times);
        for (id, rule) in other.rules {
            let sum = self.rules.entry(id).or_default();
            sum.hits += rule.hits;
            sum.sessions += rule.sessions;
            sum.bytes = sum.bytes.saturating_add(rule.bytes);
            sum.ms = sum.ms.saturating_add(rule.ms);
            sum.said += rule.said;
            sum.better += rule.better;
            sum.outcome.add(&rule.outcome);
            add(&mut sum.held, rule.held);
        }
        for (client, via) in other.clients {
            add(self.clients.entry(client).or_default(), via);
        }
        add(&mut self.errors, other.errors);
        self.evidence.merge(&other.evidence);
        self.effect.merge(&other.effect);
        self.lessons.merge(&other.lessons);
        if let Some((first, last)) = other.unit_days {
            self.note_units(first, last);
        }
        self.comparison.merge(other.comparison);
        for (day, counts) in other.days {
            let sum = self.days.entry(day).or_default();
            sum.calls += counts.calls;
            sum.advice += counts.advice;
        }
    }

    /// Calls on this path.
    pub(crate) fn via(&self, name: &str) -> u64 {
        self.clients.values().filter_map(|via| via.get(name)).sum()
    }

    /// Lines of advice.
    pub(crate) fn advice(&self) -> u64 {
        self.rules.values().map(|rule| rule.said).sum()
    }

    /// The outcomes of all advice: first of the rules whose better form can be seen in later calls,
    /// then of the others.
    pub(crate) fn outcomes(&self) -> (Uptake, Uptake) {
        let mut sums = (Uptake::default(), Uptake::default());
        for (id, rule) in &self.rules {
            if can_be_followed(id) { sums.0.add(&rule.outcome) } else { sums.1.add(&rule.outcome) }
        }
        sums
    }

    /// How often rules were held back, by reason.
    pub(crate) fn held(&self) -> BTreeMap<&str, u64> {
        let mut sums = BTreeMap::new();
        for (why, times) in self.rules.values().flat_map(|rule| &rule.held) {
            *sums.entry(why.as_str()).or_default() += times;
        }
        sums
    }

    /// The rules that had findings, those with the most first.
    pub(crate) fn habits(&self) -> Vec<(&str, &RuleTally)> {
        let used = self.rules.iter().filter(|(_, rule)| rule.said + rule.hits > 0);
        let mut used: Vec<(&str, &RuleTally)> =
            used.map(|(id, rule)| (id.as_str(), rule)).collect();
        used.sort_by_key(|(id, rule)| (std::cmp::Reverse((rule.hits, rule.said)), *id));
        used
    }
}

impl Calls {
    /// Records a call, and returns whether it is one of the last calls already. It compares as many
    /// calls as [`crate::store::history::History`].
    fn was_seen(&mut self, call: &str) -> bool {
        let hash = u64::from_str_radix(call, 16).unwrap_or_default();
        let seen = hash != 0 && self.last.contains(&hash);
        let at = self.lines % self.last.len();
        if let Some(place) = self.last.get_mut(at) {
            *place = hash;
        }
        self.lines += 1;
        seen
    }
}

/// Whether the better form of a rule can be seen in later calls. Custom rules are not read here, so
/// it assumes so of them.
pub(crate) fn can_be_followed(id: &str) -> bool {
    rules::named(id).is_none_or(|rule| rule.better.is_some())
}

/// The stratum of the units of a day, in days since 1970.
pub(super) fn stratum(rule: &str, client: &str, share_ppm: u32, day: u64) -> Stratum {
    let (rule, client) = (word(rule).to_owned(), word(client).to_owned());
    Stratum { rule, client, share_ppm, period: Stratum::period_of(day), lesson: None }
}

/// A name for a report. Whatever a ledger contains, a terminal must not get its control characters.
/// Any valid id passes, since the custom rules of other projects are unknown here.
pub(super) fn word(name: &str) -> &str {
    if is_id(name) { name } else { OTHER }
}

/// Changes the entry of a name. Most names have an entry already, so only a new one is checked by
/// [`word`] and copied.
fn change<V: Default>(map: &mut BTreeMap<String, V>, name: &str, change: impl FnOnce(&mut V)) {
    match map.get_mut(name) {
        Some(value) => change(value),
        None => change(map.entry(word(name).to_owned()).or_default()),
    }
}

fn add(sums: &mut BTreeMap<String, u64>, more: BTreeMap<String, u64>) {
    for (name, count) in more {
        *sums.entry(name).or_default() += count;
    }
}
