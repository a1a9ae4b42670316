//! Repositories in which less can be lost: new ones and temporary clones.

use super::command::{Git, subcommand};
use crate::rules::case::Case;

/// Whether the repository is new, made by this call or without a commit: all of it is wanted.
pub(crate) fn is_fresh(case: &Case) -> bool {
    makes_repository(case) || case.environment.is_fresh_repository()
}

/// Whether the command works on a clone in a temporary folder, or on one that this very call made.
pub(crate) fn is_throw_away(case: &Case, git: &Git) -> bool {
    if makes_repository(case) {
        return true;
    }
    let environment = &case.environment;
    let first = case.script().and_then(|script| script.commands.first());
    let moved = first.filter(|command| command.is("cd")).and_then(|cd| cd.args.first());
    match git.folder().or(moved) {
        Some(word) if word.expands => word.raw.contains("mktemp") || word.raw.contains("TMP"),
        Some(word) => {
            environment.absolute(&word.text).is_some_and(|path| environment.is_aside(&path))
        }
        None => environment.cwd().is_some_and(|cwd| environment.is_aside(cwd)),
    }
}

/// Whether the call itself makes a repository.
fn makes_repository(case: &Case) -> bool {
    case.commands().any(|command| matches!(subcommand(command), Some("init" | "clone")))
}
