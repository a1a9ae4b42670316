//! Resetting away what was never committed.

use super::support::call::{is_in_linked_work_tree, prefix};
use super::support::command::Git;
use super::support::repository::is_throw_away;
use super::support::work::Safe;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Miss, Trigger, check};
use crate::shell::Command;
use crate::shell::options::Item;

pub(crate) const RULE: Rule = Rule {
    id: "git-reset-hard",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git reset --hard",
    why: "Uncommitted work has no reflog: five public reports describe hours of lost work \
          (anthropics/claude-code#84660 and others).",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["reset"],
        signs: &["--ha", "--mer"],
        check: |case, command| {
            let git = Git::of(command).ok_or(Miss::No)?;
            let how = dropping_option(&git).ok_or(Miss::No)?;
            if git.has('h', "help") {
                return Err(Miss::No);
            }
            if is_throw_away(case, command, &git) {
                return Err(Miss::Near("it is in a temporary clone"));
            }
            let safe = Safe::at(case, command);
            if safe.is_all() {
                return Err(Miss::Near("the work was saved before, or there was none"));
            }
            Ok(Finding::new(advice(case, command, &git, how, safe)))
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["reset", "stash", "restore"],
        signs: &[],
        check: |_, command| {
            let git = Git::of(command).ok_or(Miss::No)?;
            check(dropping_option(&git).is_none())
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git reset --hard").given(&[Given::Cwd("/repo")]).says("next time git stash first"),
        Example::bash("git fetch && git reset --hard origin/main")
            .given(&[Given::Cwd("/repo")])
            .says("`git reset --keep origin/main`"),
        Example::bash("git -C sub reset -q --hard HEAD~1").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --merge").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard \"$SHA\"")
            .given(&[Given::Cwd("/repo")])
            .says("`git reset --keep \"$SHA\"`"),
        Example::bash("git stash drop; git reset --hard HEAD")
            .given(&[Given::Cwd("/repo")])
            .says("next time git stash first"),
        Example::bash("git reset --har origin/x").given(&[Given::Cwd("/repo")]),
        Example::bash("sudo -u www git reset --hard origin/x")
            .given(&[Given::Cwd("/repo")])
            .says("`sudo -u www git reset --keep origin/x`"),
        Example::bash("git diff --quiet && git reset --hard")
            .given(&[Given::Cwd("/repo")])
            .says("drops what is staged too"),
        Example::bash("git diff > /tmp/p.patch; git reset --hard")
            .given(&[Given::Cwd("/repo")])
            .says("next time use git diff HEAD"),
        Example::bash("git reset --hard")
            .given(&[
                Given::Cwd("{dir}/wt"),
                Given::Project("{dir}/wt"),
                Given::File("wt/.git", "gitdir: ../main/.git/worktrees/wt\n"),
                Given::File("main/.git/worktrees/wt/commondir", "../..\n"),
            ])
            .says("git diff HEAD > ../before-reset.patch"),
        Example::bash("[ -n \"$(git status --porcelain)\" ] && git reset --hard")
            .given(&[Given::Cwd("/repo")]),
    ],
    misses: &[
        Example::bash("git reset --soft HEAD~1").given(&[Given::Cwd("/repo")]),
        Example::bash("git commit -m \"revert reset --hard\"").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset").given(&[Given::Cwd("/repo")]),
        Example::bash("git stash && git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("git -C /tmp/y reset --hard v1").given(&[Given::Cwd("/repo")]),
        Example::bash("git clone x y && git -C y reset --hard v1").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard")
            .given(&[Given::Cwd("/tmp/clone"), Given::Project("/repo")]),
        Example::bash("git reset HEAD src/hard.rs").given(&[Given::Cwd("/repo")]),
        Example::bash("echo git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("git reset --hard").given(&[
            Given::Cwd("/repo"),
            Given::Failed("Exit code 128\nfatal: not a git repository"),
        ]),
        Example::bash("[ -z \"$(git status --porcelain)\" ] && git reset --hard origin/main")
            .given(&[Given::Cwd("/repo")]),
        Example::bash(
            "S=$(git status -s)\nif [ -n \"$S\" ]; then echo dirty; exit 1; fi\ngit reset --hard v1",
        )
        .given(&[Given::Cwd("/repo")]),
        Example::bash("git diff --quiet HEAD || exit 1; git reset --hard @{u}")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("git diff --quiet && git diff --cached --quiet && git reset --hard v1")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("git diff HEAD > /tmp/p.patch && git reset --hard")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("cd src && cd /tmp/probe && git reset --hard").given(&[Given::Cwd("/repo")]),
        Example::bash("git log --grep 'reset --hard'").given(&[Given::Cwd("/repo")]),
    ],
    since: "0.1.0",
};

/// The option by which a reset drops uncommitted work.
fn dropping_option(git: &Git) -> Option<&'static str> {
    if git.has_long("hard") {
        Some("--hard")
    } else if git.has_long("merge") {
        Some("--merge")
    } else {
        None
    }
}

fn advice(case: &Case, command: &Command, git: &Git, how: &str, safe: Safe) -> Advice {
    if safe.unstaged {
        return Advice::plain(format!(
            "git reset {how} drops what is staged too, which git diff leaves out: next time use git diff HEAD, which \
             has both"
        ));
    }
    let lead = format!("git reset {how} drops uncommitted work for good; next time");
    let before = prefix(case, command);
    // The stash is one for all work trees of a repository.
    let is_linked = is_in_linked_work_tree(case, command, git);
    let keeping = is_linked.then(|| "git diff HEAD > ../before-reset.patch".to_owned());
    let plain = if is_linked {
        format!("{lead} save git diff HEAD first")
    } else {
        format!("{lead} git stash first, which leaves untracked files where they are")
    };
    let is_simple = git.items.iter().all(|item| {
        matches!(
            item,
            Item::Operand(_) | Item::Short('q', None) | Item::Long("hard" | "quiet", None)
        )
    });
    match (git.operands().as_slice(), before) {
        // A reset to HEAD that keeps uncommitted work does nothing.
        ([target], Some(before)) if is_simple && !matches!(target.text.as_str(), "HEAD" | "@") => {
            Advice::better(
                format!("{lead} use --keep, which refuses to"),
                format!("{before}git {}reset --keep {}", git.global_text(), target.raw),
                plain,
            )
        }
        _ => Advice::with_rewrite(format!("{lead} save it first"), keeping, plain),
    }
}
