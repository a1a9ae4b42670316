//! The programs that search and list without ignored files, and how the advice leads to them.

use crate::rules::advice::MAX_BODY_CHARS;
use crate::rules::case::Case;
use crate::rules::trigger::{Trigger, check};
use crate::shell::options;

/// The better form of a search through a tree: `rg` or `git grep`, which leave ignored files out.
pub(crate) const TREE_SEARCH: Trigger<()> = Trigger::Command {
    programs: &["rg", "git"],
    subcommands: &[],
    signs: &["rg", "grep"],
    check: |_, command| {
        let is_git_grep = options::subcommand("git", &command.args)
            .is_some_and(|(_, subcommand)| subcommand == "grep");
        check(!command.reads_pipe && (command.is("rg") || is_git_grep))
    },
};

/// Whether the client's shell finds ripgrep.
pub(crate) fn has_ripgrep(case: &Case) -> bool {
    case.environment.on_path("rg") || case.environment.client.brings_rg()
}

/// Whether git can search or list here.
pub(crate) fn has_git(case: &Case) -> bool {
    case.environment.work_tree().is_some() && case.environment.on_path("git")
}

/// The first of some sentences that leaves room for the command after it, or else the last.
pub(crate) fn lead_for(command: &str, leads: &[String]) -> String {
    // A colon, a blank and two backticks are between and around them: "lead: `command`".
    let taken = command.chars().count() + 4;
    let fits = |lead: &&String| lead.chars().count() + taken <= MAX_BODY_CHARS;
    leads.iter().find(fits).or(leads.last()).cloned().unwrap_or_default()
}
