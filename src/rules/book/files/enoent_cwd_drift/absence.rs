//! Errors that say that a path is not there, and the tracked file that was meant.

use std::path::{Path, PathBuf};

use crate::base::{read, text};
use crate::project::environment::Environment;
use crate::rules::trigger::{Check, Miss};
use crate::shell::Word;

/// What says that a path is not there.
pub(super) const SIGNS: [&str; 4] =
    ["No such file or directory", "does not exist", "file or directory not found", "cannot access"];

/// Whether a line of the error says that this word is not there. An absolute path never counts: it
/// was meant as it is.
pub(super) fn is_missing(error: &str, word: &Word) -> bool {
    let Some(text) = word.literal() else { return false };
    let text = text.trim_end_matches('/');
    let is_path = text.len() > 1
        && !text.starts_with(['/', '-', '~'])
        && !text.starts_with("./")
        && !text.starts_with("..")
        && !text.contains([':', '\n']);
    is_path
        && error.lines().any(|line| {
            let names = line.match_indices(text).any(|(at, _)| {
                let before = line.get(..at).and_then(|before| before.chars().next_back());
                let after = line.get(at + text.len()..).and_then(|after| after.chars().next());
                let ends = |c: Option<char>| {
                    c.is_none_or(|c| matches!(c, ' ' | ':' | '\'' | '"' | '`' | '‘' | '’'))
                };
                ends(before) && (ends(after) || after == Some('/'))
            });
            // An interpreter's own complaint is about what the program opened.
            names && !line.contains("Errno") && SIGNS.iter().any(|sign| line.contains(sign))
        })
}

/// The one tracked file whose path shares at least the last `depth` parts with `path`, and more of
/// them than any other.
pub(super) fn tracked_file(environment: &Environment, path: &Path, depth: usize) -> Check<PathBuf> {
    let root = environment.work_tree().ok_or(Miss::Near("there is no work tree to look in"))?;
    let text = text::slashed(path.to_string_lossy());
    let wanted: Vec<&str> = text.split('/').collect();
    let name = wanted.last().copied().unwrap_or_default();
    let mut best: (usize, usize, String) = (0, 0, String::new());
    let known = environment.visit_tracked(|entry| {
        // Most paths end otherwise, and cost no more than this.
        if !entry.path.ends_with(name.as_bytes()) {
            return;
        }
        let Ok(tracked) = std::str::from_utf8(entry.path) else { return };
        let shared =
            tracked.rsplit('/').zip(wanted.iter().rev()).take_while(|(a, b)| a == *b).count();
        if shared > best.0 {
            best = (shared, 1, tracked.to_owned());
        } else if shared == best.0 && shared > 0 {
            best.1 += 1;
        }
    });
    if known.is_none() {
        return Err(Miss::Near("what git tracks is not known"));
    }
    let (shared, count, tracked) = best;
    if shared < depth.max(1) {
        return Err(Miss::Near("no tracked file has such a path"));
    }
    let found = root.join(tracked);
    if count > 1 || !read::is_file(&found) {
        return Err(Miss::Near("several files could be meant, or the file is gone"));
    }
    Ok(found)
}
