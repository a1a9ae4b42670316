//! Looks at what changed: `git status`, `git diff`.

use super::command::{Git, subcommand};
use crate::rules::case::Case;
use crate::shell::Command;

/// The usual ways to look at all that changed.
const LOOKS: [&str; 29] = [
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
    "status --short && echo && git diff --stat",
    "status --short && echo \"---\" && git diff --stat",
    "status --short; echo \"---\"; git diff --stat",
    "status && echo \"---\" && git diff --stat",
    "diff --stat && echo \"---\" && git status --short",
];

/// Whether one of the last `calls` calls of the session looked at what changed.
pub(crate) fn looked_lately(case: &Case, calls: usize, git: &Git) -> bool {
    case.ran_lately(calls, &spelled(git))
}

/// Whether one of the last `calls` calls of the session looked at what changed, and no Edit or
/// Write came since.
pub(crate) fn looked_since_edits(case: &Case, calls: usize, git: &Git) -> bool {
    case.last_run(calls, &spelled(git))
        .is_some_and(|(_, since)| !since.iter().any(|call| call.is_edit()))
}

fn spelled(git: &Git) -> Vec<String> {
    let globals = git.global_text();
    let with_globals = |look: &&str| {
        let looks: Vec<String> =
            look.split("git ").map(|part| format!("git {globals}{part}")).collect();
        looks.concat()
    };
    LOOKS.iter().map(with_globals).collect()
}

/// Whether a command shows what changed to the agent.
pub(crate) fn looks(command: &Command) -> bool {
    matches!(subcommand(command), Some("status" | "diff"))
        && !command.in_substitution
        && !command.args.iter().any(|word| word.is("--quiet") || word.is("--exit-code"))
}
