//! What the call around a git command does: the commands before it, and the folder it ran in.

use super::command::Git;
use crate::rules::case::Case;
use crate::shell::Command;

/// The commands of the call before this one that run on this machine.
pub(crate) fn before<'c>(
    case: &'c Case,
    command: &'c Command,
) -> impl Iterator<Item = &'c Command> {
    case.script()
        .into_iter()
        .flat_map(|script| script.before(command))
        .filter(|other| !other.remote)
}

/// Whether the call changed to a folder that the shell has left again: a rewritten command would
/// now run elsewhere.
fn has_returned(case: &Case) -> bool {
    let keeps = case.environment.client.keeps_directory();
    case.commands().any(|other| {
        matches!(other.program.as_str(), "cd" | "pushd") && (other.in_subshell || !keeps)
    })
}

/// Whether `command`, run again alone, would do the same: no wrapper such as `sudo` ran it, and the
/// shell is still in its folder.
pub(crate) fn can_run_again(case: &Case, command: &Command) -> bool {
    command.wrappers.is_empty() && !has_returned(case)
}

/// Whether `command` surely ran in the working directory.
pub(crate) fn ran_here(case: &Case, command: &Command, git: &Git) -> bool {
    git.globals.is_empty()
        && command.depth == 0
        && case.folder_of(command).as_deref() == case.environment.cwd()
}
