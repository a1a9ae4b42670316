//! Learns from the units in the store which rules change what agents do.
//!
//! [`crate::store::effect::learning`] decides; `docs/learning.md` has the simulation. Learning never
//! runs while a call waits for its answer.

use std::io;
use std::path::Path;
use std::time::SystemTime;

use memchr::memmem;

use crate::base::calendar::Utc;
use crate::base::state_dir::Patience;
use crate::base::{read, state_dir};
use crate::store::effect::{Evidence, Stratum, units};
use crate::store::history::{CallLine, WarningLine, lines};
use crate::store::learned::Learned;
use crate::store::ledger_file::{LedgerFile, LedgerLines};
use crate::store::rollup::{Day, Rollup};

/// Largest file of a ledger that is read, bytes: 15,000 calls, which take 20 ms. A longer one counts
/// when it is folded.
const MAX_LEDGER_BYTES: u64 = 4 << 20;

/// Most files of the folder of ledgers that are listed, which takes 3 ms.
const MAX_LISTED: usize = 4096;

const DAY_MS: u64 = 86_400_000;

/// Collects the units in the roll-up and in the ledgers at `now`, unix ms. Reads the newest ledgers
/// first, and stops when `is_late` returns true: a look that is reached with fewer units is as good,
/// and the next upkeep sees the others.
pub fn gather(state: &Path, rollup: &Rollup, now: u64, is_late: impl Fn() -> bool) -> Evidence {
    let mut evidence = Evidence::default();
    rollup.days.iter().for_each(|day| add_day(&mut evidence, day, now));
    for name in newest_first(&state.join("sessions"), &is_late) {
        if is_late() {
            break;
        }
        add_ledger(&mut evidence, state, rollup, &name, now);
    }
    evidence
}

/// Rewrites `learned.json`. The caller ensures that no ledger moves meanwhile, so that the
/// ledgers and the roll-up are consistent.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn renew(
    state: &Path,
    rollup: &Rollup,
    now: u64,
    patience: Patience,
    is_late: impl Fn() -> bool,
) -> io::Result<()> {
    let evidence = gather(state, rollup, now, is_late);
    Learned::read(state, now).after(&evidence, now).write(state, patience)
}

/// Adds the units of a day of the roll-up.
pub(crate) fn add_day(evidence: &mut Evidence, day: &Day, now: u64) {
    if day.effects().next().is_none() {
        return;
    }
    let Some(date) = Utc::parse(&format!("{}T00:00:00Z", day.day)) else { return };
    let number = date.0 / DAY_MS;
    for (lesson, share_ppm, counts) in day.effects() {
        let stratum = Stratum {
            rule: day.rule.clone(),
            client: day.client.clone(),
            share_ppm,
            period: Stratum::period_of(number),
            lesson,
        };
        evidence.add(stratum, number, now / DAY_MS, counts);
    }
}

/// Adds the units in these lines of one ledger.
fn add_units(evidence: &mut Evidence, calls: &[CallLine], warnings: &[WarningLine], now: u64) {
    let client = calls.first().map_or("", |call| call.client.as_ref());
    for unit in units::in_ledger(calls, warnings, now) {
        let day = unit.t / DAY_MS;
        let stratum = Stratum {
            rule: unit.rule,
            client: client.to_owned(),
            share_ppm: unit.share_ppm,
            period: Stratum::period_of(day),
            lesson: unit.lesson,
        };
        evidence.add(stratum, day, now / DAY_MS, &unit.counts);
    }
}

/// Adds the ledger whose file of warnings is called `name`, as far as it is not in the roll-up.
fn add_ledger(evidence: &mut Evidence, state: &Path, rollup: &Rollup, name: &str, now: u64) {
    let read = |name: &str| -> Option<Vec<u8>> {
        let file = LedgerFile::of(name)?;
        let from = usize::try_from(rollup.uncounted(file.ledger, file.lines)?).ok()?;
        let mut bytes =
            state_dir::read_small(&state.join("sessions").join(name), MAX_LEDGER_BYTES)?;
        Some(bytes.split_off(from.min(bytes.len())))
    };
    let Some(said) = read(name) else { return };
    // Most ledgers have no unit, and cost little then.
    if memmem::find(&said, b"\"unit\":true").is_none() {
        return;
    }
    let calls = name
        .strip_suffix(LedgerLines::Warnings.ending())
        .and_then(|stem| read(&format!("{stem}{}", LedgerLines::Calls.ending())));
    let Some(calls) = calls else { return };
    let said: Vec<WarningLine> = lines(&said).filter_map(WarningLine::of).collect();
    let calls: Vec<CallLine> = lines(&calls).filter_map(CallLine::of).collect();
    add_units(evidence, &calls, &said, now);
}

/// The names of files of warnings, last modified first. Of a very large store it lists a part, and
/// what it comes to until `is_late`; the others count when they are folded.
fn newest_first(sessions: &Path, is_late: impl Fn() -> bool) -> Vec<String> {
    let entries = read::entries(sessions, MAX_LISTED).into_iter().flatten().flatten();
    let entries = entries.take_while(|_| !is_late());
    let mut names: Vec<(SystemTime, String)> = entries
        .filter_map(|entry| {
            let name = entry
                .file_name()
                .into_string()
                .ok()
                .filter(|name| name.ends_with(LedgerLines::Warnings.ending()))?;
            Some((entry.metadata().ok()?.modified().ok()?, name))
        })
        .collect();
    names.sort_unstable_by(|one, other| other.cmp(one));
    names.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::effect::{ArmCounts, Counts};

    #[test]
    fn days_of_any_age_are_judged_and_those_in_sight_learned_from() {
        let now = 20_000 * DAY_MS;
        let day = |number: u64, units| {
            let told = ArmCounts { units, ..ArmCounts::default() };
            Day {
                v: 1,
                day: Utc(number * DAY_MS).date(),
                rule: "grep-recursive".into(),
                effect: [(200_000, Counts { told, ..Counts::default() })].into(),
                ..Day::default()
            }
        };
        let mut rollup = Rollup::default();
        rollup.days = vec![day(19_999, 3), day(19_821, 4), day(19_820, 5)];
        rollup.days.push(Day { day: "yesterday".into(), ..day(19_999, 90) });
        let evidence = gather(Path::new("/nowhere"), &rollup, now, || false);
        let units = |counts: &Counts| counts.told.units;
        assert_eq!(evidence.all().counts().map(units).sum::<u64>(), 12);
        assert_eq!(evidence.in_sight().counts().map(units).sum::<u64>(), 7);
    }
}
