//! Searching contents and names.

pub(crate) mod find_grep_pipeline;
pub(crate) mod find_name_search;
pub(crate) mod grep_recursive;
pub(crate) mod grep_tool_broad;
pub(crate) mod list_tree_unbounded;
pub(crate) mod rg_bre_alternation;

use crate::rules::advice;
use crate::rules::case::Case;
use crate::rules::rewrite::find;
use crate::rules::trigger::{Trigger, check};
use crate::shell::{Command, Joined, Word, options};

/// The better form of searching a tree: by what leaves out ignored files.
const SEARCH_OF_A_TREE: Trigger<()> = Trigger::Command {
    programs: &["rg", "git"],
    subcommands: &[],
    signs: &["rg", "grep"],
    check: |_, command| {
        let git_grep =
            options::subcommand("git", &command.args).is_some_and(|(_, sub)| sub == "grep");
        check(!command.reads_pipe && (command.is("rg") || git_grep))
    },
};

/// A search of a named folder is worth a word only if it printed more than this: bytes and lines.
const LARGE_BYTES: u64 = 8 << 10;
const LARGE_LINES: usize = 200;

/// Whether the client's shell finds ripgrep.
fn has_ripgrep(case: &Case) -> bool {
    case.environment.on_path("rg") || case.environment.client.brings_rg()
}

/// Whether git can search or list here.
fn has_git(case: &Case) -> bool {
    case.environment.work_tree().is_some() && case.environment.on_path("git")
}

/// The first of some sentences that leaves room for the command behind it; the last in any case.
fn lead_for(command: &str, leads: &[String]) -> String {
    // `lead: `command``
    let taken = command.chars().count() + 4;
    let fits = |lead: &&String| lead.chars().count() + taken <= advice::MAX_BODY_CHARS;
    leads.iter().find(fits).or(leads.last()).cloned().unwrap_or_default()
}

/// Whether a call does one thing, a `cd` in front left aside.
fn is_alone(case: &Case) -> bool {
    // What a command starts is a part of it; what stands in a group is not.
    let is_written = |command: &Command| command.depth == 0 || command.wrappers.is_empty();
    let starts = |command: &&Command| {
        is_written(command)
            && !command.in_substitution
            && command.joined != Joined::Pipe
            && !command.is("cd")
    };
    case.script().is_some() && case.commands().filter(starts).count() <= 1
}

/// Whether the call goes to a folder of which ignore files say nothing, or which is ignored itself.
fn is_elsewhere(case: &Case) -> bool {
    let mut folders =
        case.commands().filter(|command| command.is("cd")).filter_map(|cd| cd.args.first());
    folders.any(|folder| is_outside(&folder.text))
}

/// Whether a path leads to the system's folders, to hidden or ignored ones.
fn is_outside(path: &str) -> bool {
    const SYSTEM: [&str; 10] =
        ["/usr", "/etc", "/var", "/opt", "/proc", "/sys", "/lib", "/dev", "/nix", "/Library"];
    let system = SYSTEM.iter().any(|folder| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let ignored = path.split('/').any(|part| {
        find::IGNORED_PARTS.contains(&part)
            || (part.starts_with('.') && part.len() > 1 && part != "..")
    });
    system || ignored
}

/// Whether a call that does one thing printed much. Of several things it is not known which printed
/// it.
fn printed_much(case: &Case) -> bool {
    let shown = case.event.shell();
    is_alone(case) && (shown.bytes() > LARGE_BYTES || shown.lines() > LARGE_LINES)
}

/// Functions of an interactive shell are not seen by what another program starts, nor by a path.
fn misses_shadow(command: &Command) -> bool {
    !command.wrappers.is_empty() || command.spelled.contains('/')
}

fn is_whole_tree(case: &Case, path: &Word) -> bool {
    const HERE: [&str; 12] = [
        ".",
        "./",
        "/",
        "~",
        "~/",
        "*",
        "./*",
        "$PWD",
        "\"$PWD\"",
        "$(pwd)",
        "\"$(pwd)\"",
        "$(git rev-parse --show-toplevel)",
    ];
    if HERE.contains(&path.raw.as_str()) {
        return true;
    }
    let absolute = path
        .literal()
        .filter(|path| path.starts_with('/'))
        .and_then(|path| case.environment.absolute(path));
    absolute.is_some_and(|path| {
        [case.environment.work_tree(), case.environment.cwd()].contains(&Some(path.as_path()))
    })
}

fn is_in_project(case: &Case, path: &str) -> bool {
    let Some(path) = case.environment.absolute(path) else { return false };
    case.environment
        .work_tree()
        .or(case.environment.cwd())
        .is_some_and(|root| path.starts_with(root))
}
