//! A grep through folders.

mod examples;

use super::rg_bre_alternation::misses_alternatives;
use super::support::better_search::{
    TREE_SEARCH, git_lead, has_git, has_ripgrep, lead_for, part_of, rights,
};
use super::support::output::{LARGE_BYTES, printed_much, printed_nothing};
use super::support::scope::{is_outside, is_whole_tree, moves_outside};
use crate::project::programs::{self, Trait};
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::generated_file::GeneratedKind;
use crate::rules::book::support::refused::{Complaint, complaints};
use crate::rules::case::Case;
use crate::rules::case::classify::edits_in_place;
use crate::rules::rewrite::place::{self, Place};
use crate::rules::rewrite::{git_grep, grep, reader, ripgrep};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::options::{self, Item, Spec};
use crate::shell::{Command, Joined, Word};

/// grep, under all its names.
const GREPS: [&str; programs::count(Trait::IsGrep)] = programs::all(Trait::IsGrep);

pub(crate) const RULE: Rule = Rule {
    id: "grep-recursive",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "grep -r over a whole tree",
    why: "grep -r reads ignored, hidden and binary files: in a tree with 400 ignored files it gave 89,174 bytes in \
          264 ms where rg gave 2,190 bytes in 41 ms.",
    lesson: Some(
        "Search a tree with `rg` or `git grep`: `grep -r` also reads ignored, hidden and binary files.",
    ),
    trigger: Trigger::Command { programs: &GREPS, subcommands: &[], signs: &["-"], check },
    better: Some(TREE_SEARCH),
    needs: &[Need::Ripgrep, Need::WorkTree],
    repeat: Repeat::HINT,
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let items = options::read(&command.args, Spec::of("grep"));
    if !recurses(&items) {
        return Err(Miss::No);
    }
    let paths = grep::paths(command, &items);
    if command.reads_pipe && paths.is_empty() {
        return Err(Miss::Near("it reads a pipe"));
    }
    let is_given_files = command.is_under("xargs") || command.is_under("find");
    if is_given_files && (paths.is_empty() || paths.iter().any(|path| path.text.contains("{}"))) {
        return Err(Miss::Near("it searches the files that it is given"));
    }
    if options::has(&items, Some('q'), "quiet") {
        return Err(Miss::Near("it only tests whether something is there"));
    }
    if items.iter().any(names_hidden_files) {
        return Err(Miss::Near("it looks for hidden files"));
    }
    if feeds_change(case, command) {
        return Err(Miss::Near("what it finds is changed, in hidden files too"));
    }
    let is_shadowed = is_shadowed(case, command);
    let is_large = printed_much(case);
    if is_shadowed && !is_large {
        return Err(Miss::Near("this client's own grep skips ignored files"));
    }
    if moves_outside(case) || paths.iter().any(|path| is_outside(&path.text)) {
        return Err(Miss::Near("it searches outside the project, or what is ignored"));
    }
    let is_whole = paths.is_empty() || paths.iter().any(|path| is_whole_tree(case, path));
    if !is_whole {
        if !is_large {
            return Err(Miss::Near(
                "it searches a named folder, and is not known to have printed much",
            ));
        }
        if paths.iter().any(|path| path.expands) {
            return Err(Miss::Near("what it searches is not known"));
        }
        if finds_sources_only(case) {
            return Err(Miss::Near(
                "it searches a named folder, and found nothing that rg leaves out",
            ));
        }
        if paths.iter().all(|path| place::of(case, command, path) == Place::File) {
            return Err(Miss::Near("it searches single files"));
        }
    }
    let has_refused = |(kind, word): &(Complaint, String)| {
        *kind == Complaint::Glob && command.args.iter().any(|arg| arg.text == *word)
    };
    if complaints(case).iter().any(has_refused) {
        return Err(Miss::Near("zsh did not run it"));
    }
    if has_other_search(case, command) {
        return Err(Miss::Near("another search follows where it finds nothing"));
    }
    if printed_nothing(case) && (leaves_folders_out(&items) || follows_change(case)) {
        return Err(Miss::Near("its empty answer says that nothing is left"));
    }
    if leaves_much_out(&items) && !(is_whole && is_large) {
        return Err(Miss::Near("it leaves folders out itself"));
    }
    if !is_whole && picks_endings(&items) {
        return Err(Miss::Near("it searches one kind of file in a named folder"));
    }
    if is_narrow(case, &items) && searches_well(case) {
        return Err(Miss::Near(
            "it searches one kind of file, the answer is short, and the agent knows rg",
        ));
    }
    let advice = if has_ripgrep(case) {
        advise_ripgrep(case, command, is_shadowed)
    } else {
        advise_git_grep(case, command)
    };
    advice.map(Finding::new).ok_or(Miss::NoBetterForm)
}

fn recurses(items: &[Item]) -> bool {
    let is_directories =
        |item: &Item| matches!(item, Item::Short('d', Some(value)) if value.text == "recurse");
    options::has(items, Some('r'), "recursive")
        || options::has(items, Some('R'), "dereference-recursive")
        || items.iter().any(is_directories)
}

/// Whether an option names hidden files to search, such as those with secrets.
fn names_hidden_files(item: &Item) -> bool {
    // The settings of a linter or of the CI are hidden, or in a hidden folder.
    let is_hidden = |name: &str| {
        let name = name.trim_matches(['\'', '"', '}']);
        let ending = name.rsplit('.').next().unwrap_or_default();
        name.starts_with('.') || matches!(ending, "yml" | "yaml" | "toml")
    };
    matches!(item, Item::Long("include", Some(value)) if value.text.split(['{', ',']).any(is_hidden))
}

/// Whether the call changes files in place, so that hidden ones count too, or hands those that it
/// finds to a program that moves or removes them.
fn feeds_change(case: &Case, command: &Command) -> bool {
    let moves = |other: &Command| programs::is(&other.program, Trait::ChangesFolders);
    let Some(script) = case.script() else { return false };
    case.commands().any(edits_in_place)
        || (!command.shows_output() && script.after(command).iter().any(moves))
}

/// Whether another search follows that runs only where this one finds nothing: what the call printed
/// is the other's.
fn has_other_search(case: &Case, command: &Command) -> bool {
    let Some(script) = case.script() else { return false };
    let next = script.after(command).iter().find(|other| other.depth == command.depth);
    next.is_some_and(|next| {
        let is_git_grep =
            options::subcommand("git", &next.args).is_some_and(|(_, name)| name == "grep");
        next.joined == Joined::Or
            && (next.is("rg")
                || programs::is(&next.program, Trait::IsGrep)
                || next.is("git") && is_git_grep)
    })
}

/// Whether the search leaves folders out by name already.
fn leaves_folders_out(items: &[Item]) -> bool {
    options::has(items, None, "exclude-dir")
}

/// Bytes of an output in which paths are looked at.
const SEARCHED_BYTES: usize = 64 << 10;

/// Whether the output shows its paths, and none is hidden, generated or a binary file.
fn finds_sources_only(case: &Case) -> bool {
    let text = case.event.shell().stdout.head(SEARCHED_BYTES);
    let (mut paths, mut lines) = (0_usize, 0_usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        lines += 1;
        let Some((path, _)) = line.split_once(':') else { continue };
        let is_hidden = |part: &str| part.len() > 2 && part.starts_with('.');
        let is_left_out = path.split('/').any(is_hidden) || GeneratedKind::of(path).is_some();
        if line.starts_with("Binary file") || is_left_out {
            return false;
        }
        paths += usize::from(path.contains('/') && !path.contains(' '));
    }
    // Some clients put lines of their own in front.
    lines > 0 && paths * 10 >= lines * 9
}

/// Whether the search leaves out more than one folder by name.
fn leaves_much_out(items: &[Item]) -> bool {
    items.iter().filter(|item| matches!(item, Item::Long("exclude-dir", Some(_)))).count() > 1
}

/// Whether the call before was a shell call that changed files: `grep -rl old . | xargs sed -i`. The
/// search shows then that nothing is left, in hidden files too.
fn follows_change(case: &Case) -> bool {
    let last = case.history().calls().last();
    last.is_some_and(|call| call.ok && !call.reads && call.tool == case.event.tool_label())
}

/// Whether the search reads files with certain endings only, and the call printed little.
fn is_narrow(case: &Case, items: &[Item]) -> bool {
    picks_endings(items) && case.event.shell().bytes() <= LARGE_BYTES
}

/// Whether the search reads files with certain endings only.
fn picks_endings(items: &[Item]) -> bool {
    let includes = |item: &Item| match item {
        Item::Long("include", Some(glob)) => Some(is_ending(glob.text)),
        _ => None,
    };
    let mut includes = items.iter().filter_map(includes).peekable();
    includes.peek().is_some() && includes.all(|is_ending| is_ending)
}

/// Whether a glob picks files by their ending: `*.go`, `*_test.py`, `*.{ts,tsx}`.
fn is_ending(glob: &str) -> bool {
    glob.starts_with('*')
        && glob.rsplit_once('.').is_some_and(|(_, ending)| {
            !ending.is_empty()
                && ending.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '{' | '}' | ','))
        })
}

/// Whether the agent searches with rg or the client's own tool already, or was told of it.
fn searches_well(case: &Case) -> bool {
    case.has_grep_tool() || case.has_said(RULE.id) || case.used_better_form(RULE.id, usize::MAX)
}

/// Whether the client's shell runs a function of its own in place of this grep. A program that
/// starts grep does not see the function, and a path goes around it.
fn is_shadowed(case: &Case, command: &Command) -> bool {
    case.environment.client.shadows_grep()
        && command.wrappers.is_empty()
        && !command.spelled.contains('/')
}

fn advise_ripgrep(case: &Case, command: &Command, is_shadowed: bool) -> Option<Advice> {
    let name = &command.program;
    let plain = format!("{name} -r also reads ignored, hidden and binary files; rg skips them");
    let rights = rights(case, command)?;
    // The same search with another program would find nothing either.
    if !is_shadowed && misses_alternatives(case, command) {
        return Some(Advice::plain(plain));
    }
    let look_up = |word: &Word| place::of(case, command, word);
    let used = reader::of(case.script()?, command);
    let Some(search) = ripgrep::of_grep(command, &look_up, used) else {
        return (!is_shadowed).then(|| Advice::plain(plain));
    };
    if is_shadowed {
        // The client's function skips ignored files already: only the output was too large.
        let kilobytes = case.event.shell().bytes() / 1000;
        let lead =
            format!("{name} -r printed {kilobytes} kB; list the files first, then search one");
        let plain = format!("{lead} of them: add -l");
        let better = case.in_folder_of(command, format!("{rights}{}", search.render_files()));
        return (!search.lists()).then(|| Advice::with_rewrite(lead, better, plain));
    }
    // ripgrep reads a file that fits a glob, hidden or ignored, but enters no such folder.
    let left_out = match search.asks_for_names() {
        true => "ignored and hidden folders and binary files",
        false => "ignored, hidden and binary files",
    };
    let part = part_of(case, &[command]);
    let mut leads = vec![
        format!("{name} -r also reads {left_out}{part}"),
        format!("rg skips {left_out}{part}"),
    ];
    // Claude Code's Grep tool reads hidden files, but not ignored ones.
    if case.has_grep_tool() {
        let (ignored, hidden) = match search.asks_for_names() {
            true => ("ignored folders and binary files", "hidden folders"),
            false => ("ignored and binary files", "hidden ones"),
        };
        leads.insert(
            0,
            format!(
                "{name} -r also reads {ignored}, unlike the Grep tool; rg skips {hidden} too{part}"
            ),
        );
    }
    let better = case.in_folder_of(command, format!("{rights}{}", search.render()));
    let lead = lead_for(better.as_deref().unwrap_or_default(), &leads);
    Some(Advice::with_rewrite(lead, better, plain))
}

/// The same for a machine without ripgrep, if git can do it.
fn advise_git_grep(case: &Case, command: &Command) -> Option<Advice> {
    // git refuses to work in a repository of another user.
    if !has_git(case, command) || !rights(case, command)?.is_empty() {
        return None;
    }
    let look_up = |word: &Word| place::of(case, command, word);
    let better = git_grep::of_grep(command, &look_up, reader::of(case.script()?, command))?;
    let better = case.in_folder_of(command, better).filter(|_| !misses_alternatives(case, command));
    let skips_binary = git_grep::skips_binary_files(command);
    let left_out = if skips_binary { "ignored and binary files" } else { "ignored files" };
    let plain = format!("git grep --untracked skips {left_out}, which grep -r reads");
    let lead = format!("{}{}", git_lead(skips_binary, false), part_of(case, &[command]));
    Some(Advice::with_rewrite(lead, better, plain))
}
