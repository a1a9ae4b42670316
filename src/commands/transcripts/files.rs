//! Reads whole files, line by line, and replays them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use serde::Serialize;

use super::claude::Transcript;
use super::codex::Rollout;
use super::heard::Heard;
use super::lines::{RecordedLine, RecordedLines};
use super::record::{LineFields, LineKind, Record, SeenCalls};
use super::recorded;
use super::sessions::{Conditions, Replayed, SessionReplay};
use super::share::Share;
use crate::engine::Answer;
use crate::engine::judge::Held;
use crate::protocol::error::EventError;
use crate::rules::matcher::Match;

/// The calls, lines and files that were skipped.
#[derive(Debug, Default, Clone, Serialize)]
pub struct LeftOut {
    /// Lines of recordings, which were not skipped.
    #[serde(skip)]
    pub read_lines: u64,
    /// Calls for which their client runs no hook.
    pub unhooked_calls: u64,
    /// Calls that are in another file too.
    pub copied_calls: u64,
    /// Lines that are not JSON objects, or hook inputs that the hook would not accept.
    pub unreadable_lines: u64,
    /// Lines of something else.
    pub foreign_lines: u64,
    /// Files and folders that cannot be read, or only in part.
    pub unreadable_files: Vec<String>,
}

impl LeftOut {
    fn count(&mut self, kind: LineKind) {
        match kind {
            LineKind::Empty | LineKind::Elsewhere => {}
            LineKind::Known => self.read_lines += 1,
            LineKind::Unhooked => self.unhooked_calls += 1,
            LineKind::Copied => self.copied_calls += 1,
            LineKind::Foreign => self.foreign_lines += 1,
            LineKind::Unreadable => self.unreadable_lines += 1,
        }
    }

    /// Adds the counts of another thread.
    pub(crate) fn add(&mut self, other: Self) {
        self.read_lines += other.read_lines;
        self.unhooked_calls += other.unhooked_calls;
        self.copied_calls += other.copied_calls;
        self.unreadable_lines += other.unreadable_lines;
        self.foreign_lines += other.foreign_lines;
        self.unreadable_files.extend(other.unreadable_files);
        self.unreadable_files.sort();
    }

    /// Adds folders that cannot be read.
    pub(crate) fn add_unreadable(&mut self, folders: &[String]) {
        self.unreadable_files.extend_from_slice(folders);
        self.unreadable_files.sort();
    }

    /// Whether any line was part of a recording.
    pub(crate) fn has_recordings(&self) -> bool {
        self.read_lines + self.unhooked_calls + self.copied_calls > 0
    }
}

/// What takes in the calls of recordings, in the order of the files.
pub(crate) trait RecordReader {
    /// Takes a hook input.
    ///
    /// # Errors
    /// When the input is not a valid event.
    fn record(&mut self, record: &Record) -> Result<(), EventError>;

    /// The lines that it takes.
    fn share(&self) -> Share {
        Share::default()
    }

    /// Takes what the hook said in the session.
    fn heard(&mut self, _heard: &Heard) {}
}

/// Replays the calls, and passes each to `on_call`.
struct Replaying<'r, 's> {
    sessions: SessionReplay<'s>,
    on_call: &'r mut dyn FnMut(&Replayed),
}

impl RecordReader for Replaying<'_, '_> {
    fn record(&mut self, record: &Record) -> Result<(), EventError> {
        self.sessions.replay(record, self.on_call)
    }

    fn share(&self) -> Share {
        self.sessions.share()
    }
}

/// Replays each call under two conditions, and passes both answers to `on_pair`.
struct ReplayingTwice<'r, 's> {
    first: SessionReplay<'s>,
    second: SessionReplay<'s>,
    on_pair: &'r mut dyn FnMut(&FirstAnswer, &Replayed),
}

impl RecordReader for ReplayingTwice<'_, '_> {
    fn record(&mut self, record: &Record) -> Result<(), EventError> {
        let mut first = None;
        self.first.replay(record, &mut |replayed| first = Some(FirstAnswer::of(replayed)))?;
        let on_pair = &mut self.on_pair;
        self.second.replay(record, &mut |replayed| {
            if let Some(first) = &first {
                on_pair(first, replayed);
            }
        })
    }

    fn share(&self) -> Share {
        self.second.share()
    }
}

/// The answer to a call under the first of two conditions.
pub(crate) struct FirstAnswer {
    /// What is said, and how many times its rule has spoken in this memory.
    pub(crate) said: Vec<(Match, u64)>,
    /// The rules that are not said, and why.
    pub(crate) held: Vec<(&'static str, Held)>,
}

impl FirstAnswer {
    fn of(replayed: &Replayed) -> Self {
        let times =
            |found: &Match| replayed.times_said.get(found.rule.id).copied().unwrap_or_default();
        let Answer { said, held, .. } = replayed.answer;
        Self {
            said: said.iter().map(|found| (found.clone(), times(found))).collect(),
            held: held.iter().map(|(found, why)| (found.rule.id, *why)).collect(),
        }
    }
}

/// Replays files that belong together under two conditions, in order, and passes both answers to
/// each call to `on_pair`. Adds the number of bytes read to `progress`.
pub(crate) fn read_twice(
    files: &[PathBuf],
    [first, second]: [&Conditions; 2],
    progress: &AtomicU64,
    on_pair: &mut dyn FnMut(&FirstAnswer, &Replayed),
) -> LeftOut {
    let (first, second) = (SessionReplay::new(first), SessionReplay::new(second));
    read_into(&mut ReplayingTwice { first, second, on_pair }, files, progress)
}

/// Replays files that belong together, in order, and passes each call to `on_call`. Adds the number
/// of bytes read to `progress`.
pub fn read(
    files: &[PathBuf],
    conditions: &Conditions,
    progress: &AtomicU64,
    on_call: &mut dyn FnMut(&Replayed),
) -> LeftOut {
    let mut replaying = Replaying { sessions: SessionReplay::new(conditions), on_call };
    read_into(&mut replaying, files, progress)
}

/// Passes the calls of files that belong together to `reader`. Adds the number of bytes read to
/// `progress`.
pub(crate) fn read_into(
    reader: &mut dyn RecordReader,
    files: &[PathBuf],
    progress: &AtomicU64,
) -> LeftOut {
    let mut left_out = LeftOut::default();
    let mut seen = SeenCalls::default();
    // One of those that share a file tells of it.
    let is_first = reader.share().takes(None);
    let elsewhere = AtomicU64::new(0);
    let progress = if is_first { progress } else { &elsewhere };
    for path in files {
        if read_one(path, progress, reader, &mut seen, &mut left_out).is_err() && is_first {
            left_out.unreadable_files.push(path.to_string_lossy().into_owned());
        }
    }
    left_out
}

fn read_one(
    path: &Path,
    progress: &AtomicU64,
    reader: &mut dyn RecordReader,
    seen: &mut SeenCalls,
    left_out: &mut LeftOut,
) -> io::Result<()> {
    let mut lines = RecordedLines::open(path, progress)?;
    let mut transcript = Transcript::new(path);
    let mut rollout = Rollout::new(path);
    let end = loop {
        match lines.next() {
            Ok(Some(RecordedLine::TooLong)) => left_out.count(unreadable(reader)),
            Ok(Some(RecordedLine::Text(line))) => {
                let line = line.trim_start_matches('\u{feff}');
                left_out.count(read_line(line, &mut transcript, &mut rollout, reader, seen));
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    // The calls before an error were read too.
    rollout.end_reading(&mut seen.rollouts);
    end
}

/// What a line is for this reader that cannot be read.
fn unreadable(reader: &dyn RecordReader) -> LineKind {
    if reader.share().takes(None) { LineKind::Unreadable } else { LineKind::Elsewhere }
}

fn read_line(
    line: &str,
    transcript: &mut Transcript,
    rollout: &mut Rollout,
    reader: &mut dyn RecordReader,
    seen: &mut SeenCalls,
) -> LineKind {
    if line.trim_ascii().is_empty() {
        return LineKind::Empty;
    }
    let Some(fields) = LineFields::of(line) else { return unreadable(reader) };
    if !reader.share().takes(fields.event.and(fields.session_id)) {
        return LineKind::Elsewhere;
    }
    let mut refused = LineKind::Known;
    let mut emit = |record: Record| match reader.record(&record) {
        Ok(()) => {}
        Err(EventError::UnknownEvent { .. }) => refused = LineKind::Foreign,
        Err(_) => refused = LineKind::Unreadable,
    };
    let kind = if recorded::owns(&fields) {
        recorded::read(line, &fields, &mut emit)
    } else if Transcript::owns(&fields) {
        transcript.read(&fields, seen, &mut emit)
    } else if Rollout::owns(&fields) {
        rollout.read(line, &fields, &seen.rollouts, &mut emit)
    } else {
        LineKind::Foreign
    };
    if let Some(heard) = Heard::of(&fields) {
        reader.heard(&heard);
    }
    if kind == LineKind::Known { refused } else { kind }
}
