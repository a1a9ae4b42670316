//! Examples of the rule.

use crate::rules::example::{Example, Given};

/// Calls at which it speaks.
pub(crate) const HITS: &[Example] = &[
    Example::bash("git merge x")
        .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
        .says("`git merge --no-edit x`"),
    Example::bash("git config -e")
        .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
        .says("git config NAME VALUE"),
    Example::bash("git notes add")
        .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
        .says("give it with -m"),
    Example::bash("git rebase --edit-todo")
        .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
        .says("GIT_EDITOR=true"),
    Example::bash("git rebase -i HEAD~3").says("GIT_SEQUENCE_EDITOR"),
    Example::bash("git commit").says("git commit takes its message from an editor"),
    Example::bash("git commit --amend").says("`git commit --amend --no-edit`"),
    Example::bash("git rebase -i --autosquash main")
        .given(&[Given::Failed("Exit code 1\nerror: Terminal is dumb, but EDITOR unset")])
        .says("`GIT_SEQUENCE_EDITOR=: GIT_EDITOR=: git rebase -i --autosquash main`"),
    Example::bash("git add a && git -C web rebase --continue")
        .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
        .says("`GIT_EDITOR=true git -C web rebase --continue`"),
    Example::bash("(cd web && git rebase --continue)")
        .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
        .says("GIT_EDITOR=true in front"),
    Example::bash("git commit -s")
        .given(&[Given::Failed("Exit code 1\nAborting commit due to empty commit message.")])
        .says("give it with -m"),
    Example::bash("git rebase -i main")
        .given(&[Given::Failed("Command timed out after 2m 0.0s"), Given::Took(120_000)]),
    Example::bash("timeout 20 git commit --amend -S")
        .given(&[Given::Failed("Exit code 124\nVim: Warning: Output is not to a terminal")])
        .says("--no-edit"),
    Example::bash("git add -p a.rs")
        .given(&[Given::Output("@@ -1 +1,2 @@\n+x\n(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? \n")])
        .says("git add -p asks at a terminal"),
    Example::bash("git tag -a v1").given(&[Given::Failed("Exit code 128\nfatal: no tag message?")]),
    Example::bash("git merge --edit topic")
        .given(&[Given::Failed("Exit code 1\nerror: there was a problem with the editor 'vi'")])
        .says("without --edit"),
    Example::bash("git commit 2>&1 | tail -3")
        .given(&[Given::Output("Aborting commit due to empty commit message.")]),
    Example::bash("git revert HEAD")
        .given(&[Given::Failed("Exit code 1\nerror: unable to start editor 'vi'")])
        .says("`git revert --no-edit HEAD`"),
    Example::bash("git clean -i")
        .given(&[Given::Output(
            "Would remove the following item:\n  a\n*** Commands ***\nWhat now> \n",
        )])
        .says("-n"),
];

/// Calls at which it does not.
pub(crate) const MISSES: &[Example] = &[
    Example::bash("git merge x").given(&[Given::Failed("Exit code 1\nCONFLICT (content): a")]),
    Example::bash("git notes add -m reviewed"),
    Example::bash("git config user.name a"),
    Example::bash("git config -e").given(&[Given::Background]),
    Example::bash("git pull").given(&[Given::Output("Already up to date.")]),
    Example::bash("git commit -m x"),
    Example::bash("git commit --amend --no-edit"),
    Example::bash("git commit -F msg.txt"),
    Example::bash("git commit").given(&[Given::Output("[main 53c5a6a] Merge branch 'topic'")]),
    Example::bash("git rebase -i HEAD~3")
        .given(&[Given::Output("Successfully rebased and updated refs/heads/main.")]),
    Example::bash("GIT_SEQUENCE_EDITOR=true git rebase -i HEAD~2"),
    Example::bash("git -c sequence.editor=: rebase -i main"),
    Example::bash("export GIT_EDITOR=true\ngit commit --amend"),
    Example::bash("git config core.editor true && git commit --amend"),
    Example::bash("git commit").given(&[Given::Failed(
        "Exit code 1\nOn branch main\nnothing to commit, working tree clean",
    )]),
    Example::bash("git rebase --continue")
        .given(&[Given::Failed("Exit code 1\na.rs: needs merge")]),
    Example::bash("make test && git commit --amend")
        .given(&[Given::Failed("Command timed out after 2m 0.0s"), Given::Took(120_000)]),
    Example::bash("printf 'y\\nn\\n' | git add -p a.rs")
        .given(&[Given::Output("(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? ")]),
    Example::bash("git add -p a.rs <<'EOF'\ny\nEOF")
        .given(&[Given::Output("(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? ")]),
    Example::bash("git commit -q --amend"),
    Example::bash("git commit >/dev/null 2>&1 || true"),
    Example::bash("git commit --fixup HEAD~1"),
    Example::bash("git commit").given(&[Given::Background]),
    Example::bash("git commit -m ''")
        .given(&[Given::Failed("Exit code 1\nAborting commit due to empty commit message.")]),
    Example::bash("git merge topic")
        .given(&[Given::Failed("Exit code 1\nCONFLICT (content): a.rs")]),
    Example::bash("git tag -a v1"),
    Example::bash("git add -p a.rs").given(&[Given::Output("No changes.")]),
    Example::bash("git commit --dry-run"),
    Example::bash("git commit \"${args[@]}\""),
    Example::bash("git stash show -p")
        .given(&[Given::Output("+(1/1) Stage this hunk [y,n,q,a,d,e,p,?]? ")]),
    Example::bash("ssh web git commit --amend"),
    Example::bash("echo 'git rebase -i'; git rebase --abort"),
    Example::bash("git commit")
        .given(&[Given::Failed("Exit code 1\nruff....Failed\n- hook id: ruff\n- exit code: 1")]),
];
