//! What the call around a git command does: the commands before it, and the folder it ran in.

use super::command::Git;
use crate::project::environment::work_tree_around;
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

/// What comes before `git` in the command, to be kept in front of a rewrite: `sudo -u www ` or an
/// assignment. `None` where another wrapper runs it, or where it is not known.
pub(crate) fn prefix(case: &Case, command: &Command) -> Option<String> {
    if command.wrappers.is_empty() && command.assignments.is_empty() {
        return Some(String::new());
    }
    if command.wrappers.iter().any(|wrapper| !matches!(*wrapper, "sudo" | "doas")) {
        return None;
    }
    let first = command.args.first()?;
    let own = format!("{} {}", command.spelled, first.raw);
    let (before, _) = case.script()?.text_of(command)?.split_once(&own)?;
    Some(before.to_owned())
}

/// Whether the git command works in a linked work tree, where a stash would be shared with the
/// other work trees of the repository.
pub(crate) fn is_in_linked_work_tree(case: &Case, command: &Command, git: &Git) -> bool {
    let environment = &case.environment;
    let here = case.folder_of(command).or_else(|| environment.cwd().map(|cwd| cwd.to_owned()));
    let folder = match git.folder().and_then(|word| word.literal()) {
        Some(folder) => here.map(|here| here.join(folder)),
        None => here,
    };
    folder.as_deref().and_then(work_tree_around).is_some_and(|root| environment.is_linked(root))
}
