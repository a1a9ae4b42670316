//! The stash, in a linked work tree.

use super::support::call::is_in_linked_work_tree;
use super::support::command::{Git, subcommand};
use super::support::repository::is_throw_away;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::Command;

/// The call is made in a linked work tree.
const LINKED: &[Given] = &[
    Given::Cwd("{dir}/wt"),
    Given::Project("{dir}/wt"),
    Given::File("wt/.git", "gitdir: ../main/.git/worktrees/wt\n"),
    Given::File("main/.git/worktrees/wt/commondir", "../..\n"),
];

pub(crate) const RULE: Rule = Rule {
    id: "git-stash-worktree",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git stash in a linked worktree",
    why: "All worktrees of a repository share one stack of stashes, so a pop in one takes the work of another: \
          nine public reports (bobmatnyc/trusty-tools#4730, stablyai/orca#13695).",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["stash"],
        signs: &[],
        check: shared,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 10, 2),
    hits: &[
        Example::bash("git stash").given(LINKED).says("all worktrees"),
        Example::bash("git stash -u").given(LINKED).says("next time commit"),
        Example::bash("git stash push -m wip -- src/a.rs").given(LINKED),
        Example::bash("git stash save wip").given(LINKED),
        Example::bash("git stash pop").given(LINKED).says("newest stash of any worktree"),
        Example::bash("git stash pop --index && cargo test").given(LINKED),
        Example::bash("git stash && git pull --rebase").given(LINKED),
        Example::bash("git fetch; git stash -q").given(LINKED),
        Example::bash("git stash push --include-untracked -m 'before rebase'").given(LINKED),
        Example::bash("git -C {dir}/wt stash").given(LINKED).says("all worktrees"),
    ],
    misses: &[
        Example::bash("git stash").given(&[Given::Branch("main")]),
        Example::bash("git stash pop").given(&[Given::Branch("main")]),
        Example::bash("git stash list").given(LINKED),
        Example::bash("git stash show -p").given(LINKED),
        Example::bash("git stash apply").given(LINKED),
        Example::bash("git stash pop stash@{2}").given(LINKED),
        Example::bash("git stash drop stash@{0}").given(LINKED),
        Example::bash("git stash branch topic").given(LINKED),
        Example::bash("git stash && make && git stash pop").given(LINKED),
        Example::bash("git stash create").given(LINKED),
        Example::bash("git stash store -m wip 1234567").given(LINKED),
        Example::bash("git stash clear").given(LINKED),
        Example::bash("echo 'git stash' >> notes.md").given(LINKED),
        Example::bash("git commit -m 'git stash'").given(LINKED),
        Example::bash("ssh web git stash").given(LINKED),
        Example::bash("git -C ../main stash").given(&[
            Given::Cwd("{dir}/wt"),
            Given::Project("{dir}/wt"),
            Given::File("wt/.git", "gitdir: ../main/.git/worktrees/wt\n"),
            Given::File("main/.git/worktrees/wt/commondir", "../..\n"),
            Given::File("main/.git/HEAD", "ref: refs/heads/main\n"),
        ]),
        Example::bash("git stash")
            .given(&[Given::Failed("Exit code 128\nfatal: not a git repository")]),
        // The folder of a submodule is a file too, without a common one.
        Example::bash("git stash").given(&[
            Given::Cwd("{dir}/sub"),
            Given::Project("{dir}/sub"),
            Given::File("sub/.git", "gitdir: ../.git/modules/sub\n"),
            Given::File(".git/modules/sub/HEAD", "ref: refs/heads/main\n"),
        ]),
    ],
    since: "0.2.0",
};

fn shared(case: &Case, command: &Command) -> Check<Finding> {
    let git = Git::of(command).ok_or(Miss::No)?;
    let operands = git.operands();
    let verb = operands.first().map_or("push", |word| word.text.as_str());
    let pops = verb == "pop" && operands.len() == 1;
    check(pops || matches!(verb, "push" | "save"))?;
    if !is_in_linked_work_tree(case, command, &git) {
        return Err(Miss::Near("it is not in a linked work tree"));
    }
    if is_throw_away(case, command, &git) {
        return Err(Miss::Near("it is in a temporary clone"));
    }
    let stashes = case.commands().filter(|other| subcommand(other) == Some("stash")).count();
    if stashes > 1 {
        return Err(Miss::Near("the call itself takes its stash back"));
    }
    Ok(Finding::new(Advice::plain(if pops {
        "git stash pop takes the newest stash of any worktree, perhaps another's: next time find yours in git stash list \
         and apply it by name"
    } else {
        "git stash has one stack for all worktrees, where another may pop this: next time commit to this branch, and git \
         reset HEAD~1 later"
    })))
}
