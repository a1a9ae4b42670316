//! Which paths git ignores: `.gitignore` files, the repository's own list and the user's, as far as they are plain.

use std::path::{Path, PathBuf};

use crate::facts::Facts;
use crate::glob;

/// Folders between the work tree's root and a file that are looked into.
const MAX_FOLDERS: usize = 32;

/// One pattern of a list.
struct Pattern {
    /// The folder of its list, relative to the work tree's root: it holds below it.
    base: PathBuf,
    glob: String,
    /// It begins at `base`, not at any part below.
    is_anchored: bool,
    only_folders: bool,
    takes_back: bool,
}

/// Whether git ignores the file at `path` in the work tree at `root`; `None` if that is not known. What is tracked
/// counts as such whatever the lists say.
pub fn is_ignored(facts: &Facts, root: &Path, path: &Path) -> Option<bool> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Vec<&Path> = relative.ancestors().filter(|part| !part.as_os_str().is_empty()).collect();
    if parts.len() > MAX_FOLDERS {
        return None;
    }
    // From the least to the most that counts.
    let mut patterns = Vec::new();
    for list in users(facts).into_iter().chain(own(facts, root)) {
        patterns.extend(read(facts, &list, Path::new("")));
    }
    for folder in relative.parent()?.ancestors().collect::<Vec<_>>().into_iter().rev() {
        patterns.extend(read(facts, &root.join(folder).join(".gitignore"), folder));
    }
    if facts.has_trouble() {
        return None;
    }
    // Below a folder that is ignored nothing is taken back.
    Some(parts.iter().rev().any(|part| {
        let is_folder = *part != relative;
        let last = patterns.iter().rev().find(|pattern| pattern.holds(part, is_folder));
        last.is_some_and(|pattern| !pattern.takes_back)
    }))
}

impl Pattern {
    fn holds(&self, path: &Path, is_folder: bool) -> bool {
        let Some(below) = path.strip_prefix(&self.base).ok().and_then(Path::to_str) else { return false };
        if below.is_empty() || self.only_folders && !is_folder {
            return false;
        }
        let start = if self.is_anchored { "/" } else { "" };
        glob::matches(&format!("{start}{}", self.glob), &format!("/{below}"))
    }

    /// `None` for what is no pattern.
    fn of(line: &str, base: &Path) -> Option<Self> {
        let line = line.trim_end();
        let (takes_back, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (only_folders, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let is_anchored = line.contains('/') && !line.starts_with("**/");
        let glob = without_classes(line.trim_start_matches('/'));
        Some(Self { base: base.to_owned(), glob, is_anchored, only_folders, takes_back })
    }
}

/// A class of characters taken as any one of them: what is ignored too widely is kept quiet about.
fn without_classes(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => out.extend(rest.next()),
            '[' => {
                out.push('?');
                let _ = rest.by_ref().skip(1).find(|c| *c == ']');
            }
            c => out.push(c),
        }
    }
    out
}

fn read(facts: &Facts, list: &Path, base: &Path) -> Vec<Pattern> {
    let text = facts.read_text(list).unwrap_or_default();
    text.lines().filter_map(|line| Pattern::of(line, base)).collect()
}

/// The user's own lists: the usual place, and the one that the settings of git name.
fn users(facts: &Facts) -> Vec<PathBuf> {
    let Some(home) = facts.home() else { return Vec::new() };
    let settings = facts.read_text(&home.join(".gitconfig")).unwrap_or_default();
    let named = settings.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        key.trim().eq_ignore_ascii_case("excludesfile").then(|| value.trim().trim_matches('"').to_owned())
    });
    let named = named.and_then(|path| facts.absolute(&path));
    [Some(home.join(".config/git/ignore")), named].into_iter().flatten().collect()
}

/// The repository's own list; a linked work tree shares it with the others.
fn own(facts: &Facts, root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git.join("info/exclude"));
    }
    let pointer = facts.read_text(&git)?;
    let folder = root.join(pointer.strip_prefix("gitdir:")?.trim());
    let common =
        facts.read_text(&folder.join("commondir")).map_or(folder.clone(), |path| folder.join(path.trim()));
    Some(common.join("info/exclude"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;

    #[test]
    fn lists_are_read_as_git_reads_them() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for (path, text) in [
            (
                ".gitignore",
                "# x\n.env\n.env.*\n!.env.example\n/build/\n*.p[ye]m\nconf/local.*\nlogs/**\n**/cache\n",
            ),
            (".git/info/exclude", "notes.txt\n"),
            ("web/.gitignore", "secret.js\n/only-here\n!.env\n"),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let facts = Facts::new(Client::Claude(None), root.to_str());
        for (path, ignored) in [
            (".env", true),
            ("a/b/.env", true),
            (".env.local", true),
            (".env.example", false),
            ("src/env.py", false),
            ("build/a/b.js", true),
            ("src/build/b.js", false),
            ("key.pem", true),
            ("conf/local.json", true),
            ("x/conf/local.json", false),
            ("logs/a/b.log", true),
            ("a/cache/x", true),
            ("notes.txt", true),
            ("web/secret.js", true),
            ("secret.js", false),
            ("web/only-here", true),
            ("web/a/only-here", false),
            ("web/.env", false),
        ] {
            assert_eq!(is_ignored(&facts, root, &root.join(path)), Some(ignored), "{path}");
        }
        assert_eq!(is_ignored(&facts, root, Path::new("/elsewhere/x")), None);
    }
}
