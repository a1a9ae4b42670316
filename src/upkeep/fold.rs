//! Folds a ledger, or a part of a very long one, into days.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use serde::Deserialize;

use super::lessons::FoldedHabits;
use crate::base::calendar::Utc;
use crate::base::state_dir;
use crate::engine::lessons::has_lesson;
use crate::store::effect::{lesson_units, units};
use crate::store::habits::Habits;
use crate::store::history::{CallLine, LINE_VERSION, WarningLine, lines};
use crate::store::ledger_file::{self, LedgerLines};
use crate::store::lessons::Lessons;
use crate::store::rollup::{Day, Folded};
use crate::store::uptake;

/// Most bytes of calls that are folded at once: about 4,000 calls, which takes 5 ms.
const CALLS_BYTES: u64 = 1 << 20;

/// Most bytes of warnings that are folded at once.
const WARNINGS_BYTES: u64 = 256 << 10;

const DAY_MS: u64 = 86_400_000;

/// The end of the year 9999, unix ms. A later time is a mistake.
const LAST_MS: u64 = 253_402_300_799_999;

/// A folded part of a ledger.
pub(super) struct LedgerPart {
    /// What the part adds to the days.
    pub(super) days: Days,
    /// How much of the ledger is in the days then.
    pub(super) folded: Folded,
    /// What the session showed, if that is wanted.
    pub(super) habits: Option<FoldedHabits>,
}

/// Days by date, client and rule.
#[derive(Debug, Default)]
pub(super) struct Days(pub(super) BTreeMap<(String, String, String), Day>);

impl Days {
    /// Adds a line of the roll-up.
    pub(super) fn add(&mut self, day: &Day) {
        let (date, client, rule) = day.key();
        self.of(date, client, rule).add(day);
    }

    fn of(&mut self, date: &str, client: &str, rule: &str) -> &mut Day {
        let key = (date.to_owned(), client.to_owned(), rule.to_owned());
        self.0.entry(key).or_insert_with(|| Day {
            v: LINE_VERSION,
            day: date.to_owned(),
            client: client.to_owned(),
            rule: rule.to_owned(),
            ..Day::default()
        })
    }
}

/// Folds the next part of the ledger whose files are called `name`; `done` is in the days already.
/// `None` if the ledger does not exist, or if it contains a line of a newer version, which that
/// version still needs.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn next(
    sessions: &Path,
    name: &str,
    done: Option<&Folded>,
    lessons: &Lessons,
) -> io::Result<Option<LedgerPart>> {
    let (calls_from, warnings_from) = done.map_or((0, 0), |done| (done.calls, done.warnings));
    let path = |part| ledger_file::path(sessions, name, part);
    let calls = Piece::read(&path(LedgerLines::Calls), calls_from, CALLS_BYTES)?;
    let warnings = Piece::read(&path(LedgerLines::Warnings), warnings_from, WARNINGS_BYTES)?;
    if !calls.exists && !warnings.exists {
        return Ok(None);
    }
    let mut skipped = 0;
    let Some(call_lines) = parsed(&calls.bytes, &mut skipped, CallLine::of) else {
        return Ok(None);
    };
    // A warning belongs to the part that has the calls after it.
    let last = if calls.is_last { u64::MAX } else { call_lines.last().map_or(0, |line| line.t) };
    let (taken, has_more) = warnings.up_to(last);
    let Some(warning_lines) = parsed(taken, &mut skipped, WarningLine::of) else {
        return Ok(None);
    };
    let folded = Folded {
        v: LINE_VERSION,
        folded: name.to_owned(),
        whole: calls.is_last && warnings.is_last && !has_more,
        calls: calls_from + calls.bytes.len() as u64,
        warnings: warnings_from + taken.len() as u64,
    };
    let position = match done {
        Some(_) => PartPosition::Later,
        // The second hash is that of a sub-agent.
        None if name.contains('-') => PartPosition::FirstOfSubAgent,
        None => PartPosition::FirstOfSession,
    };
    let habits = habits(name, &call_lines, &warning_lines, lessons).filter(|_| done.is_none());
    let days = days(&call_lines, &warning_lines, skipped, position);
    Ok(Some(LedgerPart { days, folded, habits }))
}

/// What the ledger called `name` shows, if its project wants to know.
fn habits(
    name: &str,
    calls: &[CallLine],
    warnings: &[WarningLine],
    lessons: &Lessons,
) -> Option<FoldedHabits> {
    let project = calls.first()?.project.as_ref();
    let stem = name.split('.').next().unwrap_or_default();
    lessons.awaits(project, stem).then(|| FoldedHabits {
        project: project.to_owned(),
        stem: stem.to_owned(),
        // A ledger that is folded has ended.
        habits: Habits::of(calls, warnings, u64::MAX, has_lesson),
    })
}

/// Which part of a ledger it is. A session is counted in its first part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PartPosition {
    FirstOfSession,
    FirstOfSubAgent,
    Later,
}

/// The days of these lines of one ledger.
fn days(
    calls: &[CallLine],
    warnings: &[WarningLine],
    skipped: u64,
    position: PartPosition,
) -> Days {
    let mut days = Days::default();
    // Neighbouring calls share their day and client, which are looked up once for all of them.
    for run in
        calls.chunk_by(|one, next| number(one.t) == number(next.t) && one.client == next.client)
    {
        let Some(first) = run.first() else { continue };
        let (date, client) = (date(first.t), first.client.as_ref());
        let day = days.of(&date, client, "");
        for call in run {
            day.calls += 1;
            day.bytes = day.bytes.saturating_add(call.size);
            day.last = day.last.max(call.t);
            day.us.note(call.us);
            count(&mut day.via, &call.via);
            if !call.say.is_empty() {
                day.answered += 1;
                count(&mut day.answered_via, &call.via);
            }
        }
        for call in run {
            for id in &call.hit {
                let day = days.of(&date, client, id);
                day.hits += 1;
                day.hit_bytes = day.hit_bytes.saturating_add(call.size);
                day.hit_ms = day.hit_ms.saturating_add(call.dur.unwrap_or_default());
            }
            for id in &call.say {
                days.of(&date, client, id).spoke += 1;
            }
            for id in &call.good {
                days.of(&date, client, id).good += 1;
            }
            for (id, why) in &call.held {
                count(&mut days.of(&date, client, id).held, why);
            }
        }
    }
    let client = calls.first().map_or("", |call| call.client.as_ref());
    add_uptake(calls, warnings, client, &mut days);
    // A ledger that is folded has ended.
    for unit in units::in_ledger(calls, warnings, u64::MAX) {
        let day = days.of(&date(unit.t), client, &unit.rule);
        day.add_effect(unit.lesson, unit.share_ppm, &unit.counts);
    }
    for unit in lesson_units::in_ledger(calls, warnings, u64::MAX) {
        let lessons = &mut days.of(&date(unit.t), client, &unit.rule).lessons;
        lessons.entry(unit.share_ppm).or_default().add(&unit.counts);
    }
    let first = calls
        .first()
        .map(|call| call.t)
        .or(warnings.first().map(|line| line.t))
        .unwrap_or_default();
    if skipped > 0 {
        days.of(&date(first), client, "").skipped += skipped;
    }
    if position != PartPosition::Later {
        let (mut seen, mut seen_hit): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for ((_, _, rule), day) in &mut days.0 {
            if day.hits > 0 && !seen_hit.contains(rule) {
                day.hit_sessions = 1;
                seen_hit.push(rule.clone());
            }
            // The days come in order, so each rule counts on its first one. The totals count only
            // ledgers that have calls.
            if (day.calls > 0 || !rule.is_empty()) && !seen.contains(rule) {
                day.sessions +=
                    u64::from(!rule.is_empty() || position == PartPosition::FirstOfSession);
                seen.push(rule.clone());
            }
        }
    }
    days
}

/// Adds the uptake of the warnings, day by day. Each warning is judged by itself, so the days add
/// up to the whole.
fn add_uptake(calls: &[CallLine], warnings: &[WarningLine], client: &str, days: &mut Days) {
    let mut numbers: Vec<u64> =
        warnings.iter().filter(|line| line.was_said()).map(|line| line.t / DAY_MS).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let counts = |line: &&WarningLine| !line.reset.is_empty() || line.t / DAY_MS == number;
        let of_day: Vec<WarningLine> = warnings.iter().filter(counts).cloned().collect();
        for (rule, uptake) in uptake::by_rule(calls, &of_day) {
            let day = days.of(&date(number.saturating_mul(DAY_MS)), client, &rule);
            day.said += uptake.said;
            day.followed += uptake.followed;
            day.repeated += uptake.repeated;
            day.open += uptake.open;
            day.chars = day.chars.saturating_add(uptake.chars);
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
    } else {
        counts.insert(name.to_owned(), 1);
    }
}

/// The number of the day that contains a time, counted from 1970.
fn number(t: u64) -> u64 {
    t.min(LAST_MS) / DAY_MS
}

fn date(t: u64) -> String {
    Utc(number(t) * DAY_MS).date()
}

/// A piece of a file. It consists of whole lines unless it is the last piece.
struct Piece {
    bytes: Vec<u8>,
    /// The file exists.
    exists: bool,
    is_last: bool,
}

impl Piece {
    /// Reads up to `limit` bytes from the byte `from` on. A missing file reads as an empty one.
    fn read(path: &Path, from: u64, limit: u64) -> io::Result<Self> {
        let mut file = match state_dir::open(path, OpenOptions::new().read(true)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { bytes: Vec::new(), exists: false, is_last: true });
            }
            opened => opened?,
        };
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let left = meta.len().saturating_sub(from);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::with_capacity(left.min(limit) as usize);
        file.take(limit).read_to_end(&mut bytes)?;
        let is_last = bytes.len() as u64 >= left;
        if !is_last && let Some(at) = bytes.iter().rposition(|byte| *byte == b'\n') {
            bytes.truncate(at + 1);
        }
        Ok(Self { bytes, exists: true, is_last })
    }

    /// The warnings up to the time `t`, and whether there are more.
    fn up_to(&self, t: u64) -> (&[u8], bool) {
        let mut end = 0;
        for line in self.bytes.split_inclusive(|byte| *byte == b'\n') {
            if t < u64::MAX && WarningLine::of(line).is_some_and(|line| line.t > t) {
                break;
            }
            end += line.len();
        }
        (self.bytes.get(..end).unwrap_or_default(), end < self.bytes.len())
    }
}

/// The lines of this version. `None` if there is a line of a newer one. Torn lines are counted in
/// `skipped`.
fn parsed<'b, T>(
    bytes: &'b [u8],
    skipped: &mut u64,
    read: impl Fn(&'b [u8]) -> Option<T>,
) -> Option<Vec<T>> {
    let mut parsed = Vec::new();
    for line in lines(bytes) {
        match read(line) {
            Some(line) => parsed.push(line),
            None if is_newer(line) => return None,
            None => *skipped += 1,
        }
    }
    Some(parsed)
}

/// Whether a newer version wrote a line, which is not just torn.
fn is_newer(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Versioned {
        v: u64,
    }
    line.first() == Some(&b'{')
        && serde_json::from_slice::<Versioned>(line).is_ok_and(|line| line.v > LINE_VERSION.into())
}
