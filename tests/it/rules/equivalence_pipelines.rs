//! find with grep behind it, listings of whole trees and grep's patterns in rg: what the original
//! finds among the files that a rewrite looks at, the rewrite finds, and it finds nothing that the
//! original would not.

use std::collections::BTreeSet;

use serde_json::json;

use crate::harness::have;
use crate::rules::fixture_tree::{FILES, Trees, between, have_all, rewrite, run, trees};

/// Compares a rewrite of `rule` with the original; `false` if there is none. `named`: every line of
/// the original has its file's name, or is one.
#[track_caller]
pub fn compare(trees: &Trees, command: &str, rule: &str, named: bool) -> bool {
    let call =
        trees.whole.bash(command).response(json!({ "stdout": "x\n".repeat(300), "stderr": "" }));
    let Some((found, better)) = rewrite(&call.explain()).filter(|(found, _)| found == rule) else {
        return false;
    };
    assert_eq!(found, rule);
    between(trees, command, &better, named);
    true
}

/// Pipelines, and whether their lines carry names.
const PIPELINES: [(&str, bool); 43] = [
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

#[test]
fn pipelines_find_the_same() {
    if !have_all(&["bash", "git", "grep", "find", "xargs", "rg"]) {
        return;
    }
    let trees = trees(false);
    for (command, named) in PIPELINES {
        assert!(compare(&trees, command, "find-grep-pipeline", named), "no rewrite for {command}");
    }
}

#[test]
fn pipelines_with_git_grep_find_the_same() {
    if !have_all(&["bash", "git", "grep", "find", "xargs"]) {
        return;
    }
    let trees = trees(true);
    trees.whole.programs(&["git"]);
    let mut compared = 0;
    for (command, named) in PIPELINES {
        let call = trees.whole.bash(command).field("turn_id", json!("t"));
        if let Some((_, better)) = rewrite(&call.explain()) {
            assert!(better.contains("grep --untracked"), "{better}");
            between(&trees, command, &better, named);
            compared += 1;
        }
    }
    eprintln!("{compared} pipelines were compared with git grep");
    assert!(compared > 25, "only {compared} rewrites were compared");
}

#[test]
fn listings_find_the_same() {
    if !have_all(&["bash", "git", "find", "rg"]) {
        return;
    }
    let trees = trees(false);
    for command in [
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
    ] {
        assert!(compare(&trees, command, "find-name-search", true), "no rewrite for {command}");
    }
    for fd in ["fd", "fdfind"].into_iter().filter(|fd| have(fd)) {
        trees.whole.programs(&[fd]);
        for command in [
            "find . -name '*.rs' -type f",
            "find . -type f -iname '*.RS'",
            "find src docs -type f -name '*o*'",
            "find . -type f -name '*.rs' -not -path './gen/*'",
            "find . -type f -name '*.rs' -not -path '*/api/*'",
            "find . -type f -name '*.rs' -not -name '*_test.rs'",
        ] {
            let call = trees.whole.bash(command).field("turn_id", json!("t"));
            let call = call.response(json!("x\n".repeat(300)));
            let (_, better) =
                rewrite(&call.explain()).unwrap_or_else(|| panic!("no rewrite for {command}"));
            assert!(better.starts_with(fd), "{better}");
            between(&trees, command, &better, true);
        }
    }
}

#[test]
fn listings_of_trees_are_parts_of_the_whole() {
    if !have_all(&["bash", "git", "find", "rg"]) {
        return;
    }
    let trees = trees(false);
    // Only files: of a tree the folders and what is ignored or hidden are left out, as the advice
    // says.
    for command in [
        "find . -type f",
        "find . -type f | sort",
        "find",
        "find src docs -type f",
        "find src -type f -print",
    ] {
        let files = if command.contains("-type f") {
            command.to_owned()
        } else {
            format!("{command} -type f")
        };
        let call = trees
            .whole
            .bash(command)
            .response(json!({ "stdout": "x\n".repeat(300), "stderr": "" }));
        let (rule, better) = rewrite(&call.explain()).unwrap();
        assert_eq!(rule, "list-tree-unbounded");
        between(&trees, &files, &better, true);
    }
    // The listing of ls has folders of its own: the names are the same.
    let names = |lines: BTreeSet<String>| -> BTreeSet<String> {
        lines.iter().map(|line| line.rsplit('/').next().unwrap_or(line).to_owned()).collect()
    };
    for (command, prefix) in [("ls -R", "rg --files"), ("ls -R src docs", "rg --files")] {
        let call = trees
            .whole
            .bash(command)
            .response(json!({ "stdout": "x\n".repeat(300), "stderr": "" }));
        let (_, better) = rewrite(&call.explain()).unwrap();
        assert!(better.starts_with(prefix), "{better}");
        let (found, whole) = (run(&trees.whole.work(), &better), run(&trees.whole.work(), command));
        assert!(names(found.clone()).is_subset(&names(whole)), "{better}: {found:#?}");
        let wanted = FILES
            .iter()
            .filter(|(path, _)| !command.contains("src") || path.starts_with(['s', 'd']));
        // And src/blob.rs, which is no text.
        assert_eq!(found.len(), wanted.count() + 1, "{better}: {found:#?}");
    }
    // Bounded in place: the same program says less.
    for command in
        ["ls -laR", "du -a", "du -ah . | sort -h", "du -a | sort -rn", "tree", "tree -a src -f -i"]
    {
        if command.starts_with("tree") && !have("tree") {
            continue;
        }
        let call = trees
            .whole
            .bash(command)
            .response(json!({ "stdout": "x\n".repeat(300), "stderr": "" }));
        let (_, better) = rewrite(&call.explain()).unwrap();
        let (found, whole) = (run(&trees.whole.work(), &better), run(&trees.whole.work(), command));
        let alike = |line: &&String| {
            whole.contains(*line) || line.contains("director") || line.contains('\u{2500}')
        };
        assert!(!found.is_empty() && found.iter().all(|line| alike(&line)), "{better}: {found:#?}");
    }
    let tracked = self::trees(true);
    tracked.whole.programs(&["git"]);
    let call = tracked.whole.bash("find . -type f").field("turn_id", json!("t"));
    let (_, better) = rewrite(&call.response(json!("x\n".repeat(300))).explain()).unwrap();
    assert!(better.contains("ls-files -co"), "{better}");
    // Links are tracked too.
    let found: BTreeSet<String> = run(&tracked.whole.work(), &better)
        .into_iter()
        .filter(|path| !path.contains("link") && !path.contains("broken"))
        .collect();
    assert_eq!(found, run(&tracked.visible.work(), "find . -type f"));
}

/// Patterns in grep's syntax, given to rg: the suggested one finds what grep finds.
#[test]
fn patterns_find_what_grep_finds() {
    if !have_all(&["bash", "git", "grep", "rg"]) {
        return;
    }
    let trees = trees(false);
    for pattern in [
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
    ] {
        let command = format!("rg -n '{pattern}' src docs tests no-newline.rs crlf.rs");
        let call = trees.whole.bash(&command).failed("Exit code 1");
        let (rule, better) =
            rewrite(&call.explain()).unwrap_or_else(|| panic!("no rewrite for {command}"));
        assert_eq!(rule, "rg-bre-alternation");
        let original = command.replace("rg -n", "grep -rn");
        let wanted = run(&trees.visible.work(), &original);
        assert!(!wanted.is_empty(), "{original} finds nothing");
        assert_eq!(run(&trees.whole.work(), &better), wanted, "{better}");
    }
}
