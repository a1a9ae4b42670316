//! `find` by name, and `find` whose files a grep searches.

use super::grep::tree;
use super::patterns::{Syntax, pattern, quoted};
use crate::rules::differential::advise::{CODEX, OLD_CLAUDE, ONLY_FD, ONLY_GIT};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;

const ROOTS: [&str; 26] = [
    ".",
    ".",
    ".",
    ".",
    "",
    "./",
    "src",
    "src docs",
    "src/ lib/",
    "./src",
    "tests latest",
    "docs",
    "api",
    "linked",
    "src/docslink",
    "nosuch",
    "src nosuch",
    "$PWD",
    "\"$PWD\"",
    "$(pwd)",
    "README.md",
    "'docs/a folder'",
    "*",
    "src/*",
    "latest",
    "src/deep lib",
];

/// A first part that keeps find out of some folders.
const PRUNES: [&str; 14] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "-path ./gen -prune -o ",
    "-path ./node_modules -prune -o ",
    "-name node_modules -prune -o ",
    "-type d -name api -prune -o ",
    "\\( -name docs -o -name target \\) -prune -o ",
    "-name .git -prune -o ",
    "-path '*/.*' -prune -o ",
    "-path ./src/deep -prune -o ",
];

const NAMES: [&str; 40] = [
    "-name '*.py'",
    "-name '*.py'",
    "-name \"*.rs\"",
    "-name *.rs",
    "-name '*.ts' -o -name '*.tsx'",
    "\\( -name '*.ts' -o -name '*.tsx' \\)",
    "\\( -name '*.rs' -o -name '*.md' -o -name '*.py' \\)",
    "-iname '*.RS'",
    "-iname '*.MD'",
    "-iname 'readme*'",
    "-iname '*TEST*'",
    "-name '*test*'",
    "-name 'test_*.py'",
    "-name '*.test.ts'",
    "-name 'a*.py'",
    "-name '*.[rt]s'",
    "-name '[!a-m]*.rs'",
    "-name '?*.js'",
    "-name Makefile",
    "-name README.md",
    "-name TODO",
    "-name api",
    "-name latest",
    "-name '*.json'",
    "-name '*.y*ml'",
    "-name '*côde*'",
    "-name '*.rs' ! -name '*_test.rs'",
    "! -name '*.py'",
    "-not -name '*.md'",
    "-name '*.py' -not -name 'test_*'",
    "-name '*'",
    "-name '*.*'",
    "-path '*/api/*' -name '*.py'",
    "-path './src/*' -name '*.rs'",
    "-path '*/deep/*'",
    "-wholename '*/tests/*.py'",
    "-regex '.*\\.py'",
    "-name 'x.rs'",
    "\\( -iname '*.rs' -o -name 'm*' \\)",
    "-name '*.txt'",
];

const TESTS: [&str; 22] = [
    "-type f",
    "-type f",
    "-type f",
    "-type f",
    "-maxdepth 1",
    "-maxdepth 2",
    "-maxdepth 3",
    "-mindepth 1",
    "-mindepth 2",
    "-type l",
    "-not -path '*/api/*'",
    "-not -path './gen/*'",
    "! -path './docs/*'",
    "-not -path '*/.*'",
    "-not -path '*/node_modules/*'",
    "! -path '*/target/*'",
    "-not -path '*/.git/*'",
    "! -path '*/tests/*'",
    "-size +0",
    "! -empty",
    "-not -path './src/deep/*'",
    "-not -path '*/src/*'",
];

const ENDS: [&str; 5] = ["", "", "", " -print", " 2>/dev/null"];

const READERS: [&str; 26] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    " | sort",
    " | sort | head -3",
    " | head -5",
    " | wc -l",
    " | grep -v test",
    " | grep -v '^./tests/'",
    " | grep '^./src'",
    " | xargs wc -l",
    " | xargs -n1 basename | sort",
    " | cut -d/ -f2 | sort | uniq -c",
    " | sed 's|^./||'",
    " | awk -F/ '{print $2}' | sort -u",
    " | xargs dirname | sort -u",
    " | while read f; do echo \"got $f\"; done",
    " | grep -v node_modules",
    " && echo yes",
    " || echo no",
    " | xargs -I{} echo file {}",
];

/// The words of a find up to what it does.
fn find(random: &mut Random) -> String {
    let prune = random.pick(&PRUNES);
    let roots = random.pick(&ROOTS);
    let mut tests: Vec<String> = random.some(&TESTS, 2).into_iter().map(str::to_owned).collect();
    if random.chance(85) {
        let at = random.below(tests.len() + 1);
        tests.insert(at, random.pick(&NAMES).to_owned());
    }
    if tests.is_empty() && !prune.is_empty() {
        tests.push("-type f".to_owned());
    }
    // Where to stop comes first: find warns of another place.
    tests.sort_by_key(|test| !test.contains("depth"));
    let (depth, tests): (Vec<String>, Vec<String>) =
        tests.into_iter().partition(|test| test.contains("depth"));
    let words = ["find", roots, &depth.join(" "), prune.trim(), &tests.join(" ")];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Without what a blank in a name breaks.
fn for_lines(rest: &str) -> String {
    rest.replace("| xargs ", "| xargs -r -d '\\n' ")
}

/// A find that lists files.
pub fn by_name(random: &mut Random) -> Pair {
    let base = find(random);
    let end = random.pick(&ENDS);
    let (base, end) = if end == " -print" { (base + end, "") } else { (base, end) };
    let place = random.pick(&[OLD_CLAUDE, CODEX, CODEX, ONLY_FD, ONLY_FD, ONLY_GIT]);
    let rest = end.to_owned() + &for_lines(random.pick(&READERS));
    Pair { lists: true, ..Pair::search(tree(random), place, base, &rest) }
}

const FLAGS: [&str; 12] = ["-n", "-n", "-l", "-l", "-H", "-i", "-c", "-L", "-w", "-o", "-h", "-v"];

const GREP_READERS: [&str; 18] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    " | sort",
    " | head -5",
    " | wc -l",
    " | grep -v test",
    " | cut -d: -f1 | sort -u",
    " | cut -d/ -f2 | sort | uniq -c",
    " 2>/dev/null",
    " | sort -u",
    " | awk -F: '{print $1}' | sort -u",
    " | xargs -r -n1 dirname | sort -u",
    " | grep -v '^./docs/'",
];

/// A find with a grep of what it finds.
pub fn with_grep(random: &mut Random) -> Pair {
    let find = find(random);
    let (grep, syntax) = random.pick(&[
        ("grep", Syntax::Basic),
        ("grep", Syntax::Basic),
        ("grep -E", Syntax::Extended),
        ("egrep", Syntax::Extended),
        ("grep -F", Syntax::Fixed),
        ("fgrep", Syntax::Fixed),
    ]);
    let flags: String = random.some(&FLAGS, 3).iter().map(|flag| format!("{flag} ")).collect();
    let pattern = pattern(random, syntax);
    let text = if pattern.starts_with('-') {
        format!("-e {}", quoted(random, &pattern))
    } else {
        quoted(random, &pattern)
    };
    let search = format!("{grep} {flags}{text}");
    // Several files at once are named; a single one is not, unless there is only one.
    let named_search = format!("{grep} -H {flags}{text}");
    let hides = flags.contains("-h");
    let always = if hides { &search } else { &named_search };
    let names = flags.contains("-l") || flags.contains("-L") || flags.contains("-H");
    let (base, mended, named) = match random.below(14) {
        0 | 1 => (format!("{find} -exec {search} {{}} \\;"), None, names),
        2 | 3 => (
            format!("{find} -exec {search} {{}} +"),
            Some(format!("{find} -exec {always} {{}} +")),
            !hides,
        ),
        4 => (
            format!("{find} -print0 | xargs -0 {search}"),
            Some(format!("{find} -print0 | xargs -0 -r {always}")),
            !hides,
        ),
        5 => (
            format!("{find} -print0 | xargs -0 -P4 -n10 {search}"),
            Some(format!("{find} -print0 | xargs -0 -r {always}")),
            !hides,
        ),
        6 | 7 => (
            format!("{find} | xargs {search}"),
            Some(format!("{find} | xargs -r -d '\\n' {always}")),
            !hides,
        ),
        8 => (
            format!("{find} | xargs -r {search}"),
            Some(format!("{find} | xargs -r -d '\\n' {always}")),
            !hides,
        ),
        9 => (
            format!("{find} | xargs -n1 {search}"),
            Some(format!("{find} | xargs -r -n1 -d '\\n' {search}")),
            names,
        ),
        10 => (format!("{find} | xargs -I{{}} {search} {{}}"), None, names),
        11 => (format!("{find} -exec {search} {{}} \\; -print"), None, names),
        12 => (format!("{find} -exec grep -q {text} {{}} \\; -print"), None, true),
        _ => {
            let body =
                if random.chance(50) { format!("{search} \"$f\"") } else { format!("{search} $f") };
            let base = format!("for f in $({find}); do {body}; done");
            (base.clone(), Some(format!("IFS=$'\\n'; set -f; {base}")), names)
        }
    };
    let place = random.pick(&[OLD_CLAUDE, CODEX, CODEX, ONLY_GIT, ONLY_GIT]);
    let rest = random.pick(&GREP_READERS);
    let pair = Pair::search(tree(random), place, base, rest);
    Pair {
        mended: mended.unwrap_or_else(|| pair.base.clone()),
        check: Check::Same { named: named && !hides },
        ..pair
    }
}
