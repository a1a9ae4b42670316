//! Keeps what the last sessions of each project showed. It runs after a call is answered.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::base::state_dir::Patience;
use crate::engine::lessons::has_lesson;
use crate::store::effect::{Strata, Stratum, lesson_units};
use crate::store::habits::Habits;
use crate::store::history::{CallLine, WarningLine};
use crate::store::ledger_file::LedgerLines;
use crate::store::ledgers::{self, LineBuffer};
use crate::store::lessons::Lessons;
use crate::store::rollup::Rollup;

/// How long a first call waits for another process that is writing the file. A session that is not
/// added is missed among the last ten.
const PATIENCE: Duration = Duration::from_millis(10);

const DAY_MS: u64 = 86_400_000;

/// What a folded ledger shows.
pub(super) struct FoldedHabits {
    /// The hash of its project.
    pub(super) project: String,
    /// The stem of the ledger.
    pub(super) stem: String,
    pub(super) habits: Habits,
}

/// Adds the session that began with this call to its project, and looks once more at those that
/// went on. `stem` is that of its ledger, `now` unix ms.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn begin(state: &Path, project: &str, stem: &str, now: u64) -> io::Result<()> {
    Lessons::change(state, Patience::Hook(PATIENCE), |lessons| {
        let habits = lessons.project_mut(project);
        habits.look_again(|stem| Habits::read(state, stem, now, has_lesson));
        habits.settle();
        habits.begin(stem, now);
    })
}

/// Adds what ledgers show that are about to be folded.
///
/// # Errors
/// When the store cannot be written.
pub(super) fn fold(state: &Path, folded: Vec<FoldedHabits>) -> io::Result<()> {
    if folded.is_empty() {
        return Ok(());
    }
    Lessons::change(state, Patience::Hook(PATIENCE), |lessons| {
        for FoldedHabits { project, stem, habits } in folded {
            lessons.project_mut(&project).note(&stem, habits);
        }
    })
}

/// What became of the sessions for which a lesson was due: of the days of the roll-up, and of the
/// ledgers at `now`, unix ms. It reads every ledger, so it is not for a call.
pub(crate) fn strata(state: &Path, rollup: &Rollup, now: u64) -> Strata {
    let mut strata = of_days(rollup);
    let sessions = ledgers::sessions(state).unwrap_or_default();
    let mut buffer = LineBuffer::new();
    for files in sessions.values().flatten().filter(|files| !files.is_sub_agent()) {
        let mut warnings: Vec<WarningLine> = Vec::new();
        files.each(LedgerLines::Warnings, rollup, &mut buffer, |line| {
            warnings.extend(WarningLine::of(line))
        });
        if warnings.iter().all(|line| line.lesson.is_empty()) {
            continue;
        }
        let mut calls: Vec<CallLine> = Vec::new();
        files.each(LedgerLines::Calls, rollup, &mut buffer, |line| {
            calls.extend(CallLine::of(line).map(CallLine::into_owned));
        });
        let client = calls.first().map(|call| call.client.to_string()).unwrap_or_default();
        for unit in lesson_units::in_ledger(&calls, &warnings, now) {
            let period = Stratum::period_of(unit.t / DAY_MS);
            let (rule, client, share_ppm) = (unit.rule, client.clone(), unit.share_ppm);
            let stratum = Stratum { rule, client, share_ppm, period, lesson: None };
            strata.add(stratum, &unit.counts);
        }
    }
    strata
}

fn of_days(rollup: &Rollup) -> Strata {
    let mut strata = Strata::default();
    for day in &rollup.days {
        let period = Stratum::period_of(day.number().unwrap_or_default());
        for (share_ppm, counts) in &day.lessons {
            let (rule, client) = (day.rule.clone(), day.client.clone());
            let share_ppm = *share_ppm;
            strata.add(Stratum { rule, client, share_ppm, period, lesson: None }, counts);
        }
    }
    strata
}

/// Judges the lessons by the days of the roll-up, in which every ledger is in the end.
///
/// # Errors
/// When the store cannot be written.
pub(super) fn judge(state: &Path, rollup: &Rollup) -> io::Result<()> {
    let strata = of_days(rollup);
    let before = Lessons::read(state);
    let mut after = before.clone();
    after.judge(&strata);
    if after == before {
        return Ok(());
    }
    Lessons::change(state, Patience::Hook(PATIENCE), |lessons| lessons.judge(&strata))
}
