//! A commit, a push or a release behind a run whose failure cannot stop it.

use super::support::form;
use super::support::masked::{Consequence, Masked};
use crate::project::runner;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text;
use crate::rules::case::Case;
use crate::rules::example::Example;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;

/// Words of what is meant to depend on the run.
const GATED: &[&str] = &[
    "commit",
    "push",
    "merge",
    "publish",
    "release",
    "deploy",
    "apply",
    "upgrade",
    "create",
    "tag",
    "install",
    "--continue",
];

pub(crate) const RULE: Rule = Rule {
    id: "masked-commit-gate",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Success,
    analyzer: None,
    summary: "a commit although a pipe hides test failures",
    why: "The commit happens whether the tests pass or not: 3 of 23,429 recorded calls, each an untested commit.",
    lesson: None,
    trigger: Trigger::Any(&[
        Trigger::Command { programs: &runner::PROGRAMS, subcommands: &[], signs: GATED, check },
        Trigger::AnyCommand {
            signs: &[
                form::SIGNS,
                &["commit", "push", "--continue"],
                &["| tail", "| head", "| grep", "|tail", "|head"],
            ],
            check,
        },
    ]),
    better: None,
    needs: &[],
    repeat: Repeat::always(6),
    hits: &[
        Example::bash("cargo test | tail -3 && git add -A && git commit -m x")
            .says("git commit ran on tail's status, not on that of cargo test"),
        Example::bash(
            ".venv/bin/python -m pytest -q 2>&1 | tail -2 && ruff check src | tail -1 && git commit -qm x",
        ),
        Example::bash("npm test 2>&1 | tail -5 && git push").says("git push ran on tail's status"),
        Example::bash("./test.sh | grep -v ok && git commit -am y").says("not on that of test.sh"),
        Example::bash(
            "go build | head && echo OK && git add a && GIT_EDITOR=true git rebase --continue",
        )
        .says("git rebase ran on head's status, not on that of go build"),
        Example::bash("npm run build | tail && npm publish").says("npm publish ran"),
        Example::bash("(cd web && npm test) | tail -3 && git commit -am z"),
        Example::bash("terraform plan | tail && terraform apply -auto-approve")
            .says("terraform apply ran"),
        Example::bash("make check | head -20 && gh pr create --fill").says("gh pr ran"),
        Example::bash("pnpm typecheck 2>&1 | tail -4 && git cherry-pick --continue"),
    ],
    misses: &[
        Example::bash("set -o pipefail; cargo test | tail -3 && git commit -m x"),
        Example::bash("cargo test && git commit -m x"),
        Example::bash("cargo test | tail -3; git commit -m x"),
        Example::bash("cargo test | tail -3 && git status"),
        Example::bash("cargo test | grep -q 'test result: ok' && git commit -m x"),
        Example::bash("git log | head -3 && git commit -m x"),
        Example::bash("git commit -m 'cargo test | tail && git commit'"),
        Example::bash("cargo test | tail -3 && git commit --dry-run"),
        Example::bash("cargo test | tail -3 && npm install"),
        Example::bash("git diff | tail && git push"),
        Example::bash("cargo test | tail -3 && git rebase main"),
        Example::bash("if cargo test | tail -3; then git commit -m x; fi"),
        Example::bash("ssh ci 'npm test | tail && git push'"),
        Example::bash("cargo test > /tmp/log 2>&1 && tail -3 /tmp/log && git commit -m x"),
        Example::bash("cargo test | tail -3 && git tag -l || true"),
    ],
    since: "0.2.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let masked = Masked::of(case, command)?;
    let Some(Consequence::Gate(gated)) = masked.consequence(script) else {
        return Err(Miss::Near("no commit, push or release depends on it"));
    };
    let (what, sink, label) = (command_text::name(gated), &masked.last.program, &masked.label);
    Ok(Finding::new(Advice::plain(format!(
        "{what} ran on {sink}'s status, not on that of {label}: check the result, and next time leave out the pipe"
    ))))
}
