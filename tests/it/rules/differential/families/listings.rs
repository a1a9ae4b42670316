//! Listings of whole trees.

use super::grep::tree;
use crate::rules::differential::advise::{CODEX, FAST_CLAUDE, OLD_CLAUDE, ONLY_FD, ONLY_GIT};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;

const LISTINGS: [&str; 30] = [
    "ls -R",
    "ls -R .",
    "ls -laR",
    "ls -lR src",
    "ls -aR",
    "ls -1R docs",
    "ls -R *",
    "ls -R src docs",
    "ls -R src/docslink",
    "ls --recursive",
    "ls -R linked/",
    "tree",
    "tree .",
    "tree -a",
    "tree src",
    "tree -f",
    "tree -f -i",
    "tree --noreport",
    "tree -h src docs",
    "find",
    "find .",
    "find . -type f",
    "find . -print",
    "find src -type f",
    "find src docs",
    "find . -type f -print",
    "du -a",
    "du -ah",
    "du -a .",
    "du -ak src",
];
const ROOTS: [&str; 8] = ["", "", "", "", " nosuch", " 'docs/a folder'", " linked", " README.md"];
const FILTERS: [&str; 16] = [
    "",
    "",
    "",
    "",
    " | sort",
    " | sort -u",
    " 2>/dev/null",
    " 2>/dev/null | sort",
    " | cat",
    " | sort -rn",
    " | sort -h",
    " | sort -n",
    " | sort -rh",
    " | tee list.txt",
    " | nl",
    " | column",
];

/// A listing of a tree, with filters that keep every line.
pub fn listing(random: &mut Random) -> Pair {
    let listing = random.pick(&LISTINGS);
    let root = if listing.contains("-type") { "" } else { random.pick(&ROOTS) };
    let filter = random.pick(&FILTERS);
    let filter = if filter.contains("tee") { "" } else { filter };
    let base = format!("{listing}{root}{filter}");
    let place = random.pick(&[FAST_CLAUDE, OLD_CLAUDE, CODEX, ONLY_GIT, ONLY_FD]);
    Pair { check: Check::Listing, ..Pair::search(tree(random), place, base, "") }
}
