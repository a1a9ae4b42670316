//! Whether what printed too much is narrowed.

use std::collections::BTreeSet;

use super::lines::{has_names, is_of_unclear_file, is_refused, shown};
use super::words::base_of;
use crate::rules::differential::pair::{Pair, Verdict};
use crate::rules::differential::run::{BINARY, Shell};
use crate::rules::differential::trees::Trees;

/// Whether a search that printed much is narrowed: the advised command lists files of the original.
pub fn narrowed(
    pair: &Pair,
    trees: &Trees,
    original: &Shell,
    advised: &Shell,
    better: &str,
) -> Verdict {
    let most =
        original.run(&trees.without(pair.kind, &BTreeSet::new(), pair.is_read()), &pair.mended);
    if is_refused(&most) {
        return Verdict::Refused;
    }
    let found = advised.run(&trees.whole(pair.kind, pair.is_read()), base_of(better, &pair.rest));
    let unequal = |reason, shown| Verdict::Unequal { reason, shown };
    if !found.errors.is_empty() && most.errors.is_empty() {
        return unequal("a new error", format!("  {}\n", found.errors));
    }
    let is_named = |path: &str| {
        most.lines.iter().any(|line| line.starts_with(path) || line == &format!("{BINARY}{path}"))
    };
    let extra: Vec<&String> =
        found.lines.iter().filter(|line| !is_of_unclear_file(line) && !is_named(line)).collect();
    if has_names(&most) && !extra.is_empty() {
        return unequal("narrowed to other files", shown("extra", &extra));
    }
    Verdict::Equal
}
