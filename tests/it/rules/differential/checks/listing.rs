//! A listing of a tree within bounds: a part of what the original lists.

use std::collections::BTreeSet;

use super::lines::{is_of_a_folder, is_refused, shown};
use super::words::{announced, announces_folders};
use crate::rules::differential::contents::{Class, LINKS};
use crate::rules::differential::pair::{Pair, Verdict};
use crate::rules::differential::run::{Shell, paths_without};
use crate::rules::differential::trees::Trees;

/// Most lines of an advised listing.
const MOST_LINES: usize = 101;

/// The name at the end of a line, whatever stands in front of it.
fn name(line: &str) -> &str {
    line.trim_end_matches('/').rsplit(['/', '\u{a0}', '\t']).next().unwrap_or(line)
}

pub fn listing(
    pair: &Pair,
    trees: &Trees,
    shell: &Shell,
    advised: &Shell,
    text: &str,
    better: &str,
) -> Verdict {
    let whole = trees.whole(pair.kind, pair.is_read());
    let original = shell.run(&whole, &pair.command());
    let found = advised.run(&whole, better);
    let unequal = |reason, shown| Verdict::Unequal { reason, shown };
    if is_refused(&original) {
        return Verdict::Refused;
    }
    if !found.errors.is_empty() && original.errors.is_empty() {
        return unequal("a new error", format!("  {}\n", found.errors));
    }
    if found.errors.is_empty() && !original.errors.is_empty() {
        return unequal("an error is gone", format!("  {}\n", original.errors));
    }
    let is_lister = better.starts_with("rg --files")
        || better.starts_with("git ls-files")
        || better.starts_with("fd");
    let is_tree = better.starts_with("tree");
    let known: BTreeSet<&str> =
        original.lines.iter().map(|line| name(line.split(" -> ").next().unwrap_or(line))).collect();
    let is_known = |line: &&String| {
        original.lines.contains(*line)
            || (is_lister && known.contains(name(line)))
            // Lines of tree end at the second level, and the last line counts.
            || (is_tree && (line.contains(" director") || line.contains('\u{2500}') || line.is_empty()))
            || (text.contains("repositor") && line.ends_with("nested/"))
            || (text.contains("with links") && LINKS.iter().any(|(_, link)| link.ends_with(name(line))))
    };
    let numbered = better.contains("| nl") || better.contains("| column");
    let extra: Vec<&String> = found.lines.iter().filter(|line| !is_known(line)).collect();
    if !extra.is_empty() && !numbered {
        return unequal("extra", shown("extra", &extra));
    }
    // A short listing of the files is whole, but for what the advice says.
    if is_lister && found.raw.len() < MOST_LINES - 1 && pair.base.contains("-type f") && !numbered {
        let mut aside = announced(text);
        aside.insert(Class::Encoded);
        let without = trees.without(pair.kind, &aside, pair.is_read());
        let least = shell.run(&without, &pair.command());
        // Without -print, find also names the folders that -prune keeps it out of.
        let counts = |line: &&String| !announces_folders(text) || !is_of_a_folder(&whole, line);
        let lost: Vec<&String> = least.lines.difference(&found.lines).filter(counts).collect();
        if !lost.is_empty() {
            return unequal("lost", shown("lost", &lost));
        }
    }
    let bounds = if is_tree { original.raw.len() } else { MOST_LINES };
    if found.raw.is_empty() && original.raw.len() > 60 || found.raw.len() > bounds {
        return unequal("bounds", shown("advised", &found.raw.iter().collect::<Vec<_>>()));
    }
    // Nothing that it says is left out.
    let shown_anyway: Vec<&String> = found
        .lines
        .iter()
        .filter(|line| {
            is_lister && paths_without(&announced(text)).any(|path| path == line.as_str())
        })
        .collect();
    if !shown_anyway.is_empty()
        && better.starts_with("rg")
        && pair.kind.has_git()
        && !better.contains("-g ")
    {
        return unequal("announced, but shown", shown("shown", &shown_anyway));
    }
    if original.lines == found.lines { Verdict::Equal } else { Verdict::Announced }
}
