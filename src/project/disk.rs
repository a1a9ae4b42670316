//! Whether a file of the project changed during a span of time, by the modification times on disk.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::environment::Environment;
use crate::base::read;

/// Most files and folders that are looked at: `lstat` takes 1 to 2 us, and a call has 75 ms.
const MAX_LOOKS: usize = 4000;

/// Most of them where git does not say what to look at.
const MAX_WALKED: usize = 2000;

/// A file's date may lag behind the clock by a tick of the kernel, ms: 4 at the usual 250 Hz.
const CLOCK_TICK_MS: u64 = 4;

/// Folders below which programs write what they make or fetch.
const MADE: [&str; 12] = [
    "node_modules",
    "target",
    "dist",
    "build",
    "out",
    "coverage",
    "vendor",
    "venv",
    "__pycache__",
    "tmp",
    "log",
    "logs",
];

/// A span of time, unix ms. Its end is open: a file's time may lie ahead of the clock.
#[derive(Debug, Clone, Default)]
pub(crate) struct Span {
    /// When it begins.
    pub(crate) since: u64,
    /// The runs in it, from start to end: what changed during one of them is its own work.
    pub(crate) runs: Vec<(u64, u64)>,
}

impl Span {
    fn holds(&self, meta: &Metadata) -> bool {
        let modified = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        modified.map(|time| time.as_millis() as u64).is_some_and(|at| {
            at + CLOCK_TICK_MS > self.since
                && !self.runs.iter().any(|(start, end)| (*start..=*end).contains(&at))
        })
    }
}

/// Whether a file of the project around the working directory changed during `span`: git's index, a
/// tracked file, a folder with tracked ones, or another file below the root of the work tree, or
/// below the working directory without git. In a large project it looks at a part: a `false` says
/// that no change was seen.
pub(crate) fn has_changed(environment: &Environment, span: &Span) -> bool {
    let mut looks = 0;
    let mut changed = environment.index_file().is_some_and(|index| is_changed(&index, span));
    let Some(root) = environment.work_tree() else {
        return environment.cwd().is_some_and(|cwd| walk(cwd, span));
    };
    let mut folder: Option<PathBuf> = None;
    environment.visit_tracked(|entry| {
        if changed || looks >= MAX_LOOKS {
            return;
        }
        let Ok(path) = str::from_utf8(entry.path) else { return };
        let path = root.join(path);
        let parent = path.parent();
        if parent.is_some_and(|parent| folder.as_deref() != Some(parent)) {
            folder = parent.map(Path::to_owned);
            looks += 1;
            changed |= folder.as_deref().is_some_and(|folder| is_changed(folder, span));
        }
        looks += 1;
        changed |= is_changed(&path, span);
    });
    // What git does not track yet may be an agent's new file.
    changed || walk(root, span)
}

fn is_changed(path: &Path, span: &Span) -> bool {
    read::link_metadata(path).is_ok_and(|meta| span.holds(&meta))
}

/// Whether something below `root` changed, without hidden folders and those of made things.
fn walk(root: &Path, span: &Span) -> bool {
    let mut folders = vec![root.to_owned()];
    let mut looks = 0;
    while let Some(folder) = folders.pop() {
        for entry in read::entries(&folder, MAX_WALKED + 1).into_iter().flatten().flatten() {
            looks += 1;
            if looks > MAX_WALKED {
                return false;
            }
            let name = entry.file_name();
            let is_aside =
                name.to_str().is_none_or(|name| name.starts_with('.') || MADE.contains(&name));
            let Some(meta) = entry.metadata().ok().filter(|_| !is_aside) else { continue };
            if span.holds(&meta) {
                return true;
            }
            if meta.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::protocol::client::Client;

    #[test]
    fn a_change_counts_after_the_beginning_and_outside_the_runs() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("target")).unwrap();
        fs::write(root.join("src/a.rs"), "x").unwrap();
        let at = |path: &str, ms: u64| {
            let time = UNIX_EPOCH + std::time::Duration::from_millis(ms);
            let file = fs::File::open(root.join(path)).unwrap();
            file.set_modified(time).unwrap();
        };
        let changed = |since, runs: &[(u64, u64)]| {
            let environment = Environment::new(Client::Codex, root.to_str());
            has_changed(&environment, &Span { since, runs: runs.to_vec() })
        };
        at("src/a.rs", 5_000);
        at("src", 1_000);
        at("target", 9_000);
        assert!(changed(4_000, &[]));
        assert!(!changed(6_000, &[]), "what is made does not count");
        assert!(!changed(4_000, &[(4_500, 5_500)]), "a run may write");
        assert!(changed(4_000, &[(5_500, 6_500)]));
    }
}
