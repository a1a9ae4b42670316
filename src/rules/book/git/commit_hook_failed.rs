//! Commits and pushes that a hook refused.

use super::support::call::before;
use super::support::command::Git;
use super::support::output::{printed, reports_commit};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;

/// How git ends where a push failed.
const PUSH_FAILED: &str = "failed to push some refs";

/// Beginnings of lines that git prints where a commit fails for another reason than a hook.
const OTHER_REASONS: [&str; 10] = [
    "nothing to commit",
    "nothing added to commit",
    "no changes added to commit",
    "Author identity unknown",
    "Please tell me who you are",
    "*** Please tell me who you are",
    "fatal: ",
    "error: pathspec ",
    "error: Committing is not possible",
    "Aborting commit",
];

/// Programs that run the checks of hooks.
const CHECKERS: [&str; 6] =
    ["pre-commit", "prek", "lefthook", "husky", "lint-staged", "commitlint"];

/// Beginnings of the ids of checks that look at the message.
const MESSAGE_CHECKS: [&str; 5] =
    ["commit-msg", "commitlint", "commitizen", "gitlint", "conventional-pre-commit"];

pub(crate) const RULE: Rule = Rule {
    id: "commit-hook-failed",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Failure,
    analyzer: None,
    summary: "a hook refused a commit or a push",
    why: "The commit did not happen, so --amend would change the one before it, and --no-verify \
          hides what the hook found.",
    lesson: None,
    trigger: Trigger::Command {
        programs: &["git"],
        subcommands: &["commit", "push"],
        signs: &[],
        check,
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(3),
    hits: &[
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\n.git/hooks/pre-commit: line 3: cargo: command not found",
        )]),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nruff....Failed\n- hook id: ruff")])
            .says("hook ruff"),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nfiles were modified by this hook")])
            .says("changed files"),
        Example::bash("git add a && git commit -m x").given(&[Given::Failed(
            "Exit code 1\nblack...Failed\n- hook id: black\n- files were modified by this \
             hook\nruff...Passed",
        )]),
        Example::bash("git commit -am x")
            .given(&[Given::Failed(
                "Exit code 1\nbad.js 1:1 error\nhusky - pre-commit script failed (code 1)",
            )])
            .says("not --amend"),
        Example::bash("git commit -m 'fixed it'")
            .given(&[Given::Failed(
                "Exit code 1\n\u{2716}   type may not be empty [type-empty]\nhusky - commit-msg \
                 script failed (code 1)",
            )])
            .says("refused the message"),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\n\u{2502} \u{1f94a} lefthook v2.2.2 hook: pre-commit\nexit status \
             1\n\u{1f94a} lint (0.01 seconds)",
        )]),
        Example::bash("git push")
            .given(&[Given::Failed(
                "Exit code 1\ntests failed\nhusky - pre-push script failed (code 1)\nerror: \
                 failed to push some refs to 'x'",
            )])
            .says("nothing was pushed"),
        Example::bash("git commit -m x && git push")
            .given(&[Given::Failed(
                "Exit code 1\n[main 1234567] x\nmypy....Failed\n- hook id: mypy\nerror: failed to \
                 push some refs to 'x'",
            )])
            .says("nothing was pushed"),
        Example::bash("git push origin main")
            .given(&[Given::Failed(
                "Exit code 1\nremote: no\n ! [remote rejected] main -> main (pre-receive hook \
                 declined)\nerror: failed to push some refs",
            )])
            .says("the remote"),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nERROR: pre-commit hook failed: lint")]),
        Example::bash("git commit --amend --no-edit")
            .given(&[Given::Failed("Exit code 1\nruff....Failed\n- hook id: ruff")])
            .says("same command again"),
    ],
    misses: &[
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 1\nnothing to commit, working tree clean")]),
        Example::bash("git commit -m x")
            .given(&[Given::Failed("Exit code 128\nPlease tell me who you are")]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\nruff...Skipped\n- hook id: ruff\nOn branch main\nnothing to commit",
        )]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\n\u{1f94a} lefthook v2.2.2 hook: pre-commit\n\u{2714}\u{fe0f} fmt\nno \
             changes added to commit",
        )]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 128\nlint passed in pre-commit\nAuthor identity unknown\nfatal: empty \
             ident name",
        )]),
        Example::bash("pre-commit run -a && git commit -m x")
            .given(&[Given::Failed("Exit code 1\nruff....Failed\n- hook id: ruff")]),
        Example::bash("pytest -q && git commit -m x").given(&[Given::Failed(
            "Exit code 1\nFAILED tests/test_pre-commit.py::test_hook - pre-commit failed",
        )]),
        Example::bash("git push")
            .given(&[Given::Failed("Exit code 1\n ! [rejected] main -> main (fetch first)")]),
        Example::bash("git push").given(&[Given::Failed(
            "Exit code 1\n ! [remote rejected] main -> main (protected branch hook declined)",
        )]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "The user doesn't want to proceed with this tool use. The tool use was rejected: \
             husky failed",
        )]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\nerror: pathspec 'x' did not match any file(s) known to git",
        )]),
        Example::bash("git commit -m x && make").given(&[Given::Failed(
            "Exit code 2\nhusky - pre-commit\n[main 1234567] x\nmake: *** [all] Error 1: \
             pre-commit failed",
        )]),
        Example::bash("git commit -m 'pre-commit hook failed'").given(&[Given::Failed(
            "Exit code 128\nfatal: Unable to create '.git/index.lock': File exists.",
        )]),
        Example::bash("git log -1 && pre-commit run")
            .given(&[Given::Failed("Exit code 1\nruff..Failed\n- hook id: ruff")]),
        Example::bash("git commit -m x").given(&[Given::Failed(
            "Exit code 1\nhint: The '.git/hooks/pre-commit' hook was ignored because it's not set \
             as executable.",
        )]),
        Example::bash("git commit -m x").given(&[Given::Output("ruff....Failed\n- hook id: ruff")]),
        Example::bash("ssh ci git commit -m x")
            .given(&[Given::Failed("Exit code 1\nhusky - pre-commit script failed (code 1)")]),
    ],
    since: "0.1.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let git = Git::of(command).ok_or(Miss::No)?;
    let text = printed(case);
    let ran_checks = before(case, command).any(|other| {
        CHECKERS.contains(&other.program.as_str())
            || other.args.iter().any(|word| CHECKERS.contains(&word.text.as_str()))
    });
    if ran_checks {
        return Err(Miss::Near("the checks ran separately before"));
    }
    let refusal = match git.sub {
        "push" => refused_push(case, &text)?,
        _ => refused_commit(case, &text)?,
    };
    Ok(Finding::new(refusal.advice(git.has_long("amend"))))
}

fn refused_push(case: &Case, text: &str) -> Check<Refusal> {
    let is_declined = text.contains("hook declined");
    if !is_declined && !text.contains(PUSH_FAILED) {
        return Err(Miss::No);
    }
    if text.contains("protected branch") {
        return Err(Miss::Near("the branch is protected"));
    }
    if is_declined {
        return Ok(Refusal::Remote);
    }
    if text.contains("rejected]") {
        return Err(Miss::Near("the remote refused it"));
    }
    failed_hook(case, text).map(|_| Refusal::Push).ok_or(Miss::No)
}

fn refused_commit(case: &Case, text: &str) -> Check<Refusal> {
    if text.contains(PUSH_FAILED) || reports_commit(text) {
        return Err(Miss::Near("the commit happened"));
    }
    if text.lines().any(|line| OTHER_REASONS.iter().any(|reason| line.starts_with(reason))) {
        return Err(Miss::Near("the commit failed for another reason"));
    }
    failed_hook(case, text).ok_or(Miss::No)
}

/// What a hook did.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// A check found something; its name, where the output has one.
    Found(Option<String>),
    /// A check changed files.
    Changed,
    /// A check refused the commit's message.
    Message,
    /// The hook here kept a push from being sent.
    Push,
    /// The remote's hook declined a push.
    Remote,
}

impl Refusal {
    fn advice(&self, amends: bool) -> Advice {
        // There is no new commit to amend, but an amend that failed is repeated as it was.
        let (again, not) = if amends {
            ("run the same command again", "not --no-verify")
        } else {
            ("commit again", "not --amend, not --no-verify")
        };
        Advice::plain(match self {
            Self::Found(name) => {
                let name = name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
                format!(
                    "nothing was committed, since the hook{name} failed: fix what it reports, git add, \
                     {again} ({not})"
                )
            }
            Self::Changed => format!(
                "nothing was committed, since a hook changed files: git add them, then {again} ({not})"
            ),
            Self::Message => format!(
                "nothing was committed, since the commit-msg hook refused the message: {again} with a \
                 message in the form that it asks for"
            ),
            Self::Push => {
                "nothing was pushed, since the pre-push hook failed: fix what it reports, \
                           commit that, push again (not --no-verify)"
                    .to_owned()
            }
            Self::Remote => "a hook on the remote declined git push: read its lines that begin \
                             with remote: and mend that; --force and --no-verify change nothing"
                .to_owned(),
        })
    }
}

/// What a hook manager, git or the shell reports of a failed hook.
fn failed_hook(case: &Case, text: &str) -> Option<Refusal> {
    reported_by_pre_commit(text).or_else(|| reported_by_others(case, text))
}

/// What the pre-commit framework reports.
fn reported_by_pre_commit(text: &str) -> Option<Refusal> {
    const FAILED: &str = "Failed\n- hook id: ";
    let failed = text.matches(FAILED).count();
    let changed = text.matches("files were modified by this hook").count();
    if changed > 0 && failed <= changed {
        return Some(Refusal::Changed);
    }
    let name = text.split(FAILED).nth(1)?.lines().next().unwrap_or_default();
    if MESSAGE_CHECKS.iter().any(|check| name.starts_with(check)) {
        return Some(Refusal::Message);
    }
    // The advice quotes the name of a check, but nothing that could be a sentence.
    let is_name = (1..=24).contains(&name.len())
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    Some(Refusal::Found(is_name.then(|| name.to_owned())))
}

/// What husky, lefthook, lint-staged, commitlint, git and the shell report.
fn reported_by_others(case: &Case, text: &str) -> Option<Refusal> {
    // Any other program of the call may print these words in passing.
    let is_alone = case
        .commands()
        .all(|other| matches!(other.program.as_str(), "git" | "cd" | "echo" | "export" | ""));
    let names = |hook: &str| text.lines().any(|line| line.contains(hook) && reports_failure(line));
    let husky_names = |hook: &str| {
        text.lines()
            .any(|line| line.starts_with("husky ") && line.contains(hook) && reports_failure(line))
    };
    let linted_message = text.contains("commitlint")
        && (text.contains("[type-empty]") || text.contains("[subject-empty]"));
    if husky_names("commit-msg") || (is_alone && (names("commit-msg") || linted_message)) {
        return Some(Refusal::Message);
    }
    let lint_staged =
        text.contains("lint-staged") && (text.contains("[FAILED]") || text.contains('\u{2716}'));
    // lefthook marks a failed check with a glove, as it does its own name.
    let lefthook = text.contains("efthook")
        && text
            .lines()
            .any(|line| line.trim().starts_with('\u{1f94a}') && !line.contains("lefthook"));
    // The shell complains about a hook's script: `.git/hooks/pre-commit: line 3: cargo: not found`.
    let is_broken = text.lines().any(|line| {
        [".git/hooks/pre-", ".husky/pre-"].iter().any(|path| line.starts_with(path))
            && line.contains(": line ")
    });
    let failed = is_broken
        || lefthook
        || husky_names("pre-commit")
        || husky_names("pre-push")
        || (is_alone && (lint_staged || names("pre-commit") || names("pre-push")))
        || text.contains("No .pre-commit-config.yaml file was found");
    failed.then_some(Refusal::Found(None))
}

/// Whether a line that names a hook reports that it failed.
fn reports_failure(line: &str) -> bool {
    const VERBS: [&str; 6] = ["failed", "exited with", "rejected", "aborted", "blocked", "refused"];
    let line = line.to_ascii_lowercase();
    VERBS.iter().any(|verb| line.contains(verb))
}
