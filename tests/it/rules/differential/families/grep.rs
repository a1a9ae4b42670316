//! `grep -r` with every usual flag, pattern, filter and operand.

use super::patterns::{Syntax, pattern, quoted};
use crate::rules::differential::advise::{CODEX, FAST_CLAUDE, OLD_CLAUDE, ONLY_GIT, Place};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;
use crate::rules::differential::trees::Kind;

const PLACES: [Place; 8] =
    [OLD_CLAUDE, CODEX, CODEX, CODEX, ONLY_GIT, ONLY_GIT, ONLY_GIT, FAST_CLAUDE];

const SHORT: [&str; 18] =
    ["n", "n", "n", "n", "l", "l", "L", "c", "o", "h", "H", "w", "x", "v", "i", "i", "I", "s"];
const LONG: [&str; 16] = [
    "--line-number",
    "--ignore-case",
    "--files-with-matches",
    "--files-without-match",
    "--count",
    "--only-matching",
    "--no-filename",
    "--with-filename",
    "--word-regexp",
    "--line-regexp",
    "--invert-match",
    "--no-messages",
    "--color=never",
    "--binary-files=without-match",
    "--color=auto",
    "--text",
];
const VALUED: [&str; 10] =
    ["-m1", "-m 2", "-A1", "-B1", "-C1", "-A 2", "-C 2", "--max-count=1", "-2", "--context=1"];
const FILTERS: [&str; 44] = [
    "--include='*.py'",
    "--include=*.py",
    "--include=\"*.rs\"",
    "--include='*.ts' --include='*.tsx'",
    "--include=*.{ts,tsx}",
    "--include='*.{ts,tsx}'",
    "--include=*.{py,rs,md}",
    "--include='test_*'",
    "--include='*test*'",
    "--include='a*.py'",
    "--include=README.md",
    "--include='*.[rt]s'",
    "--include='*.?s'",
    "--include='Make*'",
    "--include='*'",
    "--include='.env'",
    "--include '*.py'",
    "--exclude='*.py'",
    "--exclude=*.md",
    "--exclude='*test*'",
    "--exclude='*.test.ts'",
    "--exclude=*.{md,txt}",
    "--exclude=TODO",
    "--exclude='latest'",
    "--exclude='*api*'",
    "--exclude='*.rs'",
    "--exclude='.*'",
    "--exclude='.env'",
    "--exclude-dir=node_modules",
    "--exclude-dir=tests",
    "--exclude-dir=docs",
    "--exclude-dir={docs,tests}",
    "--exclude-dir={.git,node_modules,target}",
    "--exclude-dir='t*'",
    "--exclude-dir=api",
    "--exclude-dir=.git",
    "--exclude-dir=./docs",
    "--exclude-dir=src/deep",
    "--exclude-dir=latest/",
    "--exclude-dir='.*'",
    "--exclude-dir=src",
    "--exclude-dir=.github",
    "--exclude-dir='a folder'",
    "--exclude-dir=ünï",
];
const ALL: [&str; 5] = [".", ".", "", "", "./"];
const OPERANDS: [&str; 45] = [
    "*",
    "./*",
    "src",
    "src/",
    "./src",
    "src/*",
    "docs/*",
    "./src/*",
    "tests/*",
    "src docs",
    "src docs tests",
    "src README.md",
    "README.md src",
    "README.md",
    "src nosuch",
    "nosuch",
    "nosuch src",
    "\"$PWD\"",
    "$PWD",
    "$(pwd)",
    "src/docslink",
    "src/docslink/",
    "linked",
    "linked/",
    "link.rs",
    "linked src",
    "src/*.py",
    "src/*.rs docs",
    "*.md",
    "docs/a\\ folder",
    "'docs/a folder'",
    "docs/ünï",
    "docs/*/",
    "src/deep lib",
    "latest",
    "tests latest",
    "x.rs",
    "api lib/api",
    ".github",
    "src/.env",
    "broken.py",
    "$(git rev-parse --show-toplevel)",
    "src/../docs",
    "src/deep/..",
    "config/*.json",
];

/// A `grep -r`, alone.
pub fn search(random: &mut Random) -> Pair {
    let rest = if random.chance(10) { random.pick(&STATUS) } else { "" };
    make(random, rest)
}

const STATUS: [&str; 5] = [
    " && echo yes",
    " || echo no",
    " > /dev/null && echo yes",
    " 2>/dev/null || echo no",
    " >/dev/null; echo $?",
];

/// What reads the lines of a search.
const READERS: [&str; 40] = [
    " | cut -d/ -f1 | sort | uniq -c",
    " | cut -d/ -f2 | sort -u",
    " | cut -d: -f1 | sort -u",
    " | cut -d: -f1 | sort | uniq -c | sort -rn",
    " | cut -d: -f2 | sort -u",
    " | grep -v '^tests/'",
    " | grep -v '^./tests/'",
    " | grep -v test",
    " | grep '^src'",
    " | grep -v node_modules",
    " | grep -v '/tests/'",
    " | grep -vE '^(docs|tests)/'",
    " | awk -F/ '{print $1}' | sort -u",
    " | awk -F/ '{print $2}' | sort | uniq -c",
    " | awk -F: '{print $1}' | sort -u",
    " | awk -F: '{print $1\" \"$2}'",
    " | xargs ls",
    " | xargs wc -l",
    " | xargs -n1 basename | sort",
    " | xargs dirname | sort -u",
    " | xargs -I{} echo file {}",
    " | xargs -d '\\n' wc -l",
    " | wc -l",
    " | head -5",
    " | head -n 3",
    " | sort | head -3",
    " | sort | tail -2",
    " | sed 's|/.*||' | sort -u",
    " | sed 's|^./||'",
    " | sed 's/:.*//' | sort -u",
    " | sed -n '1,4p' | wc -l",
    " | while read f; do echo \"got $f\"; done",
    " | while IFS=: read -r f n; do echo \"$f\"; done | sort -u",
    " | sort",
    " | sort -u",
    " | grep foo",
    " | tr -d ' '",
    " | sort | uniq -c | sort -rn",
    " | xargs -n1 dirname | cut -d/ -f1 | sort | uniq -c",
    " 2>/dev/null | wc -l",
];

/// A `grep -r` with filters behind it.
pub fn search_with_reader(random: &mut Random) -> Pair {
    let rest = random.pick(&READERS);
    make(random, rest)
}

fn make(random: &mut Random, rest: &str) -> Pair {
    let tree = tree(random);
    let (program, syntax) = match random.below(12) {
        0 => ("egrep", Syntax::Extended),
        1 => ("fgrep", Syntax::Fixed),
        2..5 => ("grep -E", Syntax::Extended),
        5 => ("grep -F", Syntax::Fixed),
        6 => ("grep -P", Syntax::Perl),
        _ => ("grep", Syntax::Basic),
    };
    let (name, kind) = program.split_once(' ').unwrap_or((program, ""));
    let recurse = random.pick(&["r", "r", "r", "r", "r", "R"]);
    let mut flags: Vec<&str> = vec![recurse];
    let letters: String = random.some(&SHORT, 3).concat();
    let merged = kind.strip_prefix('-').filter(|_| random.chance(70));
    let cluster = match random.below(3) {
        0 => format!("-{}{letters}{}", flags.pop().unwrap(), merged.unwrap_or_default()),
        1 => format!("-{letters}{}{}", flags.pop().unwrap(), merged.unwrap_or_default()),
        _ => {
            letters.chars().map(|c| format!("-{c} ")).collect::<String>()
                + &format!("-{}{}", flags.pop().unwrap(), merged.unwrap_or_default())
        }
    };
    let mut options = vec![cluster];
    if merged.is_none() && !kind.is_empty() {
        options.push(kind.to_owned());
    }
    if random.chance(12) {
        options.push(random.pick(&LONG).to_owned());
    }
    if random.chance(15) {
        options.push(random.pick(&VALUED).to_owned());
    }
    let filters = if random.chance(55) { random.some(&FILTERS, 3) } else { Vec::new() };
    let mut patterns = vec![pattern(random, syntax)];
    if random.chance(8) {
        patterns.push(pattern(random, syntax));
    }
    let is_marked = patterns.len() > 1 || patterns[0].starts_with('-') || random.chance(8);
    let patterns: Vec<String> = patterns
        .iter()
        .map(|text| (if is_marked { "-e " } else { "" }).to_owned() + &quoted(random, text))
        .collect();
    let operands = if random.chance(65) { random.pick(&ALL) } else { random.pick(&OPERANDS) };
    // Outside a repository git does not tell its top.
    let operands = if operands.contains("git ") && tree == Kind::Outside { "." } else { operands };
    let (before, after): (Vec<_>, Vec<_>) = match random.below(3) {
        0 => (filters.clone(), Vec::new()),
        1 => (Vec::new(), filters.clone()),
        _ => {
            let at = random.below(filters.len() + 1);
            (filters[..at].to_vec(), filters[at..].to_vec())
        }
    };
    let mut words = vec![name.to_owned(), options.join(" ")];
    words.extend(before.iter().map(|word| (*word).to_owned()));
    words.extend(patterns);
    if !operands.is_empty() {
        words.push(operands.to_owned());
    }
    words.extend(after.iter().map(|word| (*word).to_owned()));
    let place = random.pick(&PLACES);
    // What its own grep leaves out already is only told to print less.
    let check = if place == FAST_CLAUDE { Check::Narrow } else { Check::Same { named: true } };
    Pair { check, ..Pair::search(tree, place, words.join(" "), rest) }
}

/// One of the trees; those with the most in them more often.
pub fn tree(random: &mut Random) -> Kind {
    random.pick(&[
        Kind::Clean,
        Kind::Clean,
        Kind::Mixed,
        Kind::Mixed,
        Kind::Outside,
        Kind::Linked,
        Kind::Below,
    ])
}
