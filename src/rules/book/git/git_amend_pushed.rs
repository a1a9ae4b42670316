//! Commits that were rewritten after they were pushed.

use super::support::call::ran_here;
use super::support::command::Git;
use crate::base::text;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;

/// Branches that others build on.
const SHARED: [&str; 5] = ["main", "master", "develop", "trunk", "release"];

const MAIN: Given = Given::Branch("main");
const AMENDED: Given = Given::File(
    ".git/logs/HEAD",
    "0000000000000000000000000000000000000000 1111111111111111111111111111111111111111 a <a@b> \
     1700000000 +0000\tcommit: x\n1111111111111111111111111111111111111111 \
     2222222222222222222222222222222222222222 a <a@b> 1700000001 +0000\tcommit (amend): x\n",
);
const PUSHED: Given =
    Given::File(".git/refs/remotes/origin/main", "1111111111111111111111111111111111111111\n");
const BEHIND: Given =
    Given::File(".git/refs/remotes/origin/main", "3333333333333333333333333333333333333333\n");
const PACKED: Given = Given::File(
    ".git/packed-refs",
    "# pack-refs with: peeled fully-peeled sorted\n1111111111111111111111111111111111111111 \
     refs/remotes/origin/main\n",
);

pub(crate) const RULE: Rule = Rule {
    id: "git-amend-pushed",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "git commit --amend of a commit already pushed",
    why: "The branch then diverges from what others have, and the next push is refused unless it \
          is forced; a new commit on top needs no force.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["commit"],
        signs: &["--amend"],
        check: |case, command| {
            let branch = pushed_branch(case, command)?;
            let finding = Finding::new(advice(branch));
            if SHARED.contains(&branch) {
                Ok(finding)
            } else {
                Ok(finding.with_severity(Severity::Hint))
            }
        },
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(2),
    hits: &[
        Example::bash("git commit --amend --no-edit")
            .given(&[MAIN, AMENDED, PUSHED])
            .says("`git reset --soft origin/main`"),
        Example::bash("git add a.py && git commit --amend -m 'x'")
            .given(&[MAIN, AMENDED, PUSHED])
            .says("that the remote has"),
        Example::bash("git commit -a --amend --no-edit")
            .given(&[MAIN, AMENDED, PACKED])
            .says("origin/main"),
        Example::bash("git commit --amend -qm x").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("git commit --amend --no-edit && git status").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("GIT_EDITOR=true git commit --amend").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("git commit --amend --reset-author --no-edit")
            .given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("git commit --amend --no-edit")
            .given(&[
                Given::Branch("feat/x"),
                AMENDED,
                Given::File(
                    ".git/refs/remotes/origin/feat/x",
                    "1111111111111111111111111111111111111111\n",
                ),
            ])
            .says("origin/feat/x"),
    ],
    misses: &[
        Example::bash("git commit --amend --no-edit").given(&[MAIN, AMENDED, BEHIND]),
        Example::bash("git commit --amend --no-edit").given(&[MAIN, AMENDED]),
        Example::bash("git commit --amend --no-edit").given(&[MAIN, PUSHED]),
        Example::bash("git commit --amend --no-edit"),
        Example::bash("git commit -m 'no --amend'").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("git commit --amend --dry-run").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("git commit --amend --no-edit").given(&[
            MAIN,
            AMENDED,
            PUSHED,
            Given::Failed("Exit code 1\nhook failed"),
        ]),
        Example::bash("git -C ../other commit --amend --no-edit").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("(cd sub && git commit --amend --no-edit)").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("ssh host git commit --amend --no-edit").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("echo git commit --amend").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("git log --oneline --grep=--amend").given(&[MAIN, AMENDED, PUSHED]),
        Example::bash("git commit --amend --no-edit").given(&[
            Given::Branch("feat"),
            AMENDED,
            PUSHED,
        ]),
        Example::bash("git commit --amend --no-edit && git push --force-with-lease").given(&[
            MAIN,
            AMENDED,
            Given::File(
                ".git/refs/remotes/origin/main",
                "2222222222222222222222222222222222222222\n",
            ),
        ]),
        Example::bash("git commit --amend --no-edit && git commit -m y").given(&[
            MAIN,
            Given::File(
                ".git/logs/HEAD",
                "1111111111111111111111111111111111111111 \
                 2222222222222222222222222222222222222222 a <a@b> 1700000001 +0000\tcommit: y\n",
            ),
            PUSHED,
        ]),
    ],
    since: "0.1.0",
};

/// The current branch, if `command` replaced a commit of it that was pushed.
fn pushed_branch<'c>(case: &'c Case, command: &Command) -> Check<&'c str> {
    let git = Git::of(command).ok_or(Miss::No)?;
    if !git.has_long("amend") || git.has_long("dry-run") {
        return Err(Miss::No);
    }
    if !ran_here(case, command, &git) {
        return Err(Miss::Near("it ran in another folder"));
    }
    let unknown = Miss::Near("it is not known to be pushed");
    let environment = &case.environment;
    let branch = environment.branch().ok_or(unknown)?;
    let log = environment.git_text("logs/HEAD").ok_or(unknown)?;
    // The amend must be the last thing that happened to the branch.
    let (hashes, what) = log.lines().next_back().and_then(|l| l.split_once('\t')).ok_or(unknown)?;
    if !what.starts_with("commit (amend)") {
        return Err(unknown);
    }
    let replaced = hashes.split(' ').next().ok_or(unknown)?;
    let pushed = environment.reference(&format!("refs/remotes/origin/{branch}")).ok_or(unknown)?;
    if pushed == replaced { Ok(branch) } else { Err(unknown) }
}

fn advice(branch: &str) -> Advice {
    let fact = "git commit --amend replaced a commit that the remote has";
    let plain =
        format!("{fact}: the next push of {} is refused unless forced", text::excerpt(branch));
    // Any other name may mean something to a shell.
    if !branch.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) {
        return Advice::plain(plain);
    }
    Advice::better(
        format!("{fact}; unless the user asked, this goes back and stages the change"),
        format!("git reset --soft origin/{branch}"),
        plain,
    )
}
