//! Finds out which paths git ignores, from `.gitignore` files, the repository's exclude list and
//! the user's, and which paths it commits only through a filter.

use std::path::{Path, PathBuf};

use super::configured::{Configured, common_folder};
use super::pattern::Pattern;
use crate::base::{read, text};
use crate::project::environment::Environment;

/// Most folders between the root of the work tree and a file.
const MAX_FOLDERS: usize = 32;

/// An ignore list.
struct List {
    /// The folder of the list, relative to the root of the work tree, with a `/` at its end unless it is the root.
    /// The patterns apply below it.
    base: String,
    patterns: Vec<Pattern>,
}

/// Whether the ignore lists match the file at `path` in the work tree at `root`, even if git tracks
/// the file. `None` if that is not known.
pub fn is_ignored(environment: &Environment, root: &Path, path: &Path) -> Option<bool> {
    let relative = text::slashed(path.strip_prefix(root).ok()?.to_str()?.into());
    let ends: Vec<usize> = relative.match_indices('/').map(|(at, _)| at).collect();
    if ends.len() > MAX_FOLDERS {
        return None;
    }
    let configured = Configured::of(environment, root);
    let mut lists = user_lists(environment, &configured)?;
    if let Some(git) = common_folder(environment, root) {
        lists.extend(List::read(environment, &git.join("info/exclude"), "", &configured)?);
    }
    let mut absent = Vec::new();
    for base in [0].into_iter().chain(ends.iter().map(|end| end + 1)) {
        let base = relative.get(..base)?;
        let path = root.join(base).join(".gitignore");
        // git does not follow a link here, but did before version 2.32.
        if read::link_metadata(&path).is_ok_and(|meta| meta.is_symlink()) {
            return None;
        }
        match List::read(environment, &path, base, &configured)? {
            Some(list) => lists.push(list),
            None => absent.push(format!("{base}.gitignore")),
        }
    }
    if environment.has_trouble() || may_be_in_index(environment, &absent) {
        return None;
    }
    // The last pattern that matches counts, so the lists come in ascending order of precedence. A
    // negated pattern has no effect below an ignored folder.
    let parts =
        ends.iter().map(|end| (relative.get(..*end), true)).chain([(Some(&*relative), false)]);
    Some(parts.into_iter().any(|(part, is_folder)| {
        let part = part.unwrap_or_default();
        lists.iter().rev().find_map(|list| list.ignores(part, is_folder)).unwrap_or(false)
    }))
}

impl List {
    /// Reads the list at `path`. `None` in it if there is none.
    ///
    /// `None` if it is there and cannot be read: then what git ignores is not known.
    fn read(
        environment: &Environment,
        path: &Path,
        base: &str,
        configured: &Configured,
    ) -> Option<Option<Self>> {
        let Some(bytes) = environment.read(path, read::MAX_BYTES) else {
            return (!read::exists(path)).then_some(None);
        };
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let lines = bytes.split(|byte| *byte == b'\n');
        let patterns = lines.filter_map(|line| Pattern::of_line(line, configured.ignores_case));
        Some(Some(Self { base: base.to_owned(), patterns: patterns.collect() }))
    }

    /// Whether the last pattern that matches `path` ignores it. `None` if none matches.
    fn ignores(&self, path: &str, is_folder: bool) -> Option<bool> {
        let below = path.strip_prefix(&self.base).filter(|below| !below.is_empty())?;
        let mut patterns = self.patterns.iter().rev();
        let last = patterns.find(|pattern| pattern.matches(below.as_bytes(), is_folder))?;
        Some(!last.is_negated)
    }
}

/// The user's lists. git reads one of them; which one depends on conditions that are not looked at here. So
/// each counts, and none takes back what another one ignores: then a rule only says less.
fn user_lists(environment: &Environment, configured: &Configured) -> Option<Vec<List>> {
    let mut lists = Vec::new();
    for path in &configured.ignore_lists {
        lists.extend(List::read(environment, path, "", configured)?);
    }
    if lists.len() > 1 {
        for list in &mut lists {
            list.patterns.retain(|pattern| !pattern.is_negated);
        }
    }
    Some(lists)
}

/// Whether git may read one of these lists from its index: one that a sparse checkout leaves out.
fn may_be_in_index(environment: &Environment, lists: &[String]) -> bool {
    let mut found = false;
    let known = environment.visit_tracked(|entry| {
        found |= entry.path.ends_with(b".gitignore")
            && lists.iter().any(|list| list.as_bytes() == entry.path);
    });
    found || known.is_none() && environment.is_sparse_checkout()
}

/// Whether git commits the file at `path` through a filter, such as that of git-crypt, which
/// encrypts it. The filter of LFS does not count: it commits a pointer, but stores the file itself
/// unchanged.
pub(crate) fn is_filtered(environment: &Environment, root: &Path, path: &Path) -> bool {
    let Some(relative) = path.strip_prefix(root).ok().and_then(Path::to_str) else { return false };
    let relative = text::slashed(relative.into());
    let configured = Configured::of(environment, root);
    let ends = relative.match_indices('/').map(|(at, _)| at + 1).take(MAX_FOLDERS);
    let bases = [0].into_iter().chain(ends).filter_map(|end| relative.get(..end));
    let in_tree = bases.map(|base| (root.join(base).join(".gitattributes"), base));
    let shared = common_folder(environment, root).map(|git| git.join("info/attributes"));
    let elsewhere = configured.attribute_lists.iter().cloned().chain(shared);
    in_tree.chain(elsewhere.map(|list| (list, ""))).any(|(list, base): (PathBuf, &str)| {
        let text = environment.read_text(&list).unwrap_or_default();
        let below = relative.strip_prefix(base).unwrap_or_default();
        text.lines().any(|line| {
            let mut words = line.split_whitespace();
            let pattern = words
                .next()
                .filter(|word| !word.starts_with(['#', '!']))
                .map(|word| Pattern::new(word.as_bytes(), configured.ignores_case));
            let is_filter = |word: &str| word.starts_with("filter=") && word != "filter=lfs";
            words.any(is_filter)
                && pattern.is_some_and(|pattern| pattern.matches(below.as_bytes(), false))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::client::Client;

    #[test]
    fn ignore_lists_and_attributes_are_read_as_git_reads_them() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for (path, text) in [
            (
                ".gitignore",
                "# x\n.env\n.env.*\n!.env.example\n/build/\n*.p[ye]m\nconf/local.*\nlogs/**\n**/cache\n",
            ),
            (".git/info/exclude", "notes.txt\n"),
            ("web/.gitignore", "secret.js\n/only-here\n!.env\n"),
            ("api/.gitignore", "\u{feff}*.key\n[[:alpha:]]*.py\n!a[bc].py\n"),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let environment = Environment::new(Client::Claude(None), root.to_str());
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
            ("api/a.key", true),
            ("api/ab.py", false),
            ("api/1.py", false),
            ("api/a.rs", false),
        ] {
            assert_eq!(is_ignored(&environment, root, &root.join(path)), Some(ignored), "{path}");
        }
        assert_eq!(is_ignored(&environment, root, Path::new("/elsewhere/x")), None);
        std::fs::write(
            root.join(".gitattributes"),
            "*.bin filter=lfs diff=lfs\n/keys/** filter=git-crypt\n",
        )
        .unwrap();
        assert!(is_filtered(&environment, root, &root.join("keys/prod.json")));
        assert!(!is_filtered(&environment, root, &root.join("a.bin")));
        assert!(!is_filtered(&environment, root, &root.join("web/keys/a")));
    }
}
