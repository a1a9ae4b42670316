//! The roll-up of old ledgers: `history.jsonl`, with one line for each day, client and rule.
//!
//! Beside the days the file names the ledgers that were folded into them, until those are removed.
//! Upkeep replaces the file as a whole, so a ledger counts either here or by itself, never twice.
//! `docs/ledger.md` has the format.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::effect::Counts;
use super::history::{Arm, LINE_VERSION, lines};
use super::ledger_file::LedgerLines;
pub use super::micros::{BOUNDS_US, Micros};
use crate::base::calendar::Utc;
use crate::base::state_dir;

/// Largest roll-up that is read, bytes. Upkeep keeps it under half of this.
pub(crate) const MAX_HISTORY_BYTES: u64 = 8 << 20;

/// How long a reader waits for an upkeep, which takes at most a fifth of this.
const LOCK_PATIENCE: Duration = Duration::from_millis(500);

/// One day of one client and one rule, or of all calls if `rule` is empty. Numbers that are 0 are
/// left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Day {
    /// [`LINE_VERSION`]
    pub v: u32,
    /// The day in UTC, such as `2026-11-22`.
    pub day: String,
    /// The client; empty if only warnings are known, and no calls.
    pub client: String,
    /// The rule; empty for the totals of the day and client.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Totals: sessions that began on that day. Rule: ledgers in which the rule first came up on
    /// that day.
    #[serde(skip_serializing_if = "is_zero")]
    pub sessions: u64,

    /// Rule: how often it spoke, counted in the warnings.
    #[serde(skip_serializing_if = "is_zero")]
    pub said: u64,
    /// Rule: how often the agent used the better form next.
    #[serde(skip_serializing_if = "is_zero")]
    pub followed: u64,
    /// Rule: how often the agent used the bad form next.
    #[serde(skip_serializing_if = "is_zero")]
    pub repeated: u64,
    /// Rule: how often the agent used neither.
    #[serde(skip_serializing_if = "is_zero")]
    pub open: u64,
    /// Rule: characters of its advice.
    #[serde(skip_serializing_if = "is_zero")]
    pub chars: u64,
    /// Rule: calls on which it had a finding.
    #[serde(skip_serializing_if = "is_zero")]
    pub hits: u64,
    /// Rule: ledgers with such a call, of which the first was on that day. Version 0.1 did not note
    /// it.
    #[serde(skip_serializing_if = "is_zero")]
    pub hit_sessions: u64,
    /// Rule: bytes of the results of such calls.
    #[serde(skip_serializing_if = "is_zero")]
    pub hit_bytes: u64,
    /// Rule: duration of such calls, ms.
    #[serde(skip_serializing_if = "is_zero")]
    pub hit_ms: u64,
    /// Rule: how often it spoke, counted in the calls. A call that was killed after it spoke has no
    /// line.
    #[serde(skip_serializing_if = "is_zero")]
    pub spoke: u64,
    /// Rule: calls that used the better form.
    #[serde(skip_serializing_if = "is_zero")]
    pub good: u64,
    /// Rule: calls on which its finding was held, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<String, u64>,
    /// Rule: what became of the units of that day, by the share of sessions that were held out, in
    /// millionths.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub effect: BTreeMap<u32, Counts>,
    /// Rule: the same of units whose session has an arm of the rule's lesson, by that arm.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lesson_effect: BTreeMap<Arm, BTreeMap<u32, Counts>>,
    /// Rule: what became of the sessions of that day for which its lesson was due, by the share of
    /// sessions that were not told, in millionths.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lessons: BTreeMap<u32, Counts>,

    /// Totals: number of calls.
    #[serde(skip_serializing_if = "is_zero")]
    pub calls: u64,
    /// Totals: calls on which something was said.
    #[serde(skip_serializing_if = "is_zero")]
    pub answered: u64,
    /// Totals: calls by how far they went.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub via: BTreeMap<String, u64>,
    /// Totals: answered calls by how far they went.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answered_via: BTreeMap<String, u64>,
    /// Totals: times that this program took.
    #[serde(skip_serializing_if = "Micros::is_empty")]
    pub us: Micros,
    /// Totals: bytes of the calls' results.
    #[serde(skip_serializing_if = "is_zero")]
    pub bytes: u64,
    /// Totals: time of the last call, unix ms.
    #[serde(skip_serializing_if = "is_zero")]
    pub last: u64,
    /// Totals: lines that could not be read, mostly torn ones.
    #[serde(skip_serializing_if = "is_zero")]
    pub skipped: u64,
}

impl Day {
    /// Day, client and rule, which must be equal in two lines that are added.
    pub fn key(&self) -> (&str, &str, &str) {
        (&self.day, &self.client, &self.rule)
    }

    /// The day in days since 1970-01-01 UTC; `None` if its name is no date.
    pub(crate) fn number(&self) -> Option<u64> {
        Utc::parse(&format!("{}T00:00:00Z", self.day)).map(|time| time.0 / 86_400_000)
    }

    /// What became of the rule's units: by the arm of its lesson, and by the share of sessions that
    /// were held out, in millionths.
    pub(crate) fn effects(&self) -> impl Iterator<Item = (Option<Arm>, u32, &Counts)> {
        let without = self.effect.iter().map(|(share_ppm, counts)| (None, *share_ppm, counts));
        let with = self.lesson_effect.iter().flat_map(|(arm, effect)| {
            effect.iter().map(|(share_ppm, counts)| (Some(*arm), *share_ppm, counts))
        });
        without.chain(with)
    }

    /// Adds units of the rule.
    pub(crate) fn add_effect(&mut self, lesson: Option<Arm>, share_ppm: u32, counts: &Counts) {
        let effect = match lesson {
            None => &mut self.effect,
            Some(arm) => self.lesson_effect.entry(arm).or_default(),
        };
        effect.entry(share_ppm).or_default().add(counts);
    }

    /// Adds another line of the same day, client and rule.
    pub(crate) fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.sessions, other.sessions),
            (&mut self.said, other.said),
            (&mut self.followed, other.followed),
            (&mut self.repeated, other.repeated),
            (&mut self.open, other.open),
            (&mut self.chars, other.chars),
            (&mut self.hits, other.hits),
            (&mut self.hit_sessions, other.hit_sessions),
            (&mut self.hit_bytes, other.hit_bytes),
            (&mut self.hit_ms, other.hit_ms),
            (&mut self.spoke, other.spoke),
            (&mut self.good, other.good),
            (&mut self.calls, other.calls),
            (&mut self.answered, other.answered),
            (&mut self.bytes, other.bytes),
            (&mut self.skipped, other.skipped),
        ];
        for (sum, more) in pairs {
            *sum = sum.saturating_add(more);
        }
        let maps = [
            (&mut self.held, &other.held),
            (&mut self.via, &other.via),
            (&mut self.answered_via, &other.answered_via),
        ];
        for (counts, more) in maps {
            for (name, count) in more {
                let sum = counts.entry(name.clone()).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
        for (lesson, share_ppm, counts) in other.effects() {
            self.add_effect(lesson, share_ppm, counts);
        }
        for (share_ppm, counts) in &other.lessons {
            self.lessons.entry(*share_ppm).or_default().add(counts);
        }
        self.us.add(&other.us);
        self.last = self.last.max(other.last);
    }
}

/// How much of a ledger is in the days already. It has its own line in the roll-up until the ledger
/// is removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Folded {
    /// [`LINE_VERSION`]
    pub v: u32,
    /// The ledger, by the name that its two files share: `<h>.<time when it was set aside>`.
    pub folded: String,
    /// The whole ledger is in the days.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Bytes of its calls that are in the days, if it is so long that it takes several upkeeps.
    #[serde(skip_serializing_if = "is_zero")]
    pub calls: u64,
    /// Bytes of its warnings that are in the days.
    #[serde(skip_serializing_if = "is_zero")]
    pub warnings: u64,
}

/// The roll-up as it is now. While this exists, no upkeep moves a ledger, so ledgers that are read
/// meanwhile are consistent with it.
#[derive(Debug, Default)]
pub struct Rollup {
    /// Every day, client and rule.
    pub days: Vec<Day>,
    /// Lines that are torn, foreign or of another version.
    pub(crate) skipped: u64,
    folded: BTreeMap<String, Folded>,
    /// Held, not read.
    _lock: Option<File>,
}

impl Rollup {
    /// Reads the roll-up and keeps upkeeps away. A missing file reads as an empty roll-up.
    pub fn read(state: &Path) -> Self {
        let lock = block_upkeep(state);
        let bytes = state_dir::read_small(&state.join(state_dir::HISTORY), MAX_HISTORY_BYTES)
            .unwrap_or_default();
        Self { _lock: lock, ..Self::of(&bytes) }
    }

    /// The same of a store that need not be this machine's: nothing is made in it, not even a lock.
    pub(crate) fn read_only(state: &Path) -> Self {
        if lock_path(state).exists() {
            return Self::read(state);
        }
        let bytes = state_dir::read_small(&state.join(state_dir::HISTORY), MAX_HISTORY_BYTES);
        Self::of(&bytes.unwrap_or_default())
    }

    /// Reads the content of the file.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut rollup = Self::default();
        for line in lines(bytes) {
            match RollupLine::of(line) {
                RollupLine::Day(day) => rollup.days.push(*day),
                RollupLine::Folded(folded) => {
                    rollup.folded.insert(folded.folded.clone(), folded);
                }
                RollupLine::Foreign => rollup.skipped += 1,
            }
        }
        rollup
    }

    /// The byte from which on a part of a ledger is not in the days yet; `ledger` is the name that
    /// its files share. `None` if all of it is.
    pub fn uncounted(&self, ledger: &str, part: LedgerLines) -> Option<u64> {
        match self.folded.get(ledger) {
            None => Some(0),
            Some(folded) if folded.whole => None,
            Some(folded) => Some(match part {
                LedgerLines::Calls => folded.calls,
                LedgerLines::Warnings => folded.warnings,
            }),
        }
    }

    /// How much of a ledger is in the days; `ledger` is the name that its files share.
    pub fn folded(&self, ledger: &str) -> Option<&Folded> {
        self.folded.get(ledger)
    }
}

/// The days of the roll-up.
pub fn read(state: &Path) -> Vec<Day> {
    Rollup::read(state).days
}

/// A line of the roll-up.
#[derive(Debug)]
pub(crate) enum RollupLine {
    /// A day.
    Day(Box<Day>),
    /// A ledger that is in the days, at least in part.
    Folded(Folded),
    /// Torn, or of another version.
    Foreign,
}

impl RollupLine {
    /// Reads a line.
    pub(crate) fn of(line: &[u8]) -> Self {
        if let Ok(day) = serde_json::from_slice::<Day>(line)
            && day.v == LINE_VERSION
            && !day.day.is_empty()
        {
            return Self::Day(Box::new(day));
        }
        match serde_json::from_slice::<Folded>(line) {
            Ok(folded) if folded.v == LINE_VERSION && !folded.folded.is_empty() => {
                Self::Folded(folded)
            }
            _ => Self::Foreign,
        }
    }
}

/// The lock file of upkeep. A process that holds it exclusively may move ledgers; one that shares
/// it can rely on nobody moving them.
pub(crate) fn lock_file(state: &Path) -> io::Result<File> {
    state_dir::create_lock(&lock_path(state))
}

fn lock_path(state: &Path) -> PathBuf {
    state.join(state_dir::UPKEEP).with_extension("lock")
}

/// Shares the lock of upkeep, so that none runs. `None` if there is no state folder, or if an
/// upkeep does not end in time.
fn block_upkeep(state: &Path) -> Option<File> {
    if !state.is_dir() {
        return None;
    }
    let lock = lock_file(state).ok()?;
    state_dir::lock_within(LOCK_PATIENCE, || lock.try_lock_shared()).is_ok().then_some(lock)
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_add_up() {
        let mut day =
            Day { said: 1, held: BTreeMap::from([("gap".into(), 1)]), last: 9, ..Day::default() };
        day.us.note(50);
        let mut other =
            Day { said: 2, held: BTreeMap::from([("gap".into(), 2)]), last: 8, ..Day::default() };
        other.us.note(51);
        other.us.note(1_000_000);
        day.add(&other);
        assert_eq!((day.said, day.held["gap"], day.last), (3, 3, 9));
        assert_eq!((day.us.sum, day.us.max), (1_000_101, 1_000_000));
        assert_eq!(day.us.buckets.len(), BOUNDS_US.len() + 1);
        assert_eq!(day.us.buckets[..2], [1, 1]);
    }

    #[test]
    fn days_folded_ledgers_and_foreign_lines_are_distinguished() {
        let text = br#"{"v":1,"day":"2026-11-22","client":"claude","calls":3}
{"v":1,"folded":"a.1","whole":true}
{"v":1,"folded":"b.1","calls":70,"warnings":5}
{"v":2,"day":"2026-11-22"}
{"v":1,"day":"20"#;
        let rollup = Rollup::of(text);
        assert_eq!((rollup.days.len(), rollup.skipped), (1, 2));
        assert_eq!(rollup.uncounted("a.1", LedgerLines::Calls), None);
        assert_eq!(rollup.uncounted("b.1", LedgerLines::Calls), Some(70));
        assert_eq!(rollup.uncounted("b.1", LedgerLines::Warnings), Some(5));
        assert_eq!(rollup.uncounted("a", LedgerLines::Calls), Some(0));
    }
}
