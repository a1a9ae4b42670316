//! grep's patterns given to rg.

use super::grep::tree;
use super::patterns::quoted;
use crate::rules::differential::advise::{CODEX, FAST_CLAUDE, OLD_CLAUDE, Outcome};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;

const PARTS: [&str; 40] = [
    "foo",
    "TODO",
    "bar",
    "b",
    "x",
    "[a-f]",
    "[^o]",
    "\\.",
    "\\*",
    "\\b",
    "\\(",
    "\\)",
    "\\{2\\}",
    "^",
    "$",
    "*",
    " ",
    "ï",
    ".",
    "\\[",
    "(",
    "+",
    "?",
    "\\+",
    "[[:space:]]",
    "\\w",
    "{",
    "}",
    "interface{}",
    "fn main",
    "useState",
    "\\s",
    "-x",
    "=",
    "\"",
    "#",
    "\\<",
    "\\>",
    "o\\{1,2\\}",
    "def ",
];
const FLAGS: [&str; 9] = ["-n", "-n", "", "-i", "-l", "-c", "-o", "-A1", "-v"];
const PATHS: [&str; 9] = [
    "",
    ".",
    "src",
    "src docs tests",
    "README.md src",
    "src/main.rs",
    "src/*.rs",
    "./src/",
    "docs lib",
];
const ENDS: [&str; 7] = ["", "", "", "", " | head -20", " 2>/dev/null", " | sort"];

/// An rg whose pattern reads like grep's, and that found nothing.
pub fn alternation(random: &mut Random) -> Pair {
    let mut alternatives = Vec::new();
    for _ in 0..1 + random.below(3) {
        alternatives
            .push((0..1 + random.below(3)).map(|_| random.pick(&PARTS)).collect::<String>());
    }
    let pattern = alternatives.join("\\|");
    let flags = random.pick(&FLAGS);
    let path = random.pick(&PATHS);
    let mark = if pattern.starts_with('-') || random.chance(10) { "-e " } else { "" };
    let words = format!("{flags} {mark}{} {path}", quoted(random, &pattern));
    let words = words.trim();
    let end = random.pick(&ENDS);
    let base = format!("rg {words}");
    // Nobody means an empty group: those are the parentheses of a call.
    let mended = format!("grep -r {}", words.replace("\\(\\)", "()"));
    let outcome = if end.contains('|') {
        Outcome::Printed(String::new())
    } else {
        Outcome::Failed("Exit code 1".to_owned())
    };
    let place = random.pick(&[FAST_CLAUDE, OLD_CLAUDE, CODEX]);
    Pair { mended, outcome, check: Check::Pattern, ..Pair::search(tree(random), place, base, end) }
}
