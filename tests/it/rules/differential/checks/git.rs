//! What is advised in place of a git command that throws work away loses none of it.

use std::fs;
use std::path::Path;

use crate::rules::differential::pair::{Pair, Verdict};
use crate::rules::differential::run::Shell;
use crate::rules::differential::trees::git;

/// The file with uncommitted work, and what is in it.
const WORK: (&str, &str) = ("src/a.py", "print('work of an hour')\n");

/// Makes a repository with a remote that somebody else pushed to, uncommitted work, and a linked
/// work tree. Returns the folder to work in.
fn make(top: &Path, is_linked: bool) -> std::path::PathBuf {
    let (remote, other, main) = (top.join("remote"), top.join("other"), top.join("main"));
    fs::create_dir_all(main.join("src")).unwrap();
    git(top, &["init", "-q", "--bare", "-b", "main", "remote"]);
    git(&main, &["init", "-q", "-b", "main"]);
    for (number, text) in ["one\n", "two\n"].into_iter().enumerate() {
        fs::write(main.join(WORK.0), text).unwrap();
        fs::write(main.join("b.txt"), text).unwrap();
        git(&main, &["add", "-A"]);
        git(&main, &["commit", "-qm", &format!("commit {number}")]);
    }
    git(&main, &["remote", "add", "origin", &remote.to_string_lossy()]);
    git(&main, &["push", "-q", "-u", "origin", "main"]);
    git(top, &["clone", "-q", "remote", "other"]);
    fs::write(other.join("c.txt"), "of somebody else\n").unwrap();
    git(&other, &["add", "-A"]);
    git(&other, &["commit", "-qm", "of somebody else"]);
    git(&other, &["push", "-q"]);
    let work = if is_linked {
        git(&main, &["worktree", "add", "-q", "-b", "side", "../linked"]);
        top.join("linked")
    } else {
        main
    };
    fs::write(work.join(WORK.0), WORK.1).unwrap();
    fs::write(work.join("untracked.txt"), WORK.1).unwrap();
    work
}

/// The folder in which the advice is asked for.
pub fn place(top: &Path, is_linked: bool) -> std::path::PathBuf {
    make(top, is_linked)
}

pub fn loses_nothing(
    pair: &Pair,
    is_linked: bool,
    top: &Path,
    work: &Path,
    shell: &Shell,
    better: &str,
) -> Verdict {
    let unequal = |reason: &'static str, shown: &str| Verdict::Unequal {
        reason,
        shown: format!("  {shown}\n"),
    };
    let tip = |folder: &Path, name: &str| {
        shell.run(folder, &format!("git rev-parse {name}")).raw.join("")
    };
    let (before, ours) = (tip(&top.join("remote"), "main"), tip(work, "HEAD"));
    let ran = shell.run(work, better);
    if ran.errors.contains("usage: git")
        || ran.errors.contains("unknown option")
        || ran.status == Some(129)
    {
        return unequal("it does not run", &ran.errors);
    }
    if tip(&top.join("remote"), &format!("{before}^{{commit}}")) != before
        || shell
            .run(
                &top.join("remote"),
                &format!("git merge-base --is-ancestor {before} main && echo yes"),
            )
            .raw
            != ["yes"]
    {
        return unequal("a commit of somebody else is lost", better);
    }
    let stashes = shell.run(work, "git stash list -p").raw.join("\n");
    if is_linked && !stashes.is_empty() {
        return unequal("a stash in a linked work tree", better);
    }
    let saved = |path: &str| {
        let in_place = fs::read_to_string(work.join(path)).is_ok_and(|text| text == WORK.1);
        let patches =
            shell.run(top, "cat *.patch */*.patch /dev/null 2>/dev/null; true").raw.join("\n");
        let committed = shell.run(work, "git log -p --all --reflog").raw.join("\n");
        in_place
            || [stashes.as_str(), &patches, &committed]
                .iter()
                .any(|text| text.contains(WORK.1.trim_end()))
    };
    if !saved(WORK.0) {
        return unequal("work is lost", better);
    }
    // Only git clean touches what is not tracked.
    let is_there = work.join("untracked.txt").exists();
    if !is_there && (!pair.base.contains("clean") || !saved("untracked.txt")) {
        return unequal("an untracked file is taken away", better);
    }
    if shell
        .run(
            work,
            &format!(
                "git merge-base --is-ancestor {ours} HEAD || git reflog | grep -q . && echo yes"
            ),
        )
        .raw
        != ["yes"]
    {
        return unequal("commits are lost", better);
    }
    Verdict::Equal
}
