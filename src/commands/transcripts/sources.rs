//! Finds the files to read: those that the user named, or those in the clients' own folders. Groups
//! files of which one is a copy of another.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::base::env;
use crate::commands::error::Error;
use crate::protocol::json;

/// How much of a file is searched for its first message, bytes.
const HEAD_BYTES: u64 = 64 << 10;

/// How many parts of a path, from its end, may be the id of a session: a sub-agent's transcript is
/// in a folder of a folder of that name.
const MAX_DEPTH: usize = 4;

/// Length of a UUID, which ends the name of a rollout.
const UUID_BYTES: usize = 36;

/// Files that one thread reads one after the other.
pub(crate) struct Unit {
    /// The files, in the order in which they begin.
    pub(crate) files: Vec<PathBuf>,
    /// Their total size.
    pub(crate) bytes: u64,
}

/// All files to read.
#[derive(Default)]
pub(crate) struct Sources {
    /// The largest units first, so that no thread ends long after the others.
    pub(crate) units: Vec<Unit>,
    /// Folders inside the given ones that cannot be read.
    pub(crate) unreadable: Vec<String>,
}

/// The existing folders in which clients keep their transcripts.
fn own_folders() -> Vec<PathBuf> {
    let below_home = |path: &str| env::home().map(|home| home.join(path));
    let claude = env::claude_config_dir().or_else(|| below_home(".claude"));
    let codex = env::codex_home().or_else(|| below_home(".codex"));
    let folders =
        [claude.map(|folder| folder.join("projects")), codex.map(|folder| folder.join("sessions"))];
    folders.into_iter().flatten().filter(|folder| folder.is_dir()).collect()
}

/// The transcripts in the clients' own folders that are of a session whose id `is_wanted`, in the
/// order of their paths. Both clients put the id into the path, but for old sub-agents of Claude
/// Code, whose lines have it.
pub(crate) fn of_sessions(mut is_wanted: impl FnMut(&str) -> bool) -> Vec<PathBuf> {
    let (mut sources, mut files) = (Sources::default(), BTreeMap::new());
    for folder in own_folders() {
        sources.walk(&folder, &mut files);
    }
    let mut known: HashMap<String, bool> = HashMap::new();
    let mut is_wanted = |id: &str| match known.get(id) {
        Some(is_wanted) => *is_wanted,
        None => *known.entry(id.to_owned()).or_insert(is_wanted(id)),
    };
    let mut is_of_session = |path: &PathBuf| {
        let names: Vec<String> =
            path.iter().rev().take(MAX_DEPTH).map(|part| part.to_string_lossy().into()).collect();
        let stem = names.first().and_then(|name| name.split(".jsonl").next()).unwrap_or_default();
        let end = stem.len().checked_sub(UUID_BYTES).and_then(|at| stem.get(at..));
        let ids = [Some(stem), end].into_iter().flatten();
        ids.chain(names.iter().skip(1).map(String::as_str)).any(&mut is_wanted)
            || stem.starts_with("agent-") && session_of(path).is_some_and(|id| is_wanted(&id))
    };
    files.into_keys().filter(|path| is_of_session(path)).collect()
}

/// The session that the first lines of a transcript name.
fn session_of(path: &Path) -> Option<String> {
    let head = BufReader::new(File::open(path).ok()?.take(HEAD_BYTES));
    head.lines().map_while(Result::ok).find_map(|line| {
        let [session] = json::pick(&line, &["sessionId"]).ok()?;
        session.and_then(json::string).map(|id| id.into_owned())
    })
}

impl Sources {
    /// Finds the files at `paths`, or without paths those of the clients.
    ///
    /// # Errors
    /// When a path does not exist or cannot be read, or no client has a folder.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Self, Error> {
        let own = if paths.is_empty() { own_folders() } else { Vec::new() };
        if paths.is_empty() && own.is_empty() {
            return Err(Error::NoTranscripts);
        }
        let mut files = BTreeMap::new();
        let mut sources = Self::default();
        for path in paths.iter().chain(&own) {
            let failed = |source| Error::Read { path: path.clone(), source };
            let meta = fs::metadata(path).map_err(failed)?;
            if meta.is_dir() {
                fs::read_dir(path).map_err(failed)?;
                sources.walk(path, &mut files);
            } else {
                File::open(path).map_err(failed)?;
                files.insert(path.clone(), meta.len());
            }
        }
        sources.group(files);
        Ok(sources)
    }

    /// Collects the recordings below a folder. It does not follow links, which may lead in circles.
    fn walk(&mut self, folder: &Path, files: &mut BTreeMap<PathBuf, u64>) {
        let Ok(entries) = fs::read_dir(folder) else {
            self.unreadable.push(folder.to_string_lossy().into_owned());
            return;
        };
        for entry in entries.map_while(Result::ok) {
            let (path, Ok(meta)) = (entry.path(), entry.metadata()) else { continue };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if meta.is_dir() {
                self.walk(&path, files);
            } else if meta.is_file() && (name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")) {
                files.insert(path, meta.len());
            }
        }
    }

    /// Puts files that begin with the same message into one unit.
    fn group(&mut self, files: BTreeMap<PathBuf, u64>) {
        let mut families: BTreeMap<String, Vec<(String, PathBuf, u64)>> = BTreeMap::new();
        let many = files.len() > 1;
        for (path, bytes) in files {
            let (message, time) = if many { beginning(&path) } else { Default::default() };
            // A file without a message is a family of its own.
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
    // Reading a pipe here would consume it.
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
