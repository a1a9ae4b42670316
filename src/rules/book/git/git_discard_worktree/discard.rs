//! What a git command takes from the work tree or the stash, as far as its words and its output
//! say.

use crate::base::read;
use crate::rules::book::git::support::command::Git;
use crate::rules::book::git::support::output::printed;
use crate::rules::case::Case;
use crate::rules::rewrite::find::IGNORED_PARTS;
use crate::rules::trigger::{Check, Miss, check};
use crate::shell::{Command, Redirection, Word};

/// How work is discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Files get another content.
    Overwrite,
    /// A branch is switched to in spite of changes.
    Switch,
    /// Untracked files are deleted.
    Clean,
    /// One stash is dropped.
    DropStash,
    /// All stashes are dropped.
    ClearStash,
    /// A linked work tree is removed in spite of changes.
    RemoveTree,
}

/// What a command discards.
#[derive(Debug)]
pub(crate) struct Discard<'c> {
    pub(crate) how: How,
    /// What the command names; nothing for the whole work tree.
    pub(crate) paths: Vec<&'c Word>,
    /// The command.
    pub(crate) git: Git<'c>,
}

impl<'c> Discard<'c> {
    /// What `command` discards; a miss where that is nothing, or not known.
    pub(crate) fn of(case: &Case, command: &'c Command) -> Check<Self> {
        let git = Git::of(command).ok_or(Miss::No)?;
        if git.has('h', "help") {
            return Err(Miss::No);
        }
        let (how, paths) = match git.sub {
            "checkout" => checkout(case, command)?,
            "restore" => restore(command)?,
            "switch" => switch(command)?,
            "clean" => clean(case, command)?,
            "stash" => stash(&git)?,
            "checkout-index" => checkout_index(&git)?,
            "worktree" => worktree(&git)?,
            _ => return Err(Miss::No),
        };
        Ok(Self { how, paths, git })
    }

    /// Whether it takes more than single files or folders.
    pub(crate) fn is_whole(&self) -> bool {
        const WHOLE: [&str; 8] = [".", "./", "..", "../", ":/", ":(top)", "*", "**"];
        self.paths.is_empty() || self.paths.iter().any(|word| WHOLE.contains(&word.text.as_str()))
    }

    /// Whether it overwrites what is staged, too: it takes the files from a commit, into the index as
    /// well.
    pub(crate) fn takes_staged(&self) -> bool {
        match self.git.sub {
            "restore" => self.git.has('S', "staged"),
            "checkout" => self.git.operands().len() > self.paths.len(),
            _ => false,
        }
    }

    /// Whether programs make everything that it names.
    pub(crate) fn is_generated(&self) -> bool {
        !self.paths.is_empty() && self.paths.iter().all(|word| is_generated(&word.text))
    }

    /// What it names as it was written, each with a space before it.
    pub(crate) fn path_text(&self) -> String {
        self.paths.iter().map(|word| format!(" {}", word.raw)).collect()
    }
}

/// Whether a program makes the file again: lock files and build output.
fn is_generated(path: &str) -> bool {
    const LOCKS: [&str; 6] = [".lock", "-lock.json", "-lock.yaml", ".lockb", ".lockfile", "go.sum"];
    LOCKS.iter().any(|ending| path.ends_with(ending)) || is_build_output(path)
}

/// Whether a part of `path` is a folder that builds and installs write.
fn is_build_output(path: &str) -> bool {
    const MORE: [&str; 6] =
        [".pytest_cache", ".mypy_cache", ".ruff_cache", ".turbo", ".nuxt", ".tox"];
    path.split('/').any(|part| IGNORED_PARTS.contains(&part) || MORE.contains(&part))
}

/// Misses where an option of checkout or restore keeps it from overwriting just any work.
fn check_blind(git: &Git) -> Check<()> {
    if git.has('p', "patch") {
        return Err(Miss::Near("it asks for every hunk"));
    }
    if git.has('2', "ours") || git.has('3', "theirs") || git.has_long("conflict") {
        return Err(Miss::Near("it resolves a conflict"));
    }
    // `-m` restores the conflict, or takes the changes along to the other branch.
    if git.has('m', "merge") {
        return Err(Miss::Near("it merges what was changed"));
    }
    if git.has_long("pathspec-from-file") {
        return Err(Miss::Near("the files are not known"));
    }
    Ok(())
}

fn checkout<'c>(case: &Case, command: &'c Command) -> Check<(How, Vec<&'c Word>)> {
    let git = Git::of(command).ok_or(Miss::No)?;
    check_blind(&git)?;
    let mut after_dashes = git.own.iter().skip_while(|word| !word.is("--")).skip(1).peekable();
    if after_dashes.peek().is_some() {
        return Ok((How::Overwrite, after_dashes.collect()));
    }
    let overwrite = |paths: &[&'c Word]| Ok((How::Overwrite, paths.to_vec()));
    let switch = || check(git.has('f', "force")).map(|()| (How::Switch, Vec::new()));
    // Without `--`, git prints how many files it wrote.
    let quiet = git.has('q', "quiet");
    let written = full_output(case, command, quiet)
        .map(|text| (written_files(&text), text.contains(" from the index")));
    let operands = git.operands();
    let names_folder = operands.iter().any(|word| matches!(word.text.as_str(), "." | "./" | ":/"));
    match (operands.as_slice(), written) {
        (_, Some((Some(0), _))) => Err(Miss::Near("it changed nothing")),
        ([], _) => switch(),
        (one @ [_], Some((Some(_), _))) => overwrite(one),
        (one @ [_], _) if names_folder => overwrite(one),
        // A branch or a file: where the output is not known, an existing file with an extension
        // counts as one.
        (one @ [word], None) if is_file(case, word) => overwrite(one),
        ([_], _) => switch(),
        (all, Some((Some(_), true))) => overwrite(all),
        // The first may be a commit.
        (all @ [first, ..], _)
            if (names_folder && first.text.starts_with('.')) || is_file(case, first) =>
        {
            overwrite(all)
        }
        ([_, rest @ ..], _) => overwrite(rest),
    }
}

/// Whether a word names an existing file with an extension that no branch has: `a.rs`, not `v1.2`.
fn is_file(case: &Case, word: &Word) -> bool {
    let Some(path) = word.literal() else { return false };
    let Some((_, extension)) = path.rsplit_once('.') else { return false };
    extension.starts_with(|c: char| c.is_ascii_alphabetic())
        && extension.chars().all(|c| c.is_ascii_alphanumeric())
        && case.environment.absolute(path).is_some_and(|path| read::is_file(&path))
}

fn restore(command: &Command) -> Check<(How, Vec<&Word>)> {
    let git = Git::of(command).ok_or(Miss::No)?;
    check_blind(&git)?;
    let paths = git.operands();
    if paths.is_empty() {
        return Err(Miss::No);
    }
    if git.has('S', "staged") && !git.has('W', "worktree") {
        return Err(Miss::Near("it only removes from the index"));
    }
    Ok((How::Overwrite, paths))
}

fn switch(command: &Command) -> Check<(How, Vec<&Word>)> {
    let git = Git::of(command).ok_or(Miss::No)?;
    check(git.has('f', "force") || git.has_long("discard-changes"))?;
    Ok((How::Switch, Vec::new()))
}

fn clean<'c>(case: &Case, command: &'c Command) -> Check<(How, Vec<&'c Word>)> {
    let git = Git::of(command).ok_or(Miss::No)?;
    check(git.has('f', "force"))?;
    if git.has('n', "dry-run") || git.has('i', "interactive") {
        return Err(Miss::Near("it only shows or asks"));
    }
    if git.has_short('X') {
        return Err(Miss::Near("it deletes ignored files only"));
    }
    if let Some(text) = full_output(case, command, git.has('q', "quiet")) {
        let mut removed =
            text.lines().filter_map(|line| line.trim().strip_prefix("Removing ")).peekable();
        if removed.peek().is_none() {
            return Err(Miss::Near("it deleted nothing"));
        }
        if removed.all(is_build_output) {
            return Err(Miss::Near("it deleted build output only"));
        }
    }
    Ok((How::Clean, git.operands()))
}

/// `git checkout-index -f` writes the index over files.
fn checkout_index<'c>(git: &Git<'c>) -> Check<(How, Vec<&'c Word>)> {
    let paths = git.operands();
    let elsewhere = git.has_long("prefix") || git.has_long("temp") || git.has('n', "no-create");
    check(git.has('f', "force") && !elsewhere)?;
    check(git.has('a', "all") || !paths.is_empty())?;
    Ok((How::Overwrite, paths))
}

fn worktree<'c>(git: &Git<'c>) -> Check<(How, Vec<&'c Word>)> {
    let operands = git.operands();
    match operands.split_first() {
        Some((verb, paths)) if verb.is("remove") && git.has('f', "force") => {
            Ok((How::RemoveTree, paths.to_vec()))
        }
        _ => Err(Miss::No),
    }
}

fn stash<'c>(git: &Git<'c>) -> Check<(How, Vec<&'c Word>)> {
    let operands = git.operands();
    let (verb, rest) = operands.split_first().ok_or(Miss::No)?;
    if verb.is("drop") {
        Ok((How::DropStash, rest.to_vec()))
    } else if verb.is("clear") {
        Ok((How::ClearStash, Vec::new()))
    } else {
        Err(Miss::No)
    }
}

/// What the call printed, if everything that `command` printed must be in it.
fn full_output(case: &Case, command: &Command, quiet: bool) -> Option<String> {
    let keeps_errors = |redirection: &Redirection| {
        redirection.fd != Some(2) || (redirection.operator == ">&" && redirection.target.is("1"))
    };
    let is_full = command.shows_output() && command.redirections.iter().all(keeps_errors);
    (is_full && !quiet && !case.in_background()).then(|| printed(case))
}

/// How many files checkout reports to have written: `Updated 2 paths from the index`.
fn written_files(text: &str) -> Option<u32> {
    let counts = text.lines().filter_map(|line| {
        let (count, rest) = line.trim().strip_prefix("Updated ")?.split_once(' ')?;
        let count = count.parse::<u32>().ok()?;
        rest.starts_with("path").then_some(count)
    });
    counts.fold(None, |sum: Option<u32>, count| Some(sum.unwrap_or(0).saturating_add(count)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::environment::Environment;
    use crate::protocol::client::Client;
    use crate::protocol::event::Event;

    /// What a command that prints `printed` discards in a folder with the files `a.rs` and `v1.2`.
    fn discards(text: &str, printed: &str) -> Option<(How, Vec<String>)> {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.rs", "v1.2"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let event = serde_json::json!({
            "hook_event_name": "PostToolUse",
            "tool_name": "Bash",
            "tool_input": { "command": text },
            "tool_response": { "stdout": printed },
        })
        .to_string();
        let event = Event::parse(&event).unwrap();
        let environment = Environment::new(Client::Claude(None), folder.path().to_str());
        let case = Case::new(&event, environment, None);
        let command = case.commands().next().unwrap();
        let Discard { how, paths, .. } = Discard::of(&case, command).ok()?;
        Some((how, paths.iter().map(|word| word.text.clone()).collect()))
    }

    #[test]
    fn paths_are_distinguished_from_branches() {
        let overwrites = |paths: &[&str]| {
            Some((How::Overwrite, paths.iter().map(|p| (*p).to_owned()).collect()))
        };
        for (text, printed, expected) in [
            ("git checkout -q a.rs", "", overwrites(&["a.rs"])),
            ("git checkout a.rs 2>/dev/null", "", overwrites(&["a.rs"])),
            ("git checkout -q v1.2", "", None),
            ("git checkout -q b.rs", "", None),
            ("git checkout a.rs", "", None),
            ("git checkout gone.rs", "Updated 1 path from the index", overwrites(&["gone.rs"])),
            ("git checkout a.rs", "Updated 0 paths from the index", None),
            (
                "git checkout a.rs c.rs",
                "Updated 2 paths from the index",
                overwrites(&["a.rs", "c.rs"]),
            ),
            (
                "git checkout main a.rs c.rs",
                "Updated 2 paths from f00ba12",
                overwrites(&["a.rs", "c.rs"]),
            ),
            ("git checkout main -- a.rs", "", overwrites(&["a.rs"])),
            ("git checkout main .", "", overwrites(&["."])),
            ("git checkout . a.rs", "", overwrites(&[".", "a.rs"])),
            ("git checkout main --", "Switched to branch 'main'", None),
            ("git checkout -fb topic", "", Some((How::Switch, vec![]))),
            ("git restore -s main a.rs", "", overwrites(&["a.rs"])),
            ("git restore --staged a.rs", "", None),
            ("git switch -C topic main", "", None),
            (
                "git clean -fd docs",
                "Removing docs/x\n",
                Some((How::Clean, vec!["docs".to_owned()])),
            ),
            ("git stash drop stash@{1}", "", Some((How::DropStash, vec!["stash@{1}".to_owned()]))),
            ("git stash show drop", "", None),
        ] {
            assert_eq!(discards(text, printed), expected, "{text}");
        }
    }
}
