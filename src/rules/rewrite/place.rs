//! What is at the paths that a search is given. Search programs treat files, links and paths that do
//! not exist differently, so a rewrite must know which of them it names.

use std::path::{Component, Path};

use crate::base::read;
use crate::rules::case::Case;
use crate::shell::{Command, Word};

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A folder, or a glob over all entries of one (`src/*`), none of which is a link.
    Folder,
    /// A file, or anything else that is neither a folder nor a link.
    File,
    /// A link, a path through one, or a glob that names one.
    Link,
    /// Nothing.
    Missing,
    /// A path that only the shell knows, or a folder of the call that is not known.
    Unknown,
}

/// Looks up the place of a word. A rule looks at the disk, a unit test does not.
pub(crate) type LookUp<'a> = &'a dyn Fn(&Word) -> Place;

/// Spellings of a folder that need no look.
const FOLDERS: [&str; 9] = [
    ".",
    "./",
    "~",
    "~/",
    "$PWD",
    "\"$PWD\"",
    "$(pwd)",
    "\"$(pwd)\"",
    "$(git rev-parse --show-toplevel)",
];

/// Whether a word spells the working directory, the home folder or the work tree: a folder that is
/// there, with everything that matters below it.
pub(crate) fn is_known_folder(word: &Word) -> bool {
    FOLDERS.contains(&word.raw.as_str())
}

/// What is at the path `word` of `command`.
pub(crate) fn of(case: &Case, command: &Command, word: &Word) -> Place {
    if is_known_folder(word) {
        return Place::Folder;
    }
    let folder = case.folder_of(command);
    if let Some(listed) = globbed_folder(word) {
        return match folder {
            Some(folder) => of_entries(&folder.join(listed)),
            None => Place::Unknown,
        };
    }
    let Some(path) = word.literal() else { return Place::Unknown };
    let (base, path) = match (path.strip_prefix('~'), folder) {
        (Some(rest), _) if rest.starts_with('/') => match case.environment.home() {
            Some(home) => (home.to_owned(), rest.trim_start_matches('/')),
            None => return Place::Unknown,
        },
        (None, _) if path.starts_with('/') => ("/".into(), path),
        (None, Some(folder)) => (folder, path),
        _ => return Place::Unknown,
    };
    of_path(&base, path)
}

/// The folder of a glob over all its entries: `src` for `src/*`, an empty text for `*`.
pub(super) fn globbed_folder(word: &Word) -> Option<&str> {
    let folder = match word.raw.as_str() {
        "*" | "./*" => "",
        raw => raw.strip_suffix("/*")?,
    };
    let is_plain =
        folder.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    (!word.expands && is_plain).then_some(folder)
}

/// What is at `path` below `base`. A link in `base` itself does not count: the shell is there.
fn of_path(base: &Path, path: &str) -> Place {
    let mut here = base.to_owned();
    for part in Path::new(path).components() {
        here.push(part);
        if !matches!(part, Component::Normal(_)) {
            continue;
        }
        match read::link_metadata(&here) {
            Ok(found) if found.is_symlink() => return Place::Link,
            Ok(_) => {}
            Err(_) => return Place::Missing,
        }
    }
    if read::is_dir(&here) { Place::Folder } else { Place::File }
}

/// The place of a glob over all entries of `folder`. A folder of more than
/// [`read::MAX_ENTRIES`] is left alone: a look must not cost the call its time.
fn of_entries(folder: &Path) -> Place {
    let Ok(entries) = read::entries(folder, read::MAX_ENTRIES + 1) else { return Place::Missing };
    for (at, entry) in entries.enumerate() {
        let kind = entry.and_then(|entry| entry.file_type());
        match kind {
            Ok(kind) if kind.is_symlink() => return Place::Link,
            Ok(_) if at < read::MAX_ENTRIES => {}
            _ => return Place::Unknown,
        }
    }
    Place::Folder
}
