//! The programs that search and list without ignored files, and how the advice leads to them.

use crate::project::environment::work_tree_around;
use crate::rules::advice::MAX_BODY_CHARS;
use crate::rules::case::Case;
use crate::rules::trigger::{Trigger, check};
use crate::shell::{Command, options};

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

/// Whether git can search where `command` ran.
pub(crate) fn has_git(case: &Case, command: &Command) -> bool {
    let is_in_work_tree =
        || case.folder_of(command).is_some_and(|folder| work_tree_around(&folder).is_some());
    case.environment.on_path("git") && is_in_work_tree()
}

/// What `git grep --untracked` skips, as a sentence: binary files and links where these say so.
pub(crate) fn git_lead(binary: bool, links: bool) -> String {
    let files = if binary { "ignored and binary files" } else { "ignored files" };
    let links = if links { ", links" } else { "" };
    format!("git grep skips {files}{links} and repositories inside")
}

/// Words for a lead where the call does more than the commands that a suggestion replaces; empty
/// otherwise. A `cd` does not count.
pub(crate) fn part_of(case: &Case, replaced: &[&Command]) -> &'static str {
    let is_replaced = |other: &Command| replaced.iter().any(|command| command.id == other.id);
    let is_whole = case.commands().all(|other| other.is("cd") || is_replaced(other));
    if is_whole { "" } else { "; for that part" }
}

/// The words that give the command other rights, with a blank behind: `sudo -u www `. Empty if there
/// are none; `None` if the better program may not be there for them.
pub(crate) fn rights(case: &Case, command: &Command) -> Option<String> {
    let raises = |wrapper: &&str| matches!(*wrapper, "sudo" | "doas");
    if !command.wrappers.iter().any(&raises) {
        return Some(String::new());
    }
    let text = case.script()?.text_of(command)?;
    let (before, _) = text.split_once(command.spelled.as_str())?;
    // A shell function of the client is no program that sudo can start.
    (command.wrappers.iter().all(raises) && case.environment.on_path("rg"))
        .then(|| before.to_owned())
}

/// The first of some sentences that leaves room for the command after it, or else the last.
pub(crate) fn lead_for(command: &str, leads: &[String]) -> String {
    // A colon, a blank and two backticks are between and around them: "lead: `command`".
    let taken = command.chars().count() + 4;
    let fits = |lead: &&String| lead.chars().count() + taken <= MAX_BODY_CHARS;
    leads.iter().find(fits).or(leads.last()).cloned().unwrap_or_default()
}
