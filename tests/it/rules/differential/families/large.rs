//! Commands that print much.

use crate::rules::differential::advise::{CODEX, FAST_CLAUDE, OLD_CLAUDE, Outcome};
use crate::rules::differential::pair::{Check, Pair};
use crate::rules::differential::random::Random;
use crate::rules::differential::trees::Kind;

const PATTERNS: [&str; 8] =
    ["o", "foo", "TODO", "'foo|bar'", ".", "'\\bfoo\\b'", "-e foo -e bar", "'fn main'"];
const RG_FLAGS: [&str; 24] = [
    "-n",
    "-n",
    "",
    "",
    "-i",
    "-w",
    "-C3",
    "-A2 -B2",
    "--json",
    "-c",
    "-o",
    "-l",
    "-uu",
    "--no-heading",
    "--heading",
    "-F",
    "--vimgrep",
    "-h",
    "-v",
    "-r X",
    "-t py",
    "-g '*.py'",
    "--files-without-match",
    "--stats",
];
const PATHS: [&str; 12] = [
    "",
    ".",
    "src",
    "src docs",
    "src/main.rs",
    "README.md src/app.py",
    "src/*.rs",
    "./src/",
    "-- src",
    "docs/ünï",
    "'docs/a folder'",
    "src/a.py",
];
const OTHERS: [&str; 48] = [
    "git log",
    "git log -p",
    "git log --stat",
    "git show HEAD",
    "git show HEAD:README.md",
    "git ls-files",
    "git log --oneline --all",
    "git diff HEAD",
    "git blame README.md",
    "git grep -n o",
    "git grep foo -- src",
    "git diff --no-index src/main.rs src/lib.rs",
    "git -C src log -p",
    "find . -type f",
    "find src",
    "ls -laR",
    "ls -R src",
    "cat src/main.rs",
    "cat src/main.rs src/lib.rs",
    "nl -ba README.md",
    "cat -n src/app.py",
    "grep -n o README.md",
    "grep -c o README.md",
    "grep -n o src/main.rs src/lib.rs",
    "grep -on o src/main.rs",
    "grep -rn o src",
    "grep -h o src/main.rs src/lib.rs",
    "sed -n '1,400p' README.md",
    "awk 1 README.md",
    "curl -s http://x/items",
    "curl -sS -X POST http://x/y -d a=1",
    "curl -s --data a=1 http://x/y",
    "curl -X DELETE http://x/y/1",
    "curl -T a http://x/y",
    "curl -s http://x/a | cat",
    "gh api repos/x/y/issues",
    "gh api repos/x/y/issues -f title=a",
    "gh pr diff 12",
    "docker logs web",
    "docker logs -f web",
    "kubectl logs pod/x",
    "npm ls --all",
    "npm test",
    "cargo build -v",
    "cargo test",
    "make -j4",
    "pytest -v",
    "gh run view 1 --log",
];

/// A command whose output is large.
pub fn printed(random: &mut Random) -> Pair {
    let base = if random.chance(60) {
        let words = ["rg", random.pick(&RG_FLAGS), random.pick(&PATTERNS), random.pick(&PATHS)];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        random.pick(&OTHERS).to_owned()
    };
    let (line, count) = random.pick(&[
        ("src/main.rs:10: let foo = bar(1); // TODO\n", 900),
        ("{\"k\":\"vvvvvvvv\"} ", 2000),
    ]);
    let place = random.pick(&[FAST_CLAUDE, OLD_CLAUDE, CODEX]);
    let kind = random.pick(&[Kind::Clean, Kind::Mixed, Kind::Linked]);
    Pair {
        outcome: Outcome::Printed(line.repeat(count)),
        check: Check::Large,
        ..Pair::search(kind, place, base, "")
    }
}
