//! The ledgers of a state folder: which there are, and their lines one by one. Hooks write while
//! they are read.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::rollup::{CALLS, Rollup, WARNINGS};
use crate::base::state_dir;

/// Longest line that is read, bytes; ours are under 1 KB.
const MAX_LINE_BYTES: usize = 64 << 10;

/// What is read at once, bytes: most ledgers.
const BUFFER_BYTES: usize = 256 << 10;

/// What one agent of a session remembers, or a part of it that was set aside: two files that share
/// a name.
#[derive(Debug)]
pub(crate) struct Memory {
    folder: Arc<Path>,
    name: String,
}

impl Memory {
    /// The hash of its session, and of the agent behind a `-` for a sub-agent.
    pub(crate) fn stem(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// It is a sub-agent's.
    pub(crate) fn is_sub_agent(&self) -> bool {
        self.name.contains('-')
    }

    /// Gives each line of its file with this ending that is not in the roll-up yet.
    pub(crate) fn each(
        &self,
        ending: &str,
        rollup: &Rollup,
        lines: &mut Lines,
        take: impl FnMut(&[u8]),
    ) -> Outcome {
        let name = format!("{}{ending}", self.name);
        match rollup.uncounted(&name) {
            Some(from) => lines.each(&self.folder.join(name), from, take),
            None => Outcome::Absent,
        }
    }
}

/// The memories by session, whose hash begins their names; none if there is no folder.
///
/// # Errors
/// When the folder cannot be listed.
pub(crate) fn sessions(folder: &Path) -> io::Result<BTreeMap<String, Vec<Memory>>> {
    let folder: Arc<Path> = folder.join("sessions").into();
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let file = entry?.file_name();
        let name =
            file.to_str().and_then(|file| file.strip_suffix(CALLS).or(file.strip_suffix(WARNINGS)));
        names.extend(name.map(str::to_owned));
    }
    names.sort_unstable();
    names.dedup();
    let mut sessions: BTreeMap<String, Vec<Memory>> = BTreeMap::new();
    for name in names {
        let session = name.split(['-', '.']).next().unwrap_or_default().to_owned();
        sessions.entry(session).or_default().push(Memory { folder: Arc::clone(&folder), name });
    }
    Ok(sessions)
}

/// Bytes of the plain files in the state folder and its sessions.
pub(crate) fn bytes(folder: &Path) -> u64 {
    let listed = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    listed(folder)
        .chain(listed(&folder.join("sessions")))
        .filter_map(|entry| entry.metadata().ok())
        .filter(|meta| meta.is_file())
        .map(|meta| meta.len())
        .sum()
}

/// How the reading of a file went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// To its end.
    Whole,
    /// It is not there.
    Absent,
    /// It is there and cannot be read, or is no plain file.
    Unreadable,
}

/// Gives the lines of files, with a buffer that serves one after the other.
#[derive(Debug)]
pub(crate) struct Lines(Vec<u8>);

impl Lines {
    pub(crate) fn new() -> Self {
        Self(vec![0; BUFFER_BYTES])
    }

    /// Gives each line from this byte on that is not empty to `take`; also the last one without a
    /// line break, which a hook may be writing, and of one that is too long the beginning.
    pub(crate) fn each(&mut self, path: &Path, from: u64, take: impl FnMut(&[u8])) -> Outcome {
        let mut file = match state_dir::open(path, OpenOptions::new().read(true)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Outcome::Absent,
            Err(_) => return Outcome::Unreadable,
        };
        let length = file.metadata().ok().filter(|meta| meta.is_file()).map(|meta| meta.len());
        let length = length.filter(|_| from == 0 || file.seek(SeekFrom::Start(from)).is_ok());
        match length.map(|length| self.read(&mut file, length.saturating_sub(from), take)) {
            Some(Ok(())) => Outcome::Whole,
            _ => Outcome::Unreadable,
        }
    }

    /// Reads what was there when the file was opened, `left` bytes: most files at once.
    fn read(
        &mut self,
        file: &mut File,
        mut left: u64,
        mut take: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        // Where the unread part of the buffer ends; a line that goes on from what is gone already.
        let (mut filled, mut is_rest) = (0, false);
        loop {
            let room = self.0.get_mut(filled..).unwrap_or_default();
            let read = match file.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            left = if read == 0 { 0 } else { left.saturating_sub(read as u64) };
            let bytes = self.0.get(..filled + read).unwrap_or_default();
            let mut start = 0;
            for end in memchr::memchr_iter(b'\n', bytes) {
                let line = bytes.get(start..end).unwrap_or_default();
                start = end + 1;
                if !line.is_empty() && !is_rest {
                    take(line);
                }
                is_rest = false;
            }
            let rest = bytes.get(start..).unwrap_or_default();
            if left == 0 || rest.len() > MAX_LINE_BYTES {
                if !rest.is_empty() && !is_rest {
                    take(rest);
                }
                if left == 0 {
                    return Ok(());
                }
                (filled, is_rest) = (0, true);
            } else {
                filled = rest.len();
                let range = start..start + filled;
                self.0.copy_within(range, 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(content: &[u8]) -> Vec<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, content).unwrap();
        let mut found = Vec::new();
        assert_eq!(Lines::new().each(&path, 0, |line| found.push(line.len())), Outcome::Whole);
        found
    }

    #[test]
    fn every_line_is_given_once() {
        assert!(lines_of(b"").is_empty());
        assert_eq!(lines_of(b"ab\n\nc\ntorn"), [2, 1, 4]);
        let line = [b'x'; 999];
        let many = [&line[..], b"\n"].concat().repeat(1000);
        assert_eq!(lines_of(&many), vec![999; 1000], "more than the buffer holds");
    }

    #[test]
    fn a_line_without_end_is_given_cut_and_once() {
        let long = vec![b'x'; 3 * BUFFER_BYTES];
        let found = lines_of(&[&long[..], b"\nab\n"].concat());
        assert_eq!(found.len(), 2);
        assert!(found[0] > MAX_LINE_BYTES && found[0] <= BUFFER_BYTES, "{found:?}");
        assert_eq!(found[1], 2);
        assert_eq!(lines_of(&long).len(), 1);
    }

    #[test]
    fn what_is_counted_already_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "ab\ncd\n").unwrap();
        for (from, expected) in [(3, 1), (6, 0), (9, 0)] {
            let mut found = 0;
            Lines::new().each(&path, from, |_| found += 1);
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_no_plain_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let read = |path: &Path| Lines::new().each(path, 0, |_| panic!("a line"));
        assert_eq!(read(folder.path()), Outcome::Unreadable);
        assert_eq!(read(&folder.path().join("none")), Outcome::Absent);
        assert!(sessions(folder.path()).unwrap().is_empty());
        assert_eq!(bytes(&folder.path().join("none")), 0);
    }

    #[test]
    fn sub_agents_belong_to_their_session() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sessions")).unwrap();
        for name in [
            "a.calls.jsonl",
            "a.warnings.jsonl",
            "a.9.calls.jsonl",
            "a-b.calls.jsonl",
            "c.warnings.jsonl",
            "a.txt",
            "x",
        ] {
            fs::write(folder.path().join("sessions").join(name), "12").unwrap();
        }
        let sessions = sessions(folder.path()).unwrap();
        let counts: Vec<(&str, usize)> =
            sessions.iter().map(|(name, of)| (name.as_str(), of.len())).collect();
        assert_eq!(counts, [("a", 3), ("c", 1)]);
        assert_eq!(sessions["a"].iter().filter(|memory| memory.is_sub_agent()).count(), 1);
        assert_eq!(bytes(folder.path()), 14);
    }
}
