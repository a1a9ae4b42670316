//! Whether a search that printed too much is narrowed: the advised command lists files in which the
//! original finds something.

use std::collections::BTreeSet;

use super::lines::{is_of_unclear_file, is_refused, shown};
use super::words::base_of;
use crate::rules::differential::pair::{Pair, Verdict};
use crate::rules::differential::run::{BINARY, Shell};
use crate::rules::differential::trees::Trees;

/// `command` as a list of files.
fn listing(command: &str) -> String {
    command.replacen("grep ", "grep -l ", 1)
}

pub fn narrowed(
    pair: &Pair,
    trees: &Trees,
    original: &Shell,
    advised: &Shell,
    better: &str,
) -> Verdict {
    let among = |left_out: &BTreeSet<_>, command: &str| {
        original.run(&trees.without(pair.kind, left_out, pair.is_read()), command)
    };
    let most = among(&BTreeSet::new(), &pair.base);
    if is_refused(&most) {
        return Verdict::Refused;
    }
    let base = base_of(better, &pair.rest);
    let found = advised.run(&trees.whole(pair.kind, pair.is_read()), base);
    let unequal = |reason, shown| Verdict::Unequal { reason, shown };
    if !found.errors.is_empty() && most.errors.is_empty() {
        return unequal("a new error", format!("  {}\n", found.errors));
    }
    let files = among(&BTreeSet::new(), &listing(&pair.base));
    let is_listed =
        |path: &str| files.lines.contains(path) || most.lines.contains(&format!("{BINARY}{path}"));
    let extra: Vec<&String> =
        found.lines.iter().filter(|line| !is_of_unclear_file(line) && !is_listed(line)).collect();
    if !extra.is_empty() {
        return unequal("narrowed to other files", shown("extra", &extra));
    }
    if found.raw.is_empty() && !pair.kind.has_aside() && !files.raw.is_empty() {
        return unequal(
            "narrowed to nothing",
            shown("files", &files.raw.iter().collect::<Vec<_>>()),
        );
    }
    Verdict::Equal
}
