//! Examples of the rule.

use crate::rules::example::{Example, Given};

/// Calls at which it speaks.
pub(crate) const HITS: &[Example] = &[
    Example::bash("git checkout-index -af")
        .given(&[Given::Cwd("/repo")])
        .says("git checkout-index overwrites"),
    Example::bash("git worktree remove --force ../feature")
        .given(&[Given::Cwd("/repo")])
        .says("try without --force"),
    Example::bash("git checkout -- .")
        .given(&[Given::Cwd("/repo")])
        .says("`git stash push -m before-discard -- .`"),
    // What is staged stays, unless a commit is named.
    Example::bash("git restore .")
        .given(&[Given::Cwd("/repo")])
        .says("git restore overwrites any unstaged work"),
    Example::bash("git reset HEAD && git checkout -- src/")
        .given(&[Given::Cwd("/repo")])
        .says("`git stash push -m before-discard -- src/`"),
    Example::bash("git checkout .")
        .given(&[Given::Cwd("/repo"), Given::Output("Updated 12 paths from the index")]),
    Example::bash("git checkout src/a.rs")
        .given(&[Given::Cwd("/repo"), Given::Output("Updated 1 path from the index")])
        .says("-- src/a.rs`"),
    Example::bash("git -C web checkout HEAD~2 -- 'my file.ts' b.ts")
        .given(&[Given::Cwd("/repo")])
        .says("`git -C web stash push -m before-discard -- 'my file.ts' b.ts`"),
    Example::bash("git checkout a.rs b.rs 2>/dev/null")
        .given(&[Given::File("a.rs", "fn a() {}")])
        .says("-- a.rs b.rs`"),
    Example::bash("git restore -s HEAD~1 -SW src/a.rs")
        .given(&[Given::Cwd("/repo")])
        .says("git restore overwrites any uncommitted work"),
    Example::bash("git checkout HEAD -- src/a.rs")
        .given(&[Given::Cwd("/repo")])
        .says("git checkout -- overwrites any uncommitted work"),
    Example::bash("git clean -fd")
        .given(&[Given::Cwd("/repo"), Given::Output("Removing notes.md\n")])
        .says("`git clean -n -fd`"),
    Example::bash("git clean -qxdf").given(&[Given::Cwd("/repo")]).says("`git clean -n -qxdf`"),
    Example::bash("git checkout -f main").given(&[Given::Cwd("/repo")]).says("`git checkout main`"),
    Example::bash("git switch --discard-changes topic")
        .given(&[Given::Cwd("/repo")])
        .says("`git switch topic`"),
    Example::bash("git checkout --force")
        .given(&[Given::Cwd("/repo")])
        .says("`git stash push -m before-discard`"),
    Example::bash("git stash clear").given(&[Given::Cwd("/repo")]).says("git fsck"),
    Example::bash("git stash drop")
        .given(&[
            Given::Cwd("/repo"),
            Given::Output("Dropped refs/stash@{0} (70fa743f1aa2d2ee669365b4e0a2b4aae2855dae)"),
        ])
        .says("`git stash store -m restored 70fa743f1aa2d2ee669365b4e0a2b4aae2855dae`"),
    // What was stashed is not in the work tree.
    Example::bash("git stash drop")
        .given(&[
            Given::Cwd("/repo"),
            Given::Output("Dropped refs/stash@{0} (70fa743f1aa2d2ee669365b4e0a2b4aae2855dae)"),
            Given::AfterFailed("git stash pop"),
            Given::After("git status --short"),
        ])
        .says("`git stash store -m restored 70fa743f1aa2d2ee669365b4e0a2b4aae2855dae`"),
    Example::bash("git checkout -- a.rs")
        .given(&[
            Given::Branch("main"),
            Given::File(".git/refs/stash", "70fa743f1aa2d2ee669365b4e0a2b4aae2855dae\n"),
            Given::AfterFailed("git stash pop"),
        ])
        .says("your work is in the stash"),
    // There is no stash, so the pop failed for that.
    Example::bash("git checkout -- a.rs")
        .given(&[Given::Branch("main"), Given::AfterFailed("git stash pop")])
        .says("overwrites any unstaged work"),
    Example::bash("cargo fmt; git checkout -- '*.rs'").given(&[Given::Cwd("/repo")]),
    Example::bash("cd web && git checkout -- .")
        .given(&[Given::Cwd("/repo/web"), Given::Codex])
        .says("keep a copy in a patch"),
    Example::bash("sudo git checkout -- src/")
        .given(&[Given::Cwd("/repo")])
        .says("keep a copy in a patch"),
];

/// Calls at which it does not.
pub(crate) const MISSES: &[Example] = &[
    Example::bash("git checkout-index -a --prefix=/tmp/x/ -f").given(&[Given::Cwd("/repo")]),
    Example::bash("git worktree remove ../feature").given(&[Given::Cwd("/repo")]),
    Example::bash("git worktree add --force ../x main").given(&[Given::Cwd("/repo")]),
    Example::bash("git worktree remove --force /tmp/probe").given(&[Given::Cwd("/repo")]),
    Example::bash("git -C ../x status -s; git worktree remove --force ../x")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout -b feat").given(&[Given::Cwd("/repo")]),
    Example::bash("git restore --staged .").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout --orphan gh-pages").given(&[Given::Cwd("/repo")]),
    Example::bash("git switch -c x").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout src/a.rs")
        .given(&[Given::Cwd("/repo"), Given::Output("Updated 0 paths from the index")]),
    Example::bash("git checkout fix/a.rs")
        .given(&[Given::Cwd("/repo"), Given::Output("Switched to branch 'fix/a.rs'")]),
    Example::bash("git checkout -").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout --theirs -- src/a.rs").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout -p -- src/a.rs").given(&[Given::Cwd("/repo")]),
    Example::bash("git clean -fdn").given(&[Given::Cwd("/repo")]),
    Example::bash("git clean -fdX")
        .given(&[Given::Cwd("/repo"), Given::Output("Removing a.log\n")]),
    Example::bash("git clean -fd").given(&[Given::Cwd("/repo")]),
    Example::bash("git clean -fdx").given(&[
        Given::Cwd("/repo"),
        Given::Output("Removing node_modules/\nRemoving web/dist/\n"),
    ]),
    Example::bash("git clean -fd").given(&[
        Given::Cwd("/repo"),
        Given::Output("Removing notes.md\n"),
        Given::After("git clean -nd"),
    ]),
    Example::bash("git stash push -u && git checkout -- .").given(&[Given::Cwd("/repo")]),
    Example::bash("git diff >/tmp/w.patch && git restore .").given(&[Given::Cwd("/repo")]),
    Example::bash("cp a.rs a.bak; git checkout -- a.rs").given(&[Given::Cwd("/repo")]),
    Example::bash("sed -i s/1/2/ a.rs && cargo test; git checkout -- a.rs")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout -- a.rs")
        .given(&[Given::Cwd("/repo"), Given::Edited("/repo/a.rs")]),
    Example::bash("git checkout HEAD~1 -- a.rs b.rs")
        .given(&[Given::Cwd("/repo"), Given::After("git diff a.rs b.rs")]),
    Example::bash("git checkout -- a.rs")
        .given(&[Given::Cwd("/repo"), Given::After("git diff --stat")]),
    Example::bash("git checkout -- package-lock.json web/dist/").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout -- \"$f\"").given(&[Given::Cwd("/repo")]),
    Example::bash("git ls-files -m | xargs git checkout --").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout -- .").given(&[Given::Cwd("/tmp/y"), Given::Project("/repo")]),
    Example::bash("git clone -q x y && cd y && git checkout -- .").given(&[Given::Cwd("/repo/y")]),
    Example::bash("make test || git checkout -- .").given(&[Given::Cwd("/repo")]),
    Example::bash("if ! make; then git restore .; fi").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout -- src 2>&1 | tail -2").given(&[
        Given::Cwd("/repo"),
        Given::Output("error: pathspec 'src' did not match any file(s)"),
    ]),
    Example::bash("undo() { git checkout -- .; }; make").given(&[Given::Cwd("/repo")]),
    Example::bash("git stash pop && git stash drop").given(&[
        Given::Cwd("/repo"),
        Given::Output("Dropped refs/stash@{0} (70fa743f1aa2d2ee669365b4e0a2b4aae2855dae)"),
    ]),
    Example::bash("git stash drop").given(&[
        Given::Cwd("/repo"),
        Given::Output("Dropped refs/stash@{0} (70fa743f1aa2d2ee669365b4e0a2b4aae2855dae)"),
        Given::After("git stash pop"),
    ]),
    // It resolved the conflicts that the pop had left.
    Example::bash("git stash drop").given(&[
        Given::Cwd("/repo"),
        Given::Output("Dropped refs/stash@{0} (70fa743f1aa2d2ee669365b4e0a2b4aae2855dae)"),
        Given::AfterFailed("git stash pop"),
        Given::Edited("/repo/a.rs"),
    ]),
    Example::bash("git stash drop >/dev/null").given(&[Given::Cwd("/repo")]),
    Example::bash("git commit -m 'no git checkout -- . any more'").given(&[Given::Cwd("/repo")]),
    Example::bash("ssh web 'git checkout -- .'").given(&[Given::Cwd("/repo")]),
    Example::bash("git checkout -- .")
        .given(&[Given::Cwd("/repo"), Given::Failed("Exit code 128\nfatal: not a git repository")]),
];
