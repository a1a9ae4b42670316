//! Lists the ledgers of a state folder and reads their lines one by one, while hooks may write to
//! them.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ledger_file::{LedgerFile, LedgerLines};
use super::rollup::Rollup;
use crate::base::state_dir;

/// Longest line that is read, bytes. Our own lines are under 1 KB.
const MAX_LINE_BYTES: usize = 64 << 10;

/// Bytes that are read at once. Most ledgers fit.
const BUFFER_BYTES: usize = 256 << 10;

/// The two files of one agent's ledger, or of a part of it that upkeep set aside. They share a
/// name.
#[derive(Debug)]
pub(crate) struct LedgerFiles {
    folder: Arc<Path>,
    name: String,
    /// How the names of the files go on.
    endings: [&'static str; 2],
}

impl LedgerFiles {
    /// The hash of the session; for a sub-agent `-` and the hash of the agent follow.
    pub(crate) fn stem(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Whether the ledger is a sub-agent's.
    pub(crate) fn is_sub_agent(&self) -> bool {
        self.name.contains('-')
    }

    /// Sizes of the two files, bytes. Lines are only ever appended, so equal sizes mean equal lines.
    pub(crate) fn sizes(&self) -> [u64; 2] {
        LedgerLines::ALL
            .map(|part| fs::symlink_metadata(self.path(part)).map_or(0, |meta| meta.len()))
    }

    /// The beginning that the names of the two files share.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn path(&self, part: LedgerLines) -> PathBuf {
        let [calls, warnings] = self.endings;
        let ending = if part == LedgerLines::Calls { calls } else { warnings };
        self.folder.join(format!("{}{ending}", self.name))
    }

    /// Calls `take` with each line of this part that is not in the roll-up yet.
    pub(crate) fn each(
        &self,
        part: LedgerLines,
        rollup: &Rollup,
        lines: &mut LineBuffer,
        take: impl FnMut(&[u8]),
    ) -> ReadOutcome {
        match rollup.uncounted(&self.name, part) {
            Some(from) => lines.each(&self.path(part), from, take),
            None => ReadOutcome::Absent,
        }
    }
}

/// The ledgers by the hash of their session. Empty if the folder does not exist.
///
/// # Errors
/// When the folder cannot be listed.
pub(crate) fn sessions(folder: &Path) -> io::Result<BTreeMap<String, Vec<LedgerFiles>>> {
    let folder: Arc<Path> = folder.join("sessions").into();
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut ledgers: Vec<(String, bool)> = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let file = name.to_str().and_then(LedgerFile::of);
        ledgers
            .extend(file.map(|file| (file.ledger.to_owned(), file.ending == file.lines.aside())));
    }
    ledgers.sort_unstable();
    ledgers.dedup();
    let mut sessions: BTreeMap<String, Vec<LedgerFiles>> = BTreeMap::new();
    for (name, is_aside) in ledgers {
        let session = name.split(['-', '.']).next().unwrap_or_default().to_owned();
        let endings =
            LedgerLines::ALL.map(if is_aside { LedgerLines::aside } else { LedgerLines::ending });
        let folder = Arc::clone(&folder);
        sessions.entry(session).or_default().push(LedgerFiles { folder, name, endings });
    }
    Ok(sessions)
}

/// Total size of the regular files in the state folder and its `sessions` folder, bytes.
pub(crate) fn bytes(folder: &Path) -> u64 {
    let listed = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    listed(folder)
        .chain(listed(&folder.join("sessions")))
        .filter_map(|entry| entry.metadata().ok())
        .filter(|meta| meta.is_file())
        .map(|meta| meta.len())
        .sum()
}

/// How reading a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadOutcome {
    /// It was read to its end.
    Whole,
    /// It does not exist.
    Absent,
    /// It exists and cannot be read, or it is not a regular file.
    Unreadable,
}

/// Reads the lines of one file after the other with the same buffer.
#[derive(Debug)]
pub(crate) struct LineBuffer(Vec<u8>);

impl LineBuffer {
    pub(crate) fn new() -> Self {
        Self(vec![0; BUFFER_BYTES])
    }

    /// Calls `take` with each line that is not empty, from the byte `from` on. A last line without
    /// a line break counts, since a hook may be writing it. Of a line that is too long, `take` gets
    /// the beginning.
    pub(crate) fn each(&mut self, path: &Path, from: u64, take: impl FnMut(&[u8])) -> ReadOutcome {
        let mut file = match state_dir::open(path, OpenOptions::new().read(true)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return ReadOutcome::Absent,
            Err(_) => return ReadOutcome::Unreadable,
        };
        let length = file.metadata().ok().filter(|meta| meta.is_file()).map(|meta| meta.len());
        let length = length.filter(|_| from == 0 || file.seek(SeekFrom::Start(from)).is_ok());
        match length.map(|length| self.read(&mut file, length.saturating_sub(from), take)) {
            Some(Ok(())) => ReadOutcome::Whole,
            _ => ReadOutcome::Unreadable,
        }
    }

    /// Reads `left` bytes, which is what the file had when it was opened.
    fn read(
        &mut self,
        file: &mut File,
        mut left: u64,
        mut take: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        // The bytes in the buffer that are not consumed yet, and whether they continue a line that
        // was too long.
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
        assert_eq!(
            LineBuffer::new().each(&path, 0, |line| found.push(line.len())),
            ReadOutcome::Whole
        );
        found
    }

    #[test]
    fn every_line_is_read_once() {
        assert!(lines_of(b"").is_empty());
        assert_eq!(lines_of(b"ab\n\nc\ntorn"), [2, 1, 4]);
        let line = [b'x'; 999];
        let many = [&line[..], b"\n"].concat().repeat(1000);
        assert_eq!(lines_of(&many), vec![999; 1000], "more than fits into the buffer");
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_read_once() {
        let long = vec![b'x'; 3 * BUFFER_BYTES];
        let found = lines_of(&[&long[..], b"\nab\n"].concat());
        assert_eq!(found.len(), 2);
        assert!(found[0] > MAX_LINE_BYTES && found[0] <= BUFFER_BYTES, "{found:?}");
        assert_eq!(found[1], 2);
        assert_eq!(lines_of(&long).len(), 1);
    }

    #[test]
    fn bytes_before_the_start_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "ab\ncd\n").unwrap();
        for (from, expected) in [(3, 1), (6, 0), (9, 0)] {
            let mut found = 0;
            LineBuffer::new().each(&path, from, |_| found += 1);
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let read = |path: &Path| LineBuffer::new().each(path, 0, |_| panic!("a line"));
        assert_eq!(read(folder.path()), ReadOutcome::Unreadable);
        assert_eq!(read(&folder.path().join("none")), ReadOutcome::Absent);
        assert!(sessions(folder.path()).unwrap().is_empty());
        assert_eq!(bytes(&folder.path().join("none")), 0);
        fs::write(folder.path().join("sessions"), "a file").unwrap();
        assert!(sessions(folder.path()).is_err(), "it is there and cannot be listed");
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink("sessions", &link).unwrap();
            assert_eq!(read(&link), ReadOutcome::Unreadable, "a link");
        }
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
            sessions.iter().map(|(name, ledgers)| (name.as_str(), ledgers.len())).collect();
        assert_eq!(counts, [("a", 3), ("c", 1)]);
        assert_eq!(sessions["a"].iter().filter(|ledger| ledger.is_sub_agent()).count(), 1);
        assert_eq!(bytes(folder.path()), 14);
    }
}
