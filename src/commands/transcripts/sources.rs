//! Finds the files to read: those that the user named, or those in the clients' own folders.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::beginning::Beginning;
use super::families::{self, Unit};
use crate::base::env;
use crate::commands::error::Error;

/// How the names of recordings end.
const ENDS: [&str; 3] = [".jsonl", ".jsonl.gz", ".jsonl.zst"];

/// How many parts of a path, from its end, may be the id of a session: a sub-agent's transcript is
/// in a folder of a folder of that name.
const MAX_DEPTH: usize = 4;

/// Length of a UUID, which ends the name of a rollout.
const UUID_BYTES: usize = 36;

/// How the names of transcripts begin that may be of a sub-agent.
const SUB_AGENTS: [&str; 2] = ["agent-", "rollout-"];

/// All files to read.
#[derive(Default)]
pub(crate) struct Sources {
    /// The largest units first, so that no thread ends long after the others.
    pub(crate) units: Vec<Unit>,
    /// Folders inside the given ones that cannot be read.
    pub(crate) unreadable: Vec<String>,
    /// The clients' own folders; none if the user named files.
    pub(crate) own: Vec<OwnFolder>,
}

/// A folder in which a client keeps its transcripts.
pub(crate) struct OwnFolder {
    pub(crate) path: PathBuf,
    /// The client's name for users.
    pub(crate) client: &'static str,
    /// How many transcripts are in it.
    pub(crate) files: u64,
}

/// The folders in which clients keep their transcripts, whether they exist or not.
fn own_folders() -> Vec<OwnFolder> {
    let below_home = |path: &str| env::home().map(|home| home.join(path));
    let claude = env::claude_config_dir().or_else(|| below_home(".claude"));
    let codex = env::codex_home().or_else(|| below_home(".codex"));
    let folder = |base: &Option<PathBuf>, name: &str, client| {
        Some(OwnFolder { path: base.as_ref()?.join(name), client, files: 0 })
    };
    let folders = [
        folder(&claude, "projects", "Claude Code"),
        folder(&codex, "sessions", "Codex"),
        folder(&codex, "archived_sessions", "Codex"),
    ];
    folders.into_iter().flatten().collect()
}

/// The transcripts in the clients' own folders that are of a session whose id `is_wanted`, in the
/// order of their paths. Both clients put the id into the path, but for old sub-agents of Claude
/// Code and those of Codex, whose lines have it.
pub(crate) fn of_sessions(mut is_wanted: impl FnMut(&str) -> bool) -> Vec<PathBuf> {
    let (mut sources, mut files) = (Sources::default(), BTreeMap::new());
    for folder in own_folders().iter().filter(|folder| folder.path.is_dir()) {
        sources.walk(&folder.path, &mut files);
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
            || SUB_AGENTS.iter().any(|start| stem.starts_with(start))
                && Beginning::of(path).session.is_some_and(|id| is_wanted(&id))
    };
    files.into_keys().filter(|path| is_of_session(path)).collect()
}

/// The ids of the sessions in the clients' own folders, the latest first.
pub(crate) fn session_ids() -> Vec<String> {
    let (mut sources, mut files) = (Sources::default(), BTreeMap::new());
    for folder in own_folders() {
        sources.walk(&folder.path, &mut files);
    }
    let id = |path: &PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let stem = name.split(".jsonl").next().filter(|stem| !stem.starts_with("agent-"))?;
        let end =
            if stem.starts_with("rollout-") { stem.len().checked_sub(UUID_BYTES)? } else { 0 };
        let changed = fs::metadata(path).and_then(|meta| meta.modified()).ok();
        Some((changed, stem.get(end..)?.to_owned()))
    };
    let mut ids: Vec<_> = files.keys().filter_map(id).collect();
    ids.sort_by(|one, other| other.cmp(one));
    ids.into_iter().map(|(_, id)| id).collect()
}

impl Sources {
    /// How many files there are.
    pub(crate) fn files(&self) -> u64 {
        self.units.iter().map(|unit| unit.files.len() as u64).sum()
    }

    /// Finds the files at `paths`, or without paths those of the clients.
    ///
    /// # Errors
    /// When a path does not exist or cannot be read.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
        let mut sources = Self::default();
        for path in paths {
            sources.add(path, &mut files)?;
        }
        let mut own = if paths.is_empty() { own_folders() } else { Vec::new() };
        for folder in own.iter_mut().filter(|folder| folder.path.is_dir()) {
            let before = files.len();
            sources.add(&folder.path, &mut files)?;
            folder.files = (files.len() - before) as u64;
        }
        sources.own = own;
        sources.units = families::units(files);
        Ok(sources)
    }

    /// Adds a file, or the recordings below a folder.
    fn add(&mut self, path: &Path, files: &mut BTreeMap<PathBuf, u64>) -> Result<(), Error> {
        let failed = |source| Error::Read { path: path.to_owned(), source };
        let meta = fs::metadata(path).map_err(failed)?;
        if meta.is_dir() {
            fs::read_dir(path).map_err(failed)?;
            self.walk(path, files);
        } else {
            File::open(path).map_err(failed)?;
            files.insert(path.to_owned(), meta.len());
        }
        Ok(())
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
            } else if meta.is_file() && ENDS.iter().any(|end| name.ends_with(end)) {
                files.insert(path, meta.len());
            }
        }
    }
}
