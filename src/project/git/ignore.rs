//! Finds out which paths git ignores, from `.gitignore` files, the repository's exclude list and
//! the user's, and which paths it commits only through a filter.

use crate::base::env;
use crate::base::read;
use std::path::{Path, PathBuf};

use crate::base::glob;
use crate::project::environment::Environment;

/// Most folders between the root of the work tree and a file.
const MAX_FOLDERS: usize = 32;

/// Most files of git's configuration that are read, included ones among them.
const MAX_SETTINGS: usize = 12;

/// One pattern of an ignore list.
struct Pattern {
    /// The folder of the list, relative to the root of the work tree. The pattern applies below it.
    base: PathBuf,
    glob: String,
    /// The glob begins at `base`, and not at any part of a path below.
    is_anchored: bool,
    only_folders: bool,
    /// The pattern begins with `!`: what it matches is not ignored.
    is_negated: bool,
}

/// Whether the ignore lists match the file at `path` in the work tree at `root`, even if git tracks
/// the file. `None` if that is not known.
pub(crate) fn is_ignored(environment: &Environment, root: &Path, path: &Path) -> Option<bool> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Vec<&Path> =
        relative.ancestors().filter(|part| !part.as_os_str().is_empty()).collect();
    if parts.len() > MAX_FOLDERS {
        return None;
    }
    // The last pattern that matches counts, so the lists come in ascending order of precedence.
    let mut patterns = Vec::new();
    for list in user_lists(environment, root).into_iter().chain(repository_list(environment, root))
    {
        patterns.extend(read(environment, &list, Path::new("")));
    }
    for folder in relative.parent()?.ancestors().collect::<Vec<_>>().into_iter().rev() {
        patterns.extend(read(environment, &root.join(folder).join(".gitignore"), folder));
    }
    if environment.has_trouble() {
        return None;
    }
    // A negated pattern has no effect below an ignored folder.
    Some(parts.iter().rev().any(|part| {
        let is_folder = *part != relative;
        let last = patterns.iter().rev().find(|pattern| pattern.matches(part, is_folder));
        last.is_some_and(|pattern| !pattern.is_negated)
    }))
}

impl Pattern {
    fn matches(&self, path: &Path, is_folder: bool) -> bool {
        let Some(below) = path.strip_prefix(&self.base).ok().and_then(Path::to_str) else {
            return false;
        };
        if below.is_empty() || self.only_folders && !is_folder {
            return false;
        }
        let start = if self.is_anchored { "/" } else { "" };
        glob::matches(&format!("{start}{}", self.glob), &format!("/{below}"))
    }

    /// Parses a line. `None` if it is not a pattern.
    fn parse(line: &str, base: &Path) -> Option<Self> {
        let line = line.trim_end();
        let (is_negated, line) = match line.strip_prefix('!') {
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
        // `without_classes` widens the pattern, and a negated pattern must not match too much.
        if is_negated && line.contains('[') {
            return None;
        }
        let is_anchored = line.contains('/') && !line.starts_with("**/");
        let glob = without_classes(line.trim_start_matches('/'));
        Some(Self { base: base.to_owned(), glob, is_anchored, only_folders, is_negated })
    }
}

/// The pattern with `?` for each character class. If it matches too much, a rule only says less.
fn without_classes(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => out.extend(rest.next()),
            '[' => {
                out.push('?');
                // The first character may be `]` itself, and named classes end in `:]`.
                let text = rest.as_str();
                let ends_name =
                    |at: usize| text.get(..at).is_some_and(|before| before.ends_with(':'));
                let end = text.char_indices().skip(1).find(|(at, c)| *c == ']' && !ends_name(*at));
                rest = end.and_then(|(at, _)| text.get(at + 1..)).unwrap_or_default().chars();
            }
            c => out.push(c),
        }
    }
    out
}

fn read(environment: &Environment, list: &Path, base: &Path) -> Vec<Pattern> {
    let text = environment.read_text(list).unwrap_or_default();
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines.filter_map(|line| Pattern::parse(line, base)).collect()
}

/// The user's ignore lists: the default one, and each one that git's configuration names, even if
/// another one replaces it. If they match too much, a rule only says less.
fn user_lists(environment: &Environment, root: &Path) -> Vec<PathBuf> {
    let in_home = |path: &str| environment.home().map(|home| home.join(path));
    let folder = env::xdg_config_home().or_else(|| in_home(".config"));
    let default = |path: &str| folder.as_ref().map(|folder| folder.join(path));
    let of_repository = common_folder(environment, root).map(|git| git.join("config"));
    let of_user = env::git_config_global().or_else(|| in_home(".gitconfig"));
    let of_system = Some(PathBuf::from("/etc/gitconfig"));
    let mut settings: Vec<PathBuf> =
        [of_system, default("git/config"), of_user, of_repository].into_iter().flatten().collect();
    let mut lists: Vec<PathBuf> = default("git/ignore").into_iter().collect();
    let mut at = 0;
    while let Some(file) = settings.get(at).filter(|_| at < MAX_SETTINGS).cloned() {
        at += 1;
        let text = environment.read_text(&file).unwrap_or_default();
        for (key, value) in text.lines().filter_map(setting) {
            let relative = file.parent().map(|folder| folder.join(&value));
            let path = if value.starts_with('~') { environment.absolute(&value) } else { relative };
            match key.to_ascii_lowercase().as_str() {
                "excludesfile" => lists.extend(path),
                // From `include` and `includeIf`, whose conditions count as met.
                "path" => settings.extend(path),
                _ => {}
            }
        }
    }
    lists
}

/// Key and value of a line in a file of git's configuration.
fn setting(line: &str) -> Option<(&str, String)> {
    let (key, value) = line.split_once('=')?;
    // A section may begin on the same line.
    let key = key.rsplit(']').next()?.trim();
    let value = value.trim();
    let value = match value.strip_prefix('"') {
        Some(rest) => rest.split('"').next()?,
        None => value.split([';', '#']).next()?.trim_end(),
    };
    Some((key, value.to_owned()))
}

/// The repository's exclude list, which all its work trees share.
fn repository_list(environment: &Environment, root: &Path) -> Option<PathBuf> {
    Some(common_folder(environment, root)?.join("info/exclude"))
}

/// The git folder that all work trees of a repository share.
fn common_folder(environment: &Environment, root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if read::is_dir(&git) {
        return Some(git);
    }
    let pointer = environment.read_text(&git)?;
    let folder = root.join(pointer.strip_prefix("gitdir:")?.trim());
    let shared = environment.read_text(&folder.join("commondir"));
    Some(shared.map_or(folder.clone(), |path| folder.join(path.trim())))
}

/// Whether git commits the file at `path` through a filter, such as that of git-crypt, which
/// encrypts it. The filter of LFS does not count: it commits a pointer, but stores the file itself
/// unchanged.
pub(crate) fn is_filtered(environment: &Environment, root: &Path, path: &Path) -> bool {
    let Some(relative) = path.strip_prefix(root).ok() else { return false };
    let folders = relative.ancestors().skip(1).take(MAX_FOLDERS);
    let lists = folders.map(|folder| (root.join(folder).join(".gitattributes"), folder));
    let shared =
        common_folder(environment, root).map(|git| (git.join("info/attributes"), Path::new("")));
    lists.chain(shared).any(|(list, base)| {
        let text = environment.read_text(&list).unwrap_or_default();
        text.lines().any(|line| {
            let mut words = line.split_whitespace();
            let pattern = words.next().and_then(|pattern| Pattern::parse(pattern, base));
            let is_filter = |word: &str| word.starts_with("filter=") && word != "filter=lfs";
            words.any(is_filter) && pattern.is_some_and(|pattern| pattern.matches(relative, false))
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
            ("api/ab.py", true),
            ("api/1.py", true),
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

    #[test]
    fn lines_of_gits_configuration_are_parsed() {
        for (line, found) in [
            ("\texcludesFile = ~/.gitignore_global", Some(("excludesFile", "~/.gitignore_global"))),
            ("[core] excludesfile=\"~/a b\" ; mine", Some(("excludesfile", "~/a b"))),
            ("  path = .gitconfig.work # at work", Some(("path", ".gitconfig.work"))),
            ("[includeIf \"gitdir:~/w/\"]", None),
        ] {
            assert_eq!(setting(line), found.map(|(key, value)| (key, value.to_owned())), "{line}");
        }
    }
}
