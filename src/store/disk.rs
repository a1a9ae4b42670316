//! One session's ledger on disk: two files of append-only JSON lines in the state folder.
//!
//! One line is one `write` on an O_APPEND descriptor, so parallel processes need no lock (104,000
//! such lines from 16 processes: none torn). Only a call that is about to speak takes the lock.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::slice;
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;

use super::history::{History, TAIL_BYTES, lines};
use super::ledger_file::LedgerLines;
use super::line::{CallLine, WarningLine};
use crate::base::read;
use crate::base::state_dir::{create, lock_within, open, open_or_create};

/// Most bytes of warnings that are read. Budgets keep the file far below this.
const MAX_WARNINGS_BYTES: u64 = 256 << 10;

/// Initial size of the buffer for warnings, bytes. Those of most sessions fit.
const WARNINGS_BYTES: usize = 4 << 10;

/// Initial size of the buffer for a line to write, bytes. Most lines fit.
const LINE_BYTES: usize = 512;

/// Most entries of the folder of ledgers that are listed to find those of a session's other agents.
const MAX_LISTED: usize = 4096;

/// Most other agents of a session whose calls are read.
const MAX_AGENTS: usize = 16;

/// How much older than its last line a ledger may seem, ms: the date of a file is that of the
/// kernel's last tick, up to 10 ms ago, and a file server has a clock of its own.
const TICK_MS: u64 = 1000;

/// How long a call waits for another process that is about to speak.
const LOCK_PATIENCE: Duration = Duration::from_millis(2);

/// The files of one session and agent.
#[derive(Debug, Clone)]
pub(super) struct OnDisk {
    /// What their paths share: `sessions/<stem>`.
    base: PathBuf,
}

impl OnDisk {
    /// The files in the folder `sessions` whose names begin with `stem`. Touches no file.
    pub(super) fn new(sessions: &Path, stem: &str) -> Self {
        Self { base: sessions.join(stem) }
    }

    /// Appends a call; returns whether the file had to be created for it. Then the line gets the
    /// `project`.
    pub(super) fn append_call(
        &self,
        line: &CallLine,
        project: impl FnOnce() -> String,
    ) -> io::Result<bool> {
        self.write_call(line, project, |file, line| append_all(file, slice::from_ref(line)))
    }

    /// The same in another form than a line has by itself: `form` returns its JSON.
    pub(super) fn append_call_as(
        &self,
        line: &CallLine,
        project: impl FnOnce() -> String,
        form: impl FnOnce(&CallLine) -> io::Result<Vec<u8>>,
    ) -> io::Result<bool> {
        self.write_call(line, project, |file, line| {
            let mut bytes = form(line)?;
            bytes.push(b'\n');
            write_once(file, &bytes)
        })
    }

    fn write_call(
        &self,
        line: &CallLine,
        project: impl FnOnce() -> String,
        write: impl FnOnce(&mut File, &CallLine) -> io::Result<()>,
    ) -> io::Result<bool> {
        let path = self.path(LedgerLines::Calls);
        let mut options = OpenOptions::new();
        options.append(true);
        match open(&path, &options) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let line = CallLine { project: project().into(), ..line.clone() };
                write(&mut create(&path, &options)?, &line).map(|()| true)
            }
            opened => write(&mut opened?, line).map(|()| false),
        }
    }

    /// The state folder.
    pub(super) fn state(&self) -> Option<&Path> {
        self.base.parent()?.parent()
    }

    /// Whether there is a file of calls.
    pub(super) fn has_calls(&self) -> bool {
        fs::symlink_metadata(self.path(LedgerLines::Calls)).is_ok()
    }

    /// The files of another agent of the same session.
    pub(super) fn of_stem(&self, stem: &str) -> Self {
        Self { base: self.base.with_file_name(stem) }
    }

    pub(super) fn append_warnings(&self, lines: &[WarningLine]) -> io::Result<()> {
        append(&self.path(LedgerLines::Warnings), lines)
    }

    /// The last calls.
    pub(super) fn recent(&self) -> io::Result<History> {
        let mut file = open(&self.path(LedgerLines::Calls), OpenOptions::new().read(true))?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut tail = Vec::with_capacity(TAIL_BYTES as usize);
        file.take(TAIL_BYTES).read_to_end(&mut tail)?;
        // A process reads its history once and ends soon after, so leaking the bytes costs nothing.
        Ok(History::new(&*tail.leak(), length))
    }

    /// The files of the other agents of this `session` that were written to after `since`, unix ms.
    pub(super) fn others(&self, session: &str, since: u64) -> Vec<Self> {
        let (Some(folder), Some(own)) = (self.base.parent(), self.base.file_name()) else {
            return Vec::new();
        };
        let entries = read::entries(folder, MAX_LISTED).into_iter().flatten().flatten();
        let others = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let stem = name.strip_suffix(LedgerLines::Calls.ending())?;
            let is_other = stem
                .strip_prefix(session)
                .is_some_and(|rest| (rest.is_empty() || rest.starts_with('-')) && *own != *stem);
            let written = entry.metadata().ok().filter(|_| is_other)?.modified().ok()?;
            let written = written.duration_since(UNIX_EPOCH).ok()?.as_millis() as u64;
            (written.saturating_add(TICK_MS) >= since).then(|| Self::new(folder, stem))
        });
        others.take(MAX_AGENTS).collect()
    }

    /// All warnings, read without the lock.
    pub(super) fn warnings(&self) -> io::Result<Vec<WarningLine>> {
        read_warnings(&mut open(&self.path(LedgerLines::Warnings), OpenOptions::new().read(true))?)
    }

    /// Locks the warnings until the file is dropped, and reads them.
    pub(super) fn lock_warnings(&self) -> io::Result<(File, Vec<WarningLine>)> {
        let path = self.path(LedgerLines::Warnings);
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let mut file = open_or_create(&path, &options)?;
        lock_within(LOCK_PATIENCE, || file.try_lock())?;
        let warnings = read_warnings(&mut file)?;
        Ok((file, warnings))
    }

    fn path(&self, part: LedgerLines) -> PathBuf {
        let mut path = self.base.clone().into_os_string();
        path.push(part.ending());
        path.into()
    }
}

fn read_warnings(file: &mut File) -> io::Result<Vec<WarningLine>> {
    // `read_to_end` would fill an empty buffer by tiny reads first.
    let mut bytes = Vec::with_capacity(WARNINGS_BYTES);
    file.take(MAX_WARNINGS_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_WARNINGS_BYTES {
        // The last lines count more than the first. The line that this cuts is skipped.
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(MAX_WARNINGS_BYTES)))?;
        bytes.clear();
        file.take(MAX_WARNINGS_BYTES).read_to_end(&mut bytes)?;
    }
    // `lines` leaves out the empty line after the last line break. Parsing it would be expensive:
    // serde_json locates its error with memchr, which executes CPUID, and that takes 100 us on a
    // virtual machine.
    Ok(lines(&bytes).filter_map(WarningLine::of).collect())
}

/// Appends lines to a file, which is created if needed.
pub(super) fn append<T: Serialize>(path: &Path, lines: &[T]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true);
    append_all(&mut open_or_create(path, &options)?, lines)
}

/// Appends lines to an open file.
pub(super) fn append_all<T: Serialize>(file: &mut File, lines: &[T]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(LINE_BYTES * lines.len());
    for line in lines {
        serde_json::to_writer(&mut bytes, line)?;
        bytes.push(b'\n');
    }
    write_once(file, &bytes)
}

/// Writes with a single `write`, since two would let another process write between them. A short
/// write is an error, and what it wrote is taken back, or the next line would be part of it.
fn write_once(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    match file.write(bytes)? {
        n if n == bytes.len() => Ok(()),
        n => {
            // The first error is the one to report.
            let _ = take_back(file, n as u64);
            Err(io::ErrorKind::WriteZero.into())
        }
    }
}

/// Cuts the `count` bytes off that this process has just appended, unless another one has appended
/// more since. Between the look and the cut another line may come and be lost, within a
/// microsecond, where a lock would cost every call some.
fn take_back(file: &mut File, count: u64) -> io::Result<()> {
    let end = file.stream_position()?;
    if file.metadata()?.len() == end { file.set_len(end.saturating_sub(count)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_agents_of_a_session_are_found_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["0a", "0a-1", "0a-2", "0ab", "0b", "0b-1"];
        let file = |name: &str| folder.path().join(format!("{name}.calls.jsonl"));
        names.iter().for_each(|name| fs::write(file(name), "x").unwrap());
        fs::write(folder.path().join("0a-3.warnings.jsonl"), "x").unwrap();
        let others = |own: &str, since: u64| {
            let others = OnDisk::new(folder.path(), own).others("0a", since);
            let mut paths: Vec<_> = others.into_iter().map(|other| other.base).collect();
            paths.sort();
            paths
        };
        let paths = |names: &[&str]| names.iter().map(|name| folder.path().join(name)).collect();
        for (own, expected) in [("0a", ["0a-1", "0a-2"]), ("0a-1", ["0a", "0a-2"])] {
            let expected: Vec<PathBuf> = paths(&expected);
            assert_eq!(others(own, 0), expected, "{own}");
        }
        assert!(others("0a", u64::MAX).is_empty(), "nobody wrote since");
    }
}
