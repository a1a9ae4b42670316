//! Resetting away what was never committed.

use super::support::call::before;
use super::support::command::Git;
use super::support::repository::is_throw_away;
use super::support::work::saves_work;
use crate::rules::advice::{Advice, Finding};
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Miss, Trigger, check};
use crate::shell::options::{Item, Spec};

pub(crate) const RULE: Rule = Rule {
    id: "git-reset-hard",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git reset --hard",
    why: "Uncommitted work has no reflog: five public reports tell of hours lost \
          (anthropics/claude-code#84660 and others).",
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["reset"],
        signs: &["--hard", "--merge"],
        check: |case, command| {
            let git = Git::of(command, Spec::FLAGS_ONLY).ok_or(Miss::No)?;
            let how = dropping_option(&git).ok_or(Miss::No)?;
            if is_throw_away(case, &git) {
                return Err(Miss::Near("it is in a temporary clone"));
            }
            if before(case, command).any(saves_work) {
                return Err(Miss::Near("the work was saved before"));
            }
            Ok(Finding::new(advice(&git, how)))
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["reset", "stash", "restore"],
        signs: &[],
        check: |_, command| {
            let git = Git::of(command, Spec::FLAGS_ONLY).ok_or(Miss::No)?;
            check(dropping_option(&git).is_none())
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git reset --hard").given(&[Given::Cwd("/repo")]).says("git stash -u"),
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
            .says("git stash -u"),
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

fn advice(git: &Git, how: &str) -> Advice {
    let lead = format!(
        "git reset {how} drops uncommitted work for good (lost commits: git reflog); next time"
    );
    let plain = format!("{lead} `git stash -u` first");
    let is_simple = git.items.iter().all(|item| {
        matches!(
            item,
            Item::Operand(_) | Item::Short('q', None) | Item::Long("hard" | "quiet", None)
        )
    });
    match git.operands().as_slice() {
        // A reset to HEAD that keeps uncommitted work does nothing.
        [target] if is_simple && !matches!(target.text.as_str(), "HEAD" | "@") => Advice::better(
            lead,
            format!("git {}reset --keep {}", git.global_text(), target.raw),
            plain,
        ),
        _ => Advice::plain(plain),
    }
}
