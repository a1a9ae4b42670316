//! Runs analyzers on the main thread as long as they ask the disk nothing.
//!
//! Many calls that concern an analyzer are decided by the event and the session's history, which
//! cannot block. A thread for them costs as much as everything else. The first question to the disk
//! gives the attempt up, and a [`super::worker`] runs the analyzers.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::analyzers::{Findings, Task, Turn};
use crate::base::deadline::Deadline;
use crate::base::{read, state_dir};
use crate::rules::case::Case;
use crate::rules::matcher::Matches;
#[cfg(feature = "fault-injection")]
use crate::rules::rule::Analyzer;
use crate::rules::set::RuleSet;

/// For how long a call that was ended in an attempt keeps others from one.
const CAUTION: Duration = Duration::from_secs(600);

/// A byte in a file while an attempt runs. A rule that does not return cannot be abandoned here: the
/// hard stop ends the process, and the byte stays.
struct Mark(File);

impl Mark {
    /// Sets the mark. `None` if there shall be no attempt: a fresh mark is there, an analyzer has
    /// failed lately, or nothing can be written.
    fn set(folder: &Path) -> Option<Self> {
        if folder.join(state_dir::BREAKERS).exists() {
            return None;
        }
        let path = folder.join(state_dir::OVERRUNS);
        let mut options = OpenOptions::new();
        options.append(true);
        let mut file = match state_dir::open(&path, &options) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                state_dir::create(&path, &options).ok()?
            }
            opened => opened.ok()?,
        };
        let meta = file.metadata().ok()?;
        if meta.len() > 0 {
            let is_old = meta.modified().ok()?.elapsed().is_ok_and(|age| age > CAUTION);
            if !is_old || file.set_len(0).is_err() {
                return None;
            }
        }
        file.write_all(b"X").ok()?;
        Some(Self(file))
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // Where this fails, workers are asked for a while, which only takes longer.
        let _ = self.0.set_len(0);
    }
}

/// Runs the tasks in order, rule by rule, each within its slice of the deadline. `None` if a worker
/// must run them: one asked the disk or panicked, or in the state `folder` something speaks against
/// an attempt.
pub(crate) fn attempt(
    case: &Case,
    tasks: &[Task],
    deadline: Deadline,
    folder: &Path,
) -> Option<Findings> {
    let _mark = Mark::set(folder)?;
    let mut findings = Findings::default();
    'tasks: for (at, task) in tasks.iter().enumerate() {
        let slice = Deadline::after(deadline.left() / (tasks.len() - at) as u32);
        #[cfg(feature = "fault-injection")]
        if struck(task.analyzer) {
            return None;
        }
        let mut matches = Matches::default();
        for rule in task.rules.iter() {
            let one = Task { rules: RuleSet::EMPTY.with(rule), ..*task };
            matches.extend(read::without_disk(|| one.look(case, false)).ok().flatten()?);
            if slice.left().is_zero() {
                findings.turns.push((task.analyzer, Turn::Overrun));
                continue 'tasks;
            }
        }
        findings.matches.extend(matches);
        findings.turns.push((task.analyzer, Turn::Done));
    }
    Some(findings)
}

/// Whether a test lets this analyzer fail. A worker then says how.
#[cfg(feature = "fault-injection")]
fn struck(analyzer: Analyzer) -> bool {
    let strike = || super::fault::strike(analyzer.as_str());
    !matches!(read::without_disk(strike), Ok(Some(Ok(()))))
}
