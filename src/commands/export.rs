//! `toolcoach export`: the store for others' eyes. The same lines with hashes keyed anew, and nothing
//! else.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::base::{read, state_dir};
use crate::commands::error::Error;
use crate::store::errors::ErrorLine;
use crate::store::export::{self, ExportKey};
use crate::store::history::{CallLine, LINE_VERSION, WarningLine};
use crate::store::ledger_file::{self, LedgerLines};
use crate::store::ledgers::{self, LedgerFiles, LineBuffer};
use crate::store::rollup::Rollup;
use crate::ui::format::{self, plural};
use crate::ui::print::print;

/// Writes the export to a new folder.
///
/// # Errors
/// When there is no state folder, `target` is not empty, or something cannot be read or written.
pub(crate) fn run(target: Option<&Path>) -> Result<(), Error> {
    let state = state_dir::folder().ok_or(Error::NoStateFolder)?;
    let target = target.unwrap_or("toolcoach-export".as_ref());
    check_empty(target)?;
    let failed = |source: io::Error| Error::NotWritten { path: target.to_owned(), source };
    // While this lives, no upkeep moves a session from its files to the days.
    let rollup = Rollup::read(&state);
    let sessions = ledgers::sessions(&state).map_err(Error::reading(&state))?;
    let key = ExportKey::fresh();
    let folder = target.join("sessions");
    state_dir::create_folder(target)
        .and_then(|()| state_dir::create_folder(&folder))
        .map_err(failed)?;
    let mut lines = LineBuffer::new();
    for ledger in sessions.values().flatten() {
        ledger_lines(ledger, &rollup, &key, &mut lines, &folder).map_err(failed)?;
    }
    let days: Vec<_> = rollup.days.iter().map(export::day).collect();
    write(&target.join(state_dir::HISTORY), &days).map_err(failed)?;
    for name in [state_dir::ERRORS, state_dir::OLD_ERRORS] {
        let mut errors = Vec::new();
        lines.each(&state.join(name), 0, |line| {
            let line = serde_json::from_slice::<ErrorLine>(line).ok();
            errors.extend(
                line.filter(|line| line.v == LINE_VERSION).map(|line| export::error(&line)),
            );
        });
        write(&target.join(name), &errors).map_err(failed)?;
    }
    let target = format::path(target);
    Ok(print(&format!(
        "Wrote {} and {} of history to {target}. The key of its hashes is not stored anywhere.\n\
         To look at it: toolcoach stats --state {target}\n",
        plural(sessions.len() as u64, "session"),
        plural(days.len() as u64, "line")
    ))?)
}

/// Checks that nothing is in the folder: what is there would leave the machine too.
fn check_empty(target: &Path) -> Result<(), Error> {
    match read::entries(target, 1).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::NotEmpty { folder: target.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::Read { path: target.to_owned(), source }),
    }
}

/// Writes the lines of one ledger that are not in the days yet. A line that is torn, foreign or of
/// another version may contain anything, so it stays.
fn ledger_lines(
    ledger: &LedgerFiles,
    rollup: &Rollup,
    key: &ExportKey,
    lines: &mut LineBuffer,
    folder: &Path,
) -> io::Result<()> {
    let (mut calls, mut warnings) = (Vec::new(), Vec::new());
    ledger.each(LedgerLines::Calls, rollup, lines, |line| {
        calls.extend(CallLine::of(line).map(|line| key.call(line)));
    });
    ledger.each(LedgerLines::Warnings, rollup, lines, |line| {
        warnings.extend(WarningLine::of(line).map(|line| key.warning(line)));
    });
    let name = key.name(ledger.name());
    let path = |part| ledger_file::path(folder, &name, part);
    write(&path(LedgerLines::Calls), &calls)?;
    write(&path(LedgerLines::Warnings), &warnings)
}

/// Writes a new file with these lines; none for no lines.
fn write<T: Serialize>(path: &Path, lines: &[T]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut bytes = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut bytes, line)?;
        bytes.push(b'\n');
    }
    state_dir::open(path, OpenOptions::new().write(true).create_new(true))?.write_all(&bytes)
}
