//! Original and rewrite run with the real programs on a tree with everything that is awkward: they
//! find the same, but for what the advice says is left out (ignored, hidden and binary files).

use std::fs;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::harness::{World, advice, have};
use crate::rules::fixture_tree::{rewrite_of, run};

const FILES: [(&str, &str); 15] = [
    ("src/main.rs", "fn main() {\n    // TODO: one\n    foo(bar);\n}\n"),
    ("src/lib.rs", "pub fn foo(x: u32) {}\n// todo lower\nlet a = b+c;\n"),
    ("src/deep/er/mod.rs", "foo|bar\nfoo bar\nfoobar\nx{1}\n"),
    ("src/app.py", "def foo():\n    return 'TODO'\n# a.b a+b a*b [x] ^y$\n"),
    ("docs/a file with spaces.md", "TODO in prose\nfoo.bar\n"),
    ("docs/ünïcode.md", "naïve TODO\nFOO\n"),
    ("crlf.txt", "TODO\r\nfoo bar\r\nend\r\n"),
    ("no-newline.txt", "last TODO"),
    ("empty.txt", ""),
    ("tests/test_foo.py", "assert foo\nTODO\nTODO\n"),
    ("web/x.ts", "const foo = 1; // TODO\n"),
    ("web/x.tsx", "<foo>TODO</foo>\n"),
    ("ignored/gen.rs", "TODO foo generated\n"),
    ("notes.ignored", "TODO foo ignored\n"),
    (".hidden/conf.rs", "TODO foo hidden\n"),
];

/// What ripgrep leaves out, and the advice says so.
const LEFT_OUT: [&str; 5] =
    ["ignored/gen.rs", "notes.ignored", ".hidden/conf.rs", ".gitignore", "blob.bin"];

/// The whole tree with a repository around it, so that ignore files count, and the part of it that
/// a rewrite is to find.
struct Trees {
    whole: World,
    visible: World,
}

fn trees() -> Trees {
    let trees = Trees { whole: World::new(), visible: World::new() };
    for world in [&trees.whole, &trees.visible] {
        for (path, text) in FILES {
            world.file(path, text);
        }
        world.file(".gitignore", "ignored/\n*.ignored\n");
        fs::write(world.work().join("blob.bin"), b"TODO foo\0\x01\x02").unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("src/main.rs", world.work().join("link.rs")).unwrap();
        }
    }
    for path in LEFT_OUT {
        fs::remove_file(trees.visible.work().join(path)).unwrap();
    }
    for args in [&["init", "-q"][..], &["config", "core.quotePath", "false"], &["add", "-A"]] {
        let done = Command::new("git").args(args).current_dir(trees.whole.work()).status().unwrap();
        assert!(done.success());
    }
    trees
}

/// Runs the rewrite on the whole tree and the original on what it is to find; whether there was a
/// rewrite.
#[track_caller]
fn compare(trees: &Trees, command: &str) -> bool {
    let report = trees.whole.bash(command).explain();
    let Some(better) = rewrite_of(&report, "grep-recursive") else { return false };
    same(trees, command, &better);
    true
}

#[track_caller]
fn same(trees: &Trees, command: &str, better: &str) {
    let wanted = run(&trees.visible.work(), command);
    assert_eq!(run(&trees.whole.work(), better), wanted, "\n{command}\n{better}");
}

fn have_all(programs: &[&str]) -> bool {
    programs.iter().all(|program| have(program))
}

#[test]
fn searches_find_the_same() {
    if !have_all(&["bash", "git", "grep", "rg"]) {
        return;
    }
    let trees = trees();
    for command in [
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
    ] {
        assert!(compare(&trees, command), "no rewrite for {command}");
    }
}

#[test]
fn searches_with_git_grep_find_the_same() {
    if !have_all(&["bash", "git", "grep"]) {
        return;
    }
    let trees = trees();
    // Git looks at hidden files, too.
    trees.visible.file(".hidden/conf.rs", "TODO foo hidden\n");
    trees.whole.programs(&["git"]);
    for command in [
        "grep -rn TODO .",
        r"grep -rn 'foo\|TODO' .",
        "grep -rlE 'foo|bar' .",
        "grep -rni todo",
        "fgrep -rn 'a.b' .",
    ] {
        // A list names the binary file, of which no line is printed.
        if command.contains("-rl") {
            trees.visible.file("blob.bin", "TODO foo\0\x01\x02");
        } else {
            let _ = fs::remove_file(trees.visible.work().join("blob.bin"));
        }
        let call = trees.whole.bash(command).field("turn_id", serde_json::json!("t"));
        let found = advice(&call.explain());
        let better = found[0].1.split('`').nth(1).unwrap().to_owned();
        assert!(better.contains("grep --untracked"), "{better}");
        same(&trees, command, &better);
    }
}

/// Generated searches: any flags, any of the awkward patterns, any filter.
#[test]
fn generated_searches_find_the_same() {
    if !have_all(&["bash", "git", "grep", "rg"]) {
        return;
    }
    let trees = trees();
    let flags = prop::sample::subsequence(vec!["n", "i", "w", "l", "o", "c", "H", "h"], 0..4);
    let pattern = prop::collection::vec(
        prop::sample::select(vec![
            "foo", "TODO", "b", ".", "\\|", "|", "\\(", "\\)", "(", ")", "*", "+", "\\+", "?", "^",
            "$", "[a-f]", "[^o]", "{1}", "\\{1\\}", "\\.", "\\b", " ", "x", "ï",
        ]),
        1..4,
    );
    let kind = prop::sample::select(vec!["", "-E", "-F", "-G"]);
    let filter = prop::sample::select(vec![
        "",
        " --include='*.rs'",
        " --exclude='*.py'",
        " --exclude-dir=src",
        " --include='*.md' --include='*.py'",
    ]);
    let cases =
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
    let mut runner =
        TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let compared = std::cell::Cell::new(0_u32);
    runner
        .run(&(flags, pattern, kind, filter), |(flags, pattern, kind, filter)| {
            let pattern = pattern.concat();
            let command = format!("grep -r{} {kind} -e '{pattern}' .{filter}", flags.concat());
            // A pattern that grep refuses, or warns of, is nobody's search.
            let tried = Command::new("bash")
                .args(["-c", &command])
                .current_dir(trees.whole.work())
                .output()
                .unwrap();
            if tried.status.code() == Some(2) || !tried.stderr.is_empty() {
                return Ok(());
            }
            if compare(&trees, &command) {
                compared.set(compared.get() + 1);
            }
            Ok(())
        })
        .unwrap();
    assert!(compared.get() > cases / 4, "only {} rewrites were compared", compared.get());
}
