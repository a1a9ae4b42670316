//! Whole files through the engine, line by line.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use serde::Serialize;

use super::claude::Transcript;
use super::codex::Rollout;
use super::lines::{Line, Lines};
use super::past::{Conditions, Past, Told};
use super::record::{Fields, Kind, Record, Seen};
use super::recorded;
use crate::protocol::error::EventError;

/// What was passed over.
#[derive(Debug, Default, Clone, Serialize)]
pub struct LeftOut {
    /// Calls for which their client runs no hook.
    pub unhooked_calls: u64,
    /// Calls that stand in another file too.
    pub copied_calls: u64,
    /// Lines that are no JSON object, or a hook input that the hook would not take.
    pub unreadable_lines: u64,
    /// Lines of something else.
    pub foreign_lines: u64,
    /// Files and folders that cannot be read, or only in part.
    pub unreadable_files: Vec<String>,
}

impl LeftOut {
    fn count(&mut self, kind: Kind) {
        match kind {
            Kind::Known => {}
            Kind::Unhooked => self.unhooked_calls += 1,
            Kind::Copied => self.copied_calls += 1,
            Kind::Foreign => self.foreign_lines += 1,
            Kind::Unreadable => self.unreadable_lines += 1,
        }
    }

    /// Takes in what another thread passed over.
    pub(super) fn add(&mut self, other: Self) {
        self.unhooked_calls += other.unhooked_calls;
        self.copied_calls += other.copied_calls;
        self.unreadable_lines += other.unreadable_lines;
        self.foreign_lines += other.foreign_lines;
        self.unreadable_files.extend(other.unreadable_files);
    }
}

/// Reads files that belong together, in order, and tells `listen` of each call. What is read is
/// added to `progress`, bytes.
pub fn read(
    files: &[PathBuf],
    surroundings: &Conditions,
    progress: &AtomicU64,
    listen: &mut dyn FnMut(&Told),
) -> LeftOut {
    let mut past = Past::new(surroundings);
    let mut left_out = LeftOut::default();
    let mut seen = Seen::default();
    for path in files {
        if read_one(path, progress, &mut past, &mut seen, &mut left_out, listen).is_err() {
            left_out.unreadable_files.push(path.to_string_lossy().into_owned());
        }
    }
    left_out
}

fn read_one(
    path: &Path,
    progress: &AtomicU64,
    past: &mut Past,
    seen: &mut Seen,
    left_out: &mut LeftOut,
    listen: &mut dyn FnMut(&Told),
) -> io::Result<()> {
    let mut lines = Lines::open(path, progress)?;
    let mut transcript = Transcript::new(path);
    let mut rollout = Rollout::new(path);
    while let Some(line) = lines.next()? {
        let line = match &line {
            Line::TooLong => {
                left_out.count(Kind::Unreadable);
                continue;
            }
            Line::Text(line) if line.trim_ascii().is_empty() => continue,
            Line::Text(line) => line.trim_start_matches('\u{feff}'),
        };
        let Some(fields) = Fields::of(line) else {
            left_out.count(Kind::Unreadable);
            continue;
        };
        let mut refused = Kind::Known;
        let mut tell = |record: Record| match past.ask(&record, listen) {
            Ok(()) => {}
            Err(EventError::UnknownEvent { .. }) => refused = Kind::Foreign,
            Err(_) => refused = Kind::Unreadable,
        };
        let kind = if recorded::owns(&fields) {
            recorded::read(line, &fields, &mut tell)
        } else if Transcript::owns(&fields) {
            transcript.read(&fields, seen, &mut tell)
        } else if Rollout::owns(&fields) {
            rollout.read(line, &fields, &mut tell)
        } else {
            Kind::Foreign
        };
        left_out.count(if kind == Kind::Known { refused } else { kind });
    }
    Ok(())
}
