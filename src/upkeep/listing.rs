//! Lists the ledgers by the names of their files, a number of names at a time. A store may have
//! more ledgers than a call has time to list.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::names::Names;
use crate::store::ledger_file::{LedgerFile, LedgerLines};

/// Names that are read at once. That takes 0.5 ms.
const NAMES: usize = 1024;

/// Which of a ledger's two files exist.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Pair {
    pub(super) calls: bool,
    pub(super) warnings: bool,
}

/// The ledgers of one session or sub-agent.
#[derive(Debug, Default)]
pub(super) struct SessionFiles {
    /// The ledger that hooks write to.
    pub(super) live: Pair,
    /// The ledgers that were set aside, by the time when they were, unix ms.
    pub(super) aside: BTreeMap<u64, Pair>,
    /// Those of them whose files have the names that version 0.1 gave.
    pub(super) former: BTreeSet<u64>,
}

/// Some of the ledgers, by their stem. Files with other names are not ours. The two files of a
/// ledger may be in different listings.
#[derive(Debug, Default)]
pub(super) struct LedgerListing {
    pub(super) sessions: BTreeMap<String, SessionFiles>,
    /// The position at which the next listing begins; 0 if there are no more files.
    pub(super) next: u64,
}

impl LedgerListing {
    /// Lists a folder from a position on; 0 is its beginning.
    ///
    /// # Errors
    /// When the folder exists and cannot be read.
    pub(super) fn read(folder: &Path, from: u64) -> io::Result<Self> {
        let mut listing = Self::default();
        let names = match Names::open(folder, from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
            names => names?,
        };
        let mut last = 0;
        for (count, name) in names.enumerate() {
            if count == NAMES {
                listing.next = last;
                break;
            }
            let (name, next) = name?;
            last = next;
            listing.add(&name);
        }
        Ok(listing)
    }

    fn add(&mut self, name: &str) {
        let Some(file) = LedgerFile::of(name).filter(is_ours) else { return };
        let files = self.sessions.entry(file.stem().to_owned()).or_default();
        let time = file.set_aside();
        let pair = time.map_or(&mut files.live, |time| files.aside.entry(time).or_default());
        match file.lines {
            LedgerLines::Calls => pair.calls = true,
            LedgerLines::Warnings => pair.warnings = true,
        }
        files.former.extend(time.filter(|_| file.ending != file.lines.aside()));
    }
}

/// Whether the name of a file is one that this program gives.
fn is_ours(file: &LedgerFile) -> bool {
    // A sub-agent's stem has a second hash.
    let hashes = || file.stem().split('-');
    (file.ledger.contains('.') == file.set_aside().is_some())
        && hashes().count() <= 2
        && hashes().all(is_hash)
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ledger_is_listed_although_others_come_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = |n: usize, ending: &str| folder.path().join(format!("{n:016x}.{ending}"));
        for n in 0..2 * NAMES {
            std::fs::write(path(n, "calls.jsonl"), "").unwrap();
            std::fs::write(path(n, "7.warnings.aside"), "").unwrap();
        }
        std::fs::write(folder.path().join("x.calls.jsonl"), "").unwrap();
        let (mut calls, mut aside, mut at, mut listings) = (0, 0, 0, 0);
        loop {
            let listing = LedgerListing::read(folder.path(), at).unwrap();
            for (stem, files) in &listing.sessions {
                calls += usize::from(files.live.calls);
                aside += usize::from(files.aside.get(&7).is_some_and(|pair| pair.warnings));
                if files.live.calls {
                    std::fs::remove_file(folder.path().join(format!("{stem}.calls.jsonl")))
                        .unwrap();
                }
            }
            (at, listings) = (listing.next, listings + 1);
            if at == 0 {
                break;
            }
        }
        if cfg!(target_os = "linux") {
            assert_eq!((calls, aside), (2 * NAMES, 2 * NAMES));
        }
        assert!(listings > 3, "{listings}");
        let listing = LedgerListing::read(&folder.path().join("none"), 0).unwrap();
        assert!(listing.next == 0 && listing.sessions.is_empty());
    }
}
