//! Throwing away what was never committed.

mod advice;
mod discard;
mod examples;
mod precaution;

use self::discard::{Discard, How};
use super::support::call::{before, can_run_again, is_in_linked_work_tree};
use super::support::command::Git;
use super::support::output::printed;
use super::support::repository::is_throw_away;
use super::support::work::{Safe, saves_work};
use crate::rules::advice::Finding;
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::{Command, Joined, Word};

pub(crate) const RULE: Rule = Rule {
    id: "git-discard-worktree",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "git checkout -- PATH, git restore, clean -f",
    why: "Uncommitted work has no reflog: a checkout of `.` cost two hours of work in \
          anthropics/claude-code#70363.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &[
            "checkout",
            "checkout-index",
            "restore",
            "switch",
            "clean",
            "stash",
            "worktree",
        ],
        signs: &[],
        check: discarded,
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["stash", "clean"],
        signs: &[],
        check: |_, command| {
            let is_dry_run =
                Git::of(command).is_some_and(|git| git.sub == "clean" && git.has('n', "dry-run"));
            check(is_dry_run || saves_work(command))
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn discarded(case: &Case, command: &Command) -> Check<Finding> {
    let discard = Discard::of(case, command)?;
    check_certain(case, command, &discard)?;
    let git = &discard.git;
    let again = can_run_again(case, command);
    let is_linked = is_in_linked_work_tree(case, command, git);
    let severity_of_files = || severity_of_files(case, command, &discard);
    let (severity, advice) = match discard.how {
        How::Overwrite if precaution::has_failed_pop(case) => {
            (severity_of_files()?.min(Severity::Hint), advice::behind_failed_pop(&discard))
        }
        How::Overwrite => (severity_of_files()?, advice::overwrite(&discard, again, is_linked)),
        How::Switch => (severity_of_files()?, advice::switch(git, again, is_linked)),
        How::Clean => (severity_of_files()?, advice::clean(git, again)),
        How::DropStash => {
            let commit = dropped_commit(case, command, &discard)?;
            (Severity::Hint, advice::drop_stash(git, &commit, again, is_linked))
        }
        How::RemoveTree => (removed_tree(case, command, &discard)?, advice::remove_tree(&discard)),
        How::ClearStash => (Severity::Critical, advice::clear_stash(git, again)),
    };
    Ok(Finding::new(advice).with_severity(severity))
}

/// Misses where the command may not have run, or not on work that matters.
fn check_certain(case: &Case, command: &Command, discard: &Discard) -> Check<()> {
    // A condition decides whether the rest of its group runs.
    let guards =
        |other: &Command| other.is_condition && command.depth > 0 && other.depth <= command.depth;
    if command.in_function || command.joined == Joined::Or || case.commands().any(guards) {
        return Err(Miss::Near("it may not have run"));
    }
    let text = printed(case);
    if ["error: pathspec", "fatal: not a git repository"].iter().any(|error| text.contains(error)) {
        return Err(Miss::Near("it failed"));
    }
    if command.is_under("xargs")
        || command.is_under("find")
        || discard.paths.iter().any(|word| word.expands)
    {
        return Err(Miss::Near("what it names is not known"));
    }
    if is_throw_away(case, command, &discard.git) {
        return Err(Miss::Near("it is in a temporary clone"));
    }
    Ok(())
}

/// How much it matters that a work tree went, unless the agent looked into it or made it.
fn removed_tree(case: &Case, command: &Command, discard: &Discard) -> Check<Severity> {
    let names = |other: &Command| {
        other.args.iter().any(|word| discard.paths.iter().any(|path| word.text == path.text))
    };
    let is_aside = |path: &&Word| {
        case.environment.absolute(&path.text).is_some_and(|path| case.environment.is_aside(&path))
    };
    if before(case, command).any(names) {
        return Err(Miss::Near("the call itself worked in it before"));
    }
    if discard.paths.iter().all(is_aside) {
        return Err(Miss::Near("it is a temporary one"));
    }
    Ok(Severity::Warn)
}

/// The commit of the dropped stash, unless its work is in the work tree.
fn dropped_commit(case: &Case, command: &Command, discard: &Discard) -> Check<String> {
    if precaution::has_applied_stash(case, command, discard) {
        return Err(Miss::Near("the stash was applied before"));
    }
    let text = printed(case);
    let mut commits = text.lines().filter_map(reported_commit);
    match (commits.next(), commits.next()) {
        (Some(commit), None) => Ok(commit.to_owned()),
        _ => Err(Miss::Near("what it dropped is not known")),
    }
}

/// The commit in a line such as `Dropped refs/stash@{0} (70fa...)`.
fn reported_commit(line: &str) -> Option<&str> {
    let (_, commit) = line.trim().strip_prefix("Dropped ")?.rsplit_once('(')?;
    let commit = commit.strip_suffix(')')?;
    let is_hash = matches!(commit.len(), 40 | 64) && commit.chars().all(|c| c.is_ascii_hexdigit());
    is_hash.then_some(commit)
}

/// How much it matters that work in files is lost, unless the agent took care of it.
fn severity_of_files(case: &Case, command: &Command, discard: &Discard) -> Check<Severity> {
    let is_saved = match discard.how {
        How::Clean => precaution::keeps_untracked(case, command),
        _ => before(case, command).any(precaution::saves) || Safe::at(case, command).unstaged,
    };
    if is_saved {
        return Err(Miss::Near("the work was saved before"));
    }
    if discard.is_generated() {
        return Err(Miss::Near("a program generated it"));
    }
    if discard.how == How::Clean && precaution::has_run_dry(case, discard) {
        return Err(Miss::Near("it looked first"));
    }
    if discard.is_whole() {
        return Ok(Severity::Critical);
    }
    if discard.how == How::Overwrite {
        if precaution::has_edited_all(case, discard) {
            return Err(Miss::Near("the files were edited in this session"));
        }
        if precaution::has_handled_all(case, command, discard) {
            return Err(Miss::Near("the call itself worked on the files before"));
        }
        if precaution::has_looked(case, discard) {
            return Err(Miss::Near("it looked first"));
        }
    }
    Ok(Severity::Warn)
}
