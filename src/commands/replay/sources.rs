//! Which files are read: those that were named, or the clients' own folders; grouped where one was
//! copied from another.

use crate::base::env;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::commands::error::Error;
use crate::protocol::json;

/// How much of a file is searched for its first message, bytes.
const HEAD_BYTES: u64 = 64 << 10;

/// Files that are read one after the other by one thread.
pub(super) struct Unit {
    /// The files, the earliest beginning first.
    pub(super) files: Vec<PathBuf>,
    /// Their size.
    pub(super) bytes: u64,
}

/// Everything that is to be read.
#[derive(Default)]
pub(super) struct Sources {
    /// The largest first, so that the last thread does not end long after the others.
    pub(super) units: Vec<Unit>,
    /// Folders within the named ones that cannot be read.
    pub(super) unreadable: Vec<String>,
}

/// The folders in which clients keep their transcripts, of those that are there.
fn own_folders() -> Vec<PathBuf> {
    let below_home = |path: &str| env::home().map(|home| home.join(path));
    let claude = env::claude_config_dir().or_else(|| below_home(".claude"));
    let codex = env::codex_home().or_else(|| below_home(".codex"));
    let folders =
        [claude.map(|folder| folder.join("projects")), codex.map(|folder| folder.join("sessions"))];
    folders.into_iter().flatten().filter(|folder| folder.is_dir()).collect()
}

impl Sources {
    /// Finds the files at `paths`; without any, those of the clients.
    ///
    /// # Errors
    /// When a path is not there or cannot be read, or there is none.
    pub(super) fn find(paths: &[PathBuf]) -> Result<Self, Error> {
        let own = if paths.is_empty() { own_folders() } else { Vec::new() };
        if paths.is_empty() && own.is_empty() {
            return Err(Error::NoTranscripts);
        }
        let mut found = BTreeMap::new();
        let mut sources = Self::default();
        for path in paths.iter().chain(&own) {
            let failed = |source| Error::Read { path: path.clone(), source };
            let meta = fs::metadata(path).map_err(failed)?;
            if meta.is_dir() {
                fs::read_dir(path).map_err(failed)?;
                sources.walk(path, &mut found);
            } else {
                File::open(path).map_err(failed)?;
                found.insert(path.clone(), meta.len());
            }
        }
        sources.group(found);
        Ok(sources)
    }

    /// Collects the recordings below a folder. Links are not followed: they may lead in circles.
    fn walk(&mut self, folder: &Path, found: &mut BTreeMap<PathBuf, u64>) {
        let Ok(entries) = fs::read_dir(folder) else {
            self.unreadable.push(folder.to_string_lossy().into_owned());
            return;
        };
        for entry in entries.map_while(Result::ok) {
            let (path, Ok(meta)) = (entry.path(), entry.metadata()) else { continue };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if meta.is_dir() {
                self.walk(&path, found);
            } else if meta.is_file() && (name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")) {
                found.insert(path, meta.len());
            }
        }
    }

    /// Puts files that begin with the same message into one unit.
    fn group(&mut self, files: BTreeMap<PathBuf, u64>) {
        let mut families: BTreeMap<String, Vec<(String, PathBuf, u64)>> = BTreeMap::new();
        let many = files.len() > 1;
        for (path, bytes) in files {
            let (message, time) = if many { beginning(&path) } else { Default::default() };
            // Without a message it is a family of its own.
            let family = message.unwrap_or_else(|| path.to_string_lossy().into_owned());
            families.entry(family).or_default().push((time, path, bytes));
        }
        for mut family in families.into_values() {
            family.sort();
            let bytes = family.iter().map(|(.., bytes)| bytes).sum();
            self.units
                .push(Unit { files: family.into_iter().map(|(_, path, _)| path).collect(), bytes });
        }
        self.units.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.files.cmp(&b.files)));
    }
}

/// The id of a transcript's first message, and the time of its first line.
fn beginning(path: &Path) -> (Option<String>, String) {
    // What is read of a pipe is gone.
    let is_file = fs::metadata(path).is_ok_and(|meta| meta.is_file());
    let Some(file) = File::open(path).ok().filter(|_| is_file) else { return Default::default() };
    let mut first = String::new();
    for line in BufReader::new(file.take(HEAD_BYTES)).lines().map_while(Result::ok) {
        let Ok([uuid, timestamp]) = json::pick(&line, &["uuid", "timestamp"]) else { continue };
        if first.is_empty() {
            first = timestamp.unwrap_or_default().to_owned();
        }
        if let Some(uuid) = uuid {
            return (Some(uuid.to_owned()), first);
        }
    }
    (None, first)
}
