//! Counts several state folders together, which a team has gathered. Nothing is written in them.

use std::io;
use std::path::{Path, PathBuf};

use super::filter::StatsFilter;
use super::read;
use super::statistics::Statistics;
use super::tally::Tally;
use crate::base::file_error::FileError;
use crate::base::state_dir;
use crate::commands::context::report;
use crate::commands::error::Error;
use crate::engine::breakers::Breakers;
use crate::settings::Settings;
use crate::store::learned::Learned;
use crate::store::lessons::Lessons;
use crate::store::mutes::Mutes;
use crate::store::rollup::Rollup;
use crate::store::{ledger, ledgers};

/// A folder that no machine has: what belongs to one machine alone is not shown of several.
const NONE: &str = "/dev/null/toolcoach";

/// Reads the folders. One that is no store is named on stderr and left out; one that is named twice
/// counts once.
///
/// # Errors
/// When none of them is a store.
pub(super) fn read(folders: &[PathBuf], filter: StatsFilter) -> Result<Statistics, Error> {
    let now = ledger::now_ms();
    let mut seen: Vec<PathBuf> = Vec::new();
    let (mut tally, mut storage_bytes) = (Tally::default(), 0);
    for folder in folders {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if seen.contains(&real) {
            continue;
        }
        match count(folder, &filter, now) {
            Ok(more) => {
                tally.merge(more);
                storage_bytes += ledgers::bytes(folder);
                seen.push(real);
            }
            Err(why) => {
                let what = format!("{why}; it is left out");
                report(&[FileError::Unreadable { path: folder.clone(), what }]);
            }
        }
    }
    let first = seen.first().ok_or(Error::NoStores)?;
    let one = Some(first).filter(|_| seen.len() == 1);
    let alone = one.map_or(Path::new(NONE), PathBuf::as_path);
    // Verdicts stay from look to look. Those of several machines are made of what all saw.
    let mut lessons = Lessons::read(alone);
    lessons.judge(&tally.lessons);
    Ok(Statistics {
        now,
        learned: Learned::read(alone, now).after(&tally.evidence, now),
        lessons,
        tally,
        storage_bytes,
        settings: Settings::load(None),
        mutes: Mutes::read(alone, now),
        breakers: Breakers::read(alone, String::new()),
        folder: first.clone(),
        machines: seen.len() as u64,
        filter,
    })
}

/// Counts one folder.
///
/// # Errors
/// Why it is no store.
fn count(folder: &Path, filter: &StatsFilter, now: u64) -> Result<Tally, String> {
    let sessions = folder.join("sessions");
    let has = |path: &Path| match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.to_string()),
    };
    if !has(folder)? {
        return Err("there is no such folder".to_owned());
    }
    if !has(&sessions)? && !has(&folder.join(state_dir::HISTORY))? {
        return Err("there is neither `sessions` nor `history.jsonl` in it".to_owned());
    }
    read::tally(folder, filter, now, &Rollup::read_only(folder)).map_err(|error| error.to_string())
}
