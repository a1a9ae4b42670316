//! Repositories in which less can be lost: new ones and temporary clones.

use super::call::before;
use super::command::{Git, subcommand};
use crate::rules::case::Case;
use crate::shell::{Command, Word};

/// Whether the repository is new, made by this call or without a commit: all of it is wanted.
pub(crate) fn is_fresh(case: &Case) -> bool {
    makes_repository(case) || case.environment.is_fresh_repository()
}

/// Whether the command works on a clone in a temporary folder, or on one that this very call made.
pub(crate) fn is_throw_away(case: &Case, command: &Command, git: &Git) -> bool {
    if makes_repository(case) {
        return true;
    }
    let environment = &case.environment;
    if let Some(word) = git.folder() {
        return is_temporary_word(case, word)
            || environment.absolute(&word.text).is_some_and(|path| environment.is_aside(&path));
    }
    // The last `cd` counts that leads to a place of its own.
    let moves = before(case, command).filter(|other| {
        matches!(other.program.as_str(), "cd" | "pushd")
            && (!other.in_subshell || command.in_subshell)
    });
    let targets: Vec<&Word> = moves.filter_map(|cd| cd.args.first()).collect();
    let absolute = |word: &&&Word| word.expands || word.text.starts_with(['/', '~']);
    match targets.iter().rev().find(absolute) {
        Some(word) if word.expands => is_temporary_word(case, word),
        Some(word) => {
            environment.absolute(&word.text).is_some_and(|path| environment.is_aside(&path))
        }
        None => environment.cwd().is_some_and(|cwd| environment.is_aside(cwd)),
    }
}

/// Whether a word that expands names a temporary folder, as far as it says itself, or as the value
/// of its variable does.
fn is_temporary_word(case: &Case, word: &Word) -> bool {
    let says = |text: &str| {
        text.contains("mktemp")
            || text.contains("TMP")
            || text.trim_matches('"').starts_with("/tmp/")
    };
    let value = word
        .leading_variable
        .as_ref()
        .and_then(|variable| case.commands().find_map(|command| command.assigned(&variable.name)));
    says(&word.raw) && word.expands || value.is_some_and(|value| says(&value.raw))
}

/// Whether the call itself makes a repository.
fn makes_repository(case: &Case) -> bool {
    case.commands().any(|command| matches!(subcommand(command), Some("init" | "clone")))
}
