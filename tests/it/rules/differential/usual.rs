//! Commands of every day, for which there must be an advised command.

use super::advise::{CODEX, OLD_CLAUDE, ONLY_FD, ONLY_GIT, Outcome};
use super::pair::{Check, Pair, Verdict};
use super::random::Random;
use super::trees::Kind;
use super::{Bench, PROGRAMS};
use crate::harness::have_all;

/// Searches of grep.
const SEARCHES: &[&str] = &[
    "grep -rn TODO .",
    "grep -r TODO",
    "grep -rni todo .",
    "grep -rnw foo .",
    "grep -rl TODO .",
    "grep -rL TODO .",
    "grep -rc TODO .",
    "grep -rho 'foo' .",
    "grep -rnx 'TODO' .",
    r"grep -rn 'foo\|TODO' .",
    "grep -rnE 'foo|TODO' .",
    "egrep -rn '(foo|bar)+' .",
    "fgrep -rn 'a.b' .",
    "grep -rnF 'foo|bar' .",
    "grep -rn 'foo|bar' .",
    "grep -rn 'b+c' .",
    "grep -rn 'x{1}' .",
    r"grep -rn 'o\{2\}' .",
    "grep -rn 'a\\*b' .",
    "grep -rn '*b' .",
    "grep -rn '[]x[]' .",
    "grep -rn '^y\\$' .",
    "grep -rn 'a^b$c' .",
    r"grep -rn '\<foo\>' .",
    "grep -rn 'fn main()' .",
    "grep -rn TODO . --include='*.rs'",
    "grep -rn TODO . --include=*.{ts,tsx}",
    "grep -rn TODO . --include='*.rs' --include='*.py'",
    "grep -rn TODO . --exclude='*.py'",
    "grep -rn TODO . --exclude-dir=src --exclude-dir=.git",
    "grep -rn -e foo -e TODO .",
    "grep -rnv o . --include='*.md'",
    "grep -rn -A1 -B1 TODO . --include='*.rs'",
    "grep -rn -m1 TODO .",
    "grep -Rn TODO .",
    "grep -rnP '\\bfoo\\b' .",
    "grep -rnH TODO .",
    "grep -rn 'naïve' .",
    "grep -rn 'end$' .",
    "grep --recursive --line-number --ignore-case todo .",
];

/// Searches for which git can do the same.
const FOR_GIT: &[&str] = &[
    "grep -rn TODO .",
    r"grep -rn 'foo\|TODO' .",
    "grep -rlE 'foo|bar' .",
    "grep -rni todo",
    "fgrep -rn 'a.b' .",
];

/// A find whose files a grep searches, and whether the lines have names.
const PIPELINES: &[(&str, bool)] = &[
    ("find . -name '*.rs' | xargs grep -n TODO", true),
    ("find . -name '*.rs' -type f | xargs grep -l foo", true),
    ("find . -type f | xargs grep -n foo", true),
    ("find . | xargs grep -l TODO", true),
    ("find -name '*.rs' | xargs grep foo", true),
    ("find ./ -name '*.rs' | xargs grep -c foo", true),
    ("find src docs -type f -print0 | xargs -0 grep -niE 'todo|bar'", true),
    ("find . -name '*.rs' -print0 | xargs -0 -P2 grep -Hn 'foo(bar)'", true),
    ("find . -name '*.rs' -exec grep -n TODO {} +", true),
    ("find . -name '*.rs' -exec grep -L TODO {} +", true),
    ("find . -type f -name '*.ts*' -exec grep -H foo {} \\;", true),
    ("find . -type f -name '*.ts*' -exec grep foo {} \\;", false),
    ("find . -name '*.rs' -exec grep -n foo /dev/null {} \\;", true),
    ("find . -name '*.rs' -exec grep -qi todo {} \\; -print", true),
    ("find . -name '*.rs' -exec grep -oh 'fo*' {} + | sort -u", true),
    ("find . -name '*.rs' -exec grep -o 'fo*' {} \\; | sort -u", true),
    ("find . -name '*.rs' | xargs -n1 grep -c foo | sort", true),
    ("find . -name '*.rs' | xargs -I{} grep -Hw foo {}", true),
    ("find . -name '*.rs' | xargs -I % grep -n foo %", false),
    ("find . -name '*.rs' | sort | xargs grep -n foo", true),
    ("find . -name '*.rs' 2>/dev/null | xargs grep -n foo 2>/dev/null | grep -v gen", true),
    ("find . -iname '*.rs' | xargs grep -i todo", true),
    ("find . -name '*_test.rs' | xargs grep -A1 -B1 TODO", true),
    ("find . -maxdepth 1 -type f | xargs grep -n TODO", true),
    ("find . -maxdepth 2 -name '*.rs' | xargs grep -n TODO", true),
    ("find src -maxdepth 1 -name '*.rs' | xargs grep -n foo", true),
    ("find . -name '*.rs' -not -name '*_test.rs' | xargs grep -n foo", true),
    ("find . -name '*.rs' -not -path './gen/*' | xargs grep -n foo", true),
    ("find . -not -path '*/api/*' -name '*.rs' | xargs grep -n foo", true),
    ("find . -not -path '*/.*' -name '*.rs' | xargs grep -n foo", true),
    ("find . -path ./gen -prune -o -name '*.rs' -print | xargs grep -n foo", true),
    ("find . -type d -name gen -prune -o -name '*.rs' -exec grep -n foo {} +", true),
    ("find . \\( -name gen -o -name api \\) -prune -o -type f -print | xargs grep -n foo", true),
    ("find . \\( -name '*.rs' -o -name '*.md' \\) -exec grep -n foo {} +", true),
    ("find . -name '*.rs' -o -name '*.md' | xargs grep -n foo", true),
    ("find . -path '*/api/*' -name '*.rs' | xargs grep -n foo", true),
    ("find . -path './src/deep/*' -type f | xargs grep -n foo", true),
    ("find . -name '*.[rt]s' | xargs egrep -n 'foo|TODO'", true),
    ("find . -name '[!a-m]*.rs' | xargs fgrep -n 'foo(x'", true),
    ("for f in $(find . -name '*.rs'); do grep -n TODO \"$f\"; done", false),
    ("for f in $(find . -name '*.rs'); do grep -H TODO $f; done", true),
    ("for f in $(find . -name '*.rs'); do grep -q TODO $f && echo $f; done", true),
    (r"find . -name '*.rs' | xargs grep -n 'x\{1\}\|{1}'", true),
];

/// A find by name.
const BY_NAME: &[&str] = &[
    "find . -name '*.rs' -type f",
    "find . -name '*.ts' -o -name '*.tsx'",
    "find . -iname '*.RS' -type f",
    "find . -type f -name '*.rs' -not -name '*_test.rs'",
    "find . -type f -name '*.rs' -not -path '*/api/*'",
    "find . -type f -name '*.rs' ! -path './gen/*'",
    "find . -name gen -prune -o -type f -name '*.rs' -print",
    "find . -type d -name gen -prune -o -type f -name '*.rs' -print",
    "find src docs -type f -name '*o*'",
    "find . -type f -name '*.[rt]s'",
];

/// The same for fd.
const FOR_FD: &[&str] = &[
    "find . -name '*.rs' -type f",
    "find . -type f -iname '*.RS'",
    "find src docs -type f -name '*o*'",
    "find . -type f -name '*.rs' -not -path './gen/*'",
    "find . -type f -name '*.rs' -not -path '*/api/*'",
    "find . -type f -name '*.rs' -not -name '*_test.rs'",
];

/// grep's patterns that rg was given.
const PATTERNS: &[&str] = &[
    r"foo\|TODO",
    r"fn main\|foo\.bar",
    r"^foo\|end$",
    r"f\(oo\|ix\)bar",
    r"TO\(DO\|NE\):\|naïve",
    r"a\.b\|[ab][-*][bc]\|\^y",
    r"[o]\{2\}",
    r"[a-f]\{2,3\}\|x",
    r"\bfoo\b\|\bTODO\b",
    r"assert\|last TODO",
];

/// A pipeline where no blank in a name breaks it, no grep reads nothing, and lines have names also
/// where only one file is found.
fn mended(command: &str) -> String {
    let is_zero = ["-print0", "-0"].iter().any(|sign| command.contains(sign));
    let xargs = if is_zero { "| xargs -r " } else { "| xargs -r -d '\\n' " };
    let mut mended = command.replace("| xargs ", xargs);
    let is_each = [" -n1 ", " -I"].iter().any(|sign| command.contains(sign));
    let is_several = command.contains(" {} +") || (command.contains("| xargs ") && !is_each);
    let start = mended.find("| xargs ").or(mended.find("-exec ")).unwrap_or_default();
    let at = start + mended[start..].find("grep ").unwrap_or_default() + "grep ".len();
    if is_several && !mended[at..].contains("h ") {
        mended.insert_str(at, "-H ");
    }
    if command.starts_with("for ") { format!("IFS=$'\\n'; set -f; {mended}") } else { mended }
}

fn pairs() -> Vec<Pair> {
    let search =
        |place| move |command: &&str| Pair::search(Kind::Clean, place, (*command).to_owned(), "");
    let pipeline = |(command, named): &(&str, bool)| Pair {
        mended: mended(command),
        check: Check::Same { named: *named },
        ..search(CODEX)(command)
    };
    let listing = |place| move |command: &&str| Pair { lists: true, ..search(place)(command) };
    let pattern = |pattern: &&str| {
        let words = format!("-n '{pattern}' src docs tests no-newline.rs crlf.txt");
        Pair {
            mended: format!("grep -r {words}"),
            outcome: Outcome::Failed("Exit code 1".to_owned()),
            check: Check::Pattern,
            ..search(CODEX)(&format!("rg {words}").as_str())
        }
    };
    let mut pairs: Vec<Pair> = SEARCHES.iter().map(search(OLD_CLAUDE)).collect();
    pairs.extend(FOR_GIT.iter().map(search(ONLY_GIT)));
    pairs.extend(PIPELINES.iter().map(pipeline));
    pairs.extend(BY_NAME.iter().map(listing(CODEX)));
    pairs.extend(FOR_FD.iter().map(listing(ONLY_FD)));
    pairs.extend(PATTERNS.iter().map(pattern));
    pairs
}

#[test]
fn usual_commands_get_a_command_that_does_the_same() {
    if !have_all(&PROGRAMS) {
        return;
    }
    let bench = Bench::new(1);
    let mut failures = Vec::new();
    for pair in pairs() {
        let mut random = Random::of_pair(1, 1);
        match bench.judged(&pair, &mut random, false) {
            None => failures.push(format!("no command is advised for {}", pair.command())),
            Some(judged) if matches!(judged.verdict, Verdict::Unequal { .. }) => {
                failures.push(format!("{} {:?}", judged.told, judged.verdict));
            }
            Some(_) => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
