//! Lists the ledgers by the names of their files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Bound;
use std::path::Path;

use crate::store::rollup::{CALLS, WARNINGS};

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
}

/// All ledgers by their stem. Files with other names are not ours.
#[derive(Debug, Default)]
pub(super) struct LedgerListing(BTreeMap<String, SessionFiles>);

impl LedgerListing {
    /// Lists a folder.
    ///
    /// # Errors
    /// When the folder exists and cannot be read.
    pub(super) fn read(sessions: &Path) -> io::Result<Self> {
        let mut listing = Self::default();
        let entries = match fs::read_dir(sessions) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
            entries => entries?,
        };
        for entry in entries {
            let name = entry?.file_name();
            if let Some(name) = name.to_str() {
                listing.add(name);
            }
        }
        Ok(listing)
    }

    fn add(&mut self, name: &str) {
        let (ledger, is_calls) = match (name.strip_suffix(CALLS), name.strip_suffix(WARNINGS)) {
            (Some(ledger), _) => (ledger, true),
            (_, Some(ledger)) => (ledger, false),
            _ => return,
        };
        let (stem, set_aside) = match ledger.split_once('.') {
            None => (ledger, None),
            Some((stem, time)) => match time.parse() {
                Ok(time) => (stem, Some(time)),
                Err(_) => return,
            },
        };
        // A sub-agent's stem has a second hash.
        let is_ours = stem.split('-').count() <= 2 && stem.split('-').all(is_hash);
        if !is_ours {
            return;
        }
        let files = self.0.entry(stem.to_owned()).or_default();
        let pair = set_aside.map_or(&mut files.live, |time| files.aside.entry(time).or_default());
        if is_calls {
            pair.calls = true;
        } else {
            pair.warnings = true;
        }
    }

    /// The ledgers from this stem on.
    pub(super) fn from(&self, stem: &str) -> impl Iterator<Item = (&String, &SessionFiles)> {
        self.0.range::<str, _>((Bound::Included(stem), Bound::Unbounded))
    }

    /// The names of the ledgers that were set aside.
    pub(super) fn set_aside(&self) -> impl Iterator<Item = String> {
        let names = |(stem, files): (&String, &SessionFiles)| -> Vec<String> {
            files.aside.keys().map(|time| format!("{stem}.{time}")).collect()
        };
        self.0.iter().flat_map(names)
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
