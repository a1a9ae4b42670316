//! Everything that a report on a state folder shows.

use std::path::{Path, PathBuf};
use std::thread;

use super::filter::StatsFilter;
use super::read;
use super::tally::Tally;
use crate::base::state_dir::Patience;
use crate::commands::error::Error;
use crate::engine::breakers::Breakers;
use crate::engine::holdout;
use crate::settings::Settings;
use crate::store::effect::Decided;
use crate::store::learned::Learned;
use crate::store::ledger::Ledger;
use crate::store::lessons::Lessons;
use crate::store::mutes::Mutes;
use crate::store::rollup::Rollup;
use crate::store::{ledger, ledgers};

/// The statistics of a state folder, or of several together.
#[derive(Debug)]
pub(super) struct Statistics {
    /// When they were read, unix ms.
    pub(super) now: u64,
    /// The state folder; the first of several.
    pub(super) folder: PathBuf,
    /// How many state folders were counted: each is a user of a machine.
    pub(super) machines: u64,
    pub(super) filter: StatsFilter,
    pub(super) tally: Tally,
    pub(super) storage_bytes: u64,
    pub(super) mutes: Mutes,
    pub(super) learned: Learned,
    pub(super) settings: Settings,
    /// The verdicts about lessons.
    pub(super) lessons: Lessons,
    pub(super) breakers: Breakers,
}

impl Statistics {
    /// Reads the state folder.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub(super) fn read(folder: &Path, filter: StatsFilter) -> Result<Self, Error> {
        let now = ledger::now_ms();
        // While this lives, no upkeep moves a session from its files to the days.
        let rollup = Rollup::read(folder);
        // Asking each file for its size waits for the disk, and reading the lines for the
        // processor.
        let (tally, storage_bytes) = thread::scope(|scope| {
            let sizes = scope.spawn(|| ledgers::bytes(folder));
            let tally = read::tally(folder, &filter, now, &rollup);
            (tally, sizes.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let tally = tally?;
        Ok(Self {
            now,
            learned: learned(folder, &filter, now, &tally),
            lessons: lessons(folder, &filter, &tally),
            tally,
            storage_bytes,
            settings: Settings::load(Some(folder.to_owned())),
            mutes: Mutes::read(folder, now),
            breakers: Breakers::read(folder, String::new()),
            folder: folder.to_owned(),
            machines: 1,
            filter,
        })
    }

    /// Where the lines are, for a page.
    pub(super) fn place(&self) -> String {
        match self.machines {
            1 => self.folder.display().to_string(),
            machines => format!("{machines} state folders"),
        }
    }

    /// What learning decided, by rule, as far as it counts.
    pub(super) fn decided(&self) -> impl Iterator<Item = (&str, &Decided)> {
        self.learned.iter().filter(|(rule, _)| holdout::listens(&self.settings, rule))
    }

    /// The hash of the session that the filter names.
    pub(super) fn session(&self) -> Option<String> {
        let id = self.filter.session.as_deref()?;
        Some(Ledger::new(&self.folder, id, None).stem().to_owned())
    }
}

/// The verdicts about lessons, with those of the looks that have been reached. A filter hides a part
/// of the units, so the last verdicts count then.
fn lessons(folder: &Path, filter: &StatsFilter, tally: &Tally) -> Lessons {
    let before = Lessons::read(folder);
    let mut lessons = before.clone();
    if !filter.is_set() {
        lessons.judge(&tally.lessons);
    }
    if lessons != before {
        // If the store cannot be written, the next reader makes the same verdicts.
        let _ = Lessons::change(folder, Patience::Command, |now| now.judge(&tally.lessons));
    }
    lessons
}

/// What is known of the rules, from all evidence. A filter by session or client hides a part of
/// that, so the result of the last time counts then.
fn learned(folder: &Path, filter: &StatsFilter, now: u64, tally: &Tally) -> Learned {
    let before = Learned::read(folder, now);
    if filter.session.is_some() || filter.client.is_some() {
        return before;
    }
    let learned = before.after(&tally.evidence, now);
    // If the store cannot be written, only calls miss the result, and they report that themselves.
    let _ = learned.write(folder, Patience::Command);
    learned
}
