//! Looks at what changed: `git status`, `git diff`.

use super::command::{Git, subcommand};
use crate::rules::case::Case;
use crate::shell::Command;

/// The usual ways to look at all that changed.
const LOOKS: [&str; 24] = [
    "diff",
    "diff --stat",
    "diff --name-only",
    "diff --name-status",
    "diff HEAD",
    "diff HEAD --stat",
    "diff --stat HEAD",
    "diff --cached",
    "diff --cached --stat",
    "diff --staged",
    "diff --staged --stat",
    "status",
    "status --short",
    "status -s",
    "status -sb",
    "status -sb && git diff --stat",
    "status --short --branch",
    "status --porcelain",
    "status --short && git diff --stat",
    "status && git diff",
    "status; git diff",
    "status && git diff --stat",
    "status --short; git diff --stat",
    "diff --stat && git status --short",
];

/// Whether one of the last `calls` calls of the session looked at what changed.
pub(crate) fn looked_lately(case: &Case, calls: usize, git: &Git) -> bool {
    let globals = git.global_text();
    let spelled = LOOKS.iter().map(|look| {
        let looks: Vec<String> =
            look.split("git ").map(|part| format!("git {globals}{part}")).collect();
        looks.concat()
    });
    case.ran_lately(calls, &spelled.collect::<Vec<_>>())
}

/// Whether a command shows what changed to the agent.
pub(crate) fn looks(command: &Command) -> bool {
    matches!(subcommand(command), Some("status" | "diff"))
        && !command.in_substitution
        && !command.args.iter().any(|word| word.is("--quiet") || word.is("--exit-code"))
}
