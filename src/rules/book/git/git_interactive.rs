//! git commands that want an editor, or answers typed at a terminal.

mod advice;
mod ask;
mod examples;

use self::ask::{Ask, brings_editor};
use super::support::command::{Git, subcommand};
use super::support::output::{printed, reports_commit};
use crate::rules::advice::Finding;
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::Command;

/// A call that the user stopped after more than this waited for a person, ms.
const WAITED_MS: u64 = 10_000;

/// How many of [`SIGNS`], the first ones, name an editor.
const EDITOR_SIGNS: usize = 3;

/// Texts by which git, an editor or the question itself shows that a person was to type.
const SIGNS: [&str; 14] = [
    "problem with the editor",
    "Terminal is dumb, but EDITOR unset",
    "unable to start editor",
    "Please supply the message using either -m or -F",
    "Aborting commit due to empty commit message",
    "Aborting commit; you did not edit the message",
    "no tag message?",
    "Waiting for your editor",
    "nput is not from a terminal",
    "utput is not to a terminal",
    "Error opening terminal",
    "Standard input is not a terminal",
    "[y,n,q",
    "What now>",
];

pub(crate) const RULE: Rule = Rule {
    id: "git-interactive",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "git rebase -i, add -p, commit without message",
    why: "An editor waits for a terminal that is not there: coder/xum and earendil-works/pi had \
          to set GIT_EDITOR after such hangs.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &[
            "commit",
            "rebase",
            "merge",
            "revert",
            "cherry-pick",
            "tag",
            "add",
            "stage",
            "checkout",
            "restore",
            "reset",
            "stash",
            "clean",
            "config",
            "notes",
            "branch",
            "pull",
        ],
        signs: &[],
        check: |case, command| {
            let ask = Ask::of(command)
                .or_else(|| complained(case).then(|| Ask::by_complaint(command)).flatten())
                .ok_or(Miss::No)?;
            if brings_editor(case, command, ask) {
                return Err(Miss::Near("it brings its own editor"));
            }
            let git = Git::of(command).ok_or(Miss::No)?;
            check_harm(case, command, ask, &git)?;
            Ok(Finding::new(ask.advice(case, command, &git)))
        },
    },
    better: Some(Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "rebase", "merge", "cherry-pick", "revert", "tag"],
        signs: &["--no-edit", "EDITOR", "editor"],
        check: |case, command| {
            let keeps_message = command.args.iter().any(|word| word.is("--no-edit"));
            let brings = |ask| brings_editor(case, command, ask);
            check(keeps_message || Ask::of(command).is_some_and(brings))
        },
    }),
    needs: &[],
    repeat: Repeat::always(3),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

/// Whether git failed and says that the editor was the reason.
fn complained(case: &Case) -> bool {
    let text = if case.event.succeeded() { String::new() } else { printed(case) };
    SIGNS.iter().take(EDITOR_SIGNS).any(|sign| text.contains(sign))
}

/// Holds if the command failed for want of a person, hung, or shows no sign of success.
fn check_harm(case: &Case, command: &Command, ask: Ask, git: &Git) -> Check<()> {
    if case.in_background() || command.background {
        return Err(Miss::Near("it runs in the background"));
    }
    let text = printed(case);
    let succeeded = case.event.succeeded();
    let asked = SIGNS.iter().any(|sign| text.contains(sign));
    if asked && !succeeded {
        return Ok(());
    }
    if reports_result(&text) {
        return Err(Miss::Near("it went through"));
    }
    if asked || (ask != Ask::AtTerminal && waited(case, command, &text)) {
        return Ok(());
    }
    if !succeeded {
        return Err(Miss::Near("nothing shows that an editor was the cause"));
    }
    let should_report = ask.reports_success() && !git.has('q', "quiet") && command.shows_output();
    if should_report && text.trim().is_empty() {
        return Ok(());
    }
    Err(Miss::Near("nothing shows that it waited"))
}

/// Whether git reports what it made: a commit, a finished rebase or merge.
fn reports_result(text: &str) -> bool {
    reports_commit(text) || text.contains("Successfully rebased") || text.contains("Merge made by")
}

/// Whether the call ran into a time limit, and only this command of it may take long.
fn waited(case: &Case, command: &Command, text: &str) -> bool {
    const QUICK: [&str; 14] = [
        "git", "cd", "echo", "printf", "export", "true", ":", "pwd", "ls", "cat", "set", "head",
        "tail", "",
    ];
    const REMOTE: [&str; 7] = ["push", "fetch", "pull", "clone", "submodule", "ls-remote", "lfs"];
    let event = case.event;
    let hit_limit = text.starts_with("Command timed out")
        || (event.exit_code() == Some(124) && command.is_under("timeout"))
        // Some clients move what takes too long to the background.
        || event.shell().background_task.is_some();
    let was_stopped = event.is_interrupt || event.shell().interrupted;
    let is_long = event.duration_ms.is_some_and(|ms| ms > WAITED_MS);
    let others_are_quick = case.commands().all(|other| {
        QUICK.contains(&other.program.as_str())
            && subcommand(other).is_none_or(|sub| !REMOTE.contains(&sub))
    });
    others_are_quick && (hit_limit || (was_stopped && is_long))
}
