//! What a line of advice says, and its command.

use std::collections::BTreeSet;

use crate::rules::differential::contents::Class;

/// The classes of files that a line of advice says are left out.
pub fn announced(text: &str) -> BTreeSet<Class> {
    let words = text.split('`').step_by(2).collect::<String>().to_lowercase();
    let mut classes = BTreeSet::new();
    for (word, class) in [
        ("hidden", Class::Hidden),
        ("ignored", Class::Ignored),
        ("binary", Class::Binary),
        ("tracked", Class::Untracked),
        ("link", Class::Link),
        ("repositor", Class::Nested),
    ] {
        if words.contains(word) {
            classes.insert(class);
        }
    }
    // What is ignored is not tracked either, but for what was added by force.
    if words.contains("untracked") || words.contains("tracked files") {
        classes.insert(Class::Untracked);
    }
    classes
}

/// Whether a line of advice says that folders are not listed.
pub fn announces_folders(text: &str) -> bool {
    ["lists folders", "links and folders", "folders and links", "files only"]
        .iter()
        .any(|words| text.contains(words))
}

/// The base of the advised command, without the filters that the original has too.
pub fn base_of<'a>(better: &'a str, rest: &str) -> &'a str {
    let base = better.strip_suffix(rest.trim()).map_or(better, str::trim_end);
    match base.strip_suffix(" 2>/dev/null") {
        Some(base) if rest.starts_with(" 2>/dev/null") => base,
        _ => base,
    }
}
