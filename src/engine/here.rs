//! Runs analyzers on the main thread as long as they ask the disk nothing.
//!
//! Many calls that concern an analyzer are decided by the event and the session's history, which
//! cannot block. A thread for them costs as much as everything else. The first question to the disk
//! gives the attempt up, and a [`super::worker`] runs the analyzers.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read as _, Seek as _, Write as _};
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

/// How long other calls make no attempt after one of them had to be ended.
const CAUTION: Duration = Duration::from_secs(600);

/// The byte while an attempt runs.
const SET: &[u8; 1] = b"X";

/// The byte after it.
const LIFTED: &[u8; 1] = b"-";

/// A byte in a file that says whether an attempt runs. A rule that does not return cannot be abandoned
/// here: the hard stop ends the process, and the byte stays.
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
        options.read(true).write(true);
        let mut file = match state_dir::open(&path, &options) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                state_dir::create(&path, &options).ok()?
            }
            opened => opened.ok()?,
        };
        let mut mark = [0];
        if file.read(&mut mark).ok()? > 0 && mark == *SET {
            let modified = file.metadata().and_then(|meta| meta.modified()).ok()?;
            if !modified.elapsed().is_ok_and(|age| age > CAUTION) {
                return None;
            }
        }
        write(&mut file, SET).ok()?;
        Some(Self(file))
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // Where this fails, workers are asked for a while, which only takes longer.
        let _ = write(&mut self.0, LIFTED);
    }
}

/// Overwrites the byte. Cutting the file off instead costs the file system a journal entry and a new
/// block each time.
fn write(file: &mut File, mark: &[u8; 1]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(mark)
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

/// Whether a test makes this analyzer fail. A worker then finds out how.
#[cfg(feature = "fault-injection")]
fn struck(analyzer: Analyzer) -> bool {
    let strike = || super::fault::strike(analyzer.as_str());
    !matches!(read::without_disk(strike), Ok(Some(Ok(()))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::analyzers;
    use crate::project::environment::Environment;
    use crate::protocol::client::Client;
    use crate::protocol::event::Event;
    use crate::rules::gate;

    /// How an attempt ends that has `limit`, for a command whose output concerns an analyzer.
    fn turns(folder: &Path, limit: Duration) -> Option<Vec<Turn>> {
        let text = format!(
            r#"{{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{{"command":"cat a.py"}},"tool_response":{{"stdout":"{}"}}}}"#,
            "x".repeat(30_000)
        );
        let event = Event::parse(&text).unwrap();
        let case = Case::new(&event, Environment::new(Client::Claude(None), None), None);
        let tasks = analyzers::tasks(&case, gate::candidates(&event), false);
        assert!(!tasks.is_empty(), "the call concerns an analyzer");
        let findings = attempt(&case, &tasks, Deadline::after(limit), folder)?;
        Some(findings.turns.into_iter().map(|(_, turn)| turn).collect())
    }

    #[test]
    fn what_takes_too_long_is_an_overrun_and_the_mark_is_lifted() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(turns(folder.path(), Duration::from_secs(60)), Some(vec![Turn::Done]));
        assert_eq!(turns(folder.path(), Duration::ZERO), Some(vec![Turn::Overrun]));
        let mark = folder.path().join(state_dir::OVERRUNS);
        assert_eq!(std::fs::read(&mark).unwrap(), LIFTED);
        // Another call has left its mark, or an analyzer has failed.
        std::fs::write(&mark, "X").unwrap();
        assert_eq!(turns(folder.path(), Duration::from_secs(60)), None);
        std::fs::write(&mark, "").unwrap();
        assert_eq!(turns(folder.path(), Duration::from_secs(60)), Some(vec![Turn::Done]));
        std::fs::write(folder.path().join(state_dir::BREAKERS), "{}").unwrap();
        assert_eq!(turns(folder.path(), Duration::from_secs(60)), None);
    }
}
