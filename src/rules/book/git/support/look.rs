//! Looks at what changed: `git status`, `git diff`.

use super::command::{Git, subcommand};
use crate::rules::case::Case;
use crate::shell::Command;

/// The usual ways to look at all that changed: at the lines or their number.
const DIFFS: [&str; 11] = [
    "diff --stat",
    "diff",
    "diff HEAD --stat",
    "diff --stat HEAD",
    "diff HEAD",
    "diff --name-only",
    "diff --name-status",
    "diff --cached",
    "diff --cached --stat",
    "diff --staged",
    "diff --staged --stat",
];

/// The usual ways to list the files that changed.
const STATUSES: [&str; 6] = [
    "status",
    "status --short",
    "status -s",
    "status -sb",
    "status --porcelain",
    "status --short --branch",
];

/// How many of each are looked for together.
const PAIRED: usize = 4;

/// What agents write between the two.
const BETWEEN: [&str; 12] = [
    " && ",
    "; ",
    " && echo && ",
    " && echo \"---\" && ",
    " && echo '---' && ",
    " && echo --- && ",
    "; echo \"---\"; ",
    "; echo ---; ",
    " && echo \"---diff---\" && ",
    " && echo \"---DIFF---\" && ",
    " && echo \"---DIFF SUMMARY---\" && ",
    " && echo \"---diffstat---\" && ",
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
    let look = |look: &&str| format!("git {globals}{look}");
    let diffs: Vec<String> = DIFFS.iter().map(look).collect();
    let statuses: Vec<String> = STATUSES.iter().map(look).collect();
    let pairs = statuses.iter().take(PAIRED).flat_map(|status| {
        diffs.iter().take(PAIRED).flat_map(move |diff| {
            BETWEEN.iter().flat_map(move |between| {
                [format!("{status}{between}{diff}"), format!("{diff}{between}{status}")]
            })
        })
    });
    let mut all: Vec<String> = pairs.collect();
    all.extend(diffs.into_iter().chain(statuses));
    all
}

/// Whether a command shows what changed to the agent.
pub(crate) fn looks(command: &Command) -> bool {
    matches!(subcommand(command), Some("status" | "diff"))
        && !command.in_substitution
        && !command.args.iter().any(|word| word.is("--quiet") || word.is("--exit-code"))
}
