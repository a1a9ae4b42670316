//! What a git command takes from the work tree or the stash, as far as its words and its output
//! tell.

use crate::rules::book::git::{Git, printed};
use crate::rules::case::Case;
use crate::rules::legacy::Verdict;
use crate::rules::rewrite::find::IGNORED_PARTS;
use crate::shell::options::Spec;
use crate::shell::{Command, Redirection, Word};

/// How work goes.
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
    /// All of them are.
    ClearStash,
}

/// Something that a command discards.
#[derive(Debug)]
pub(crate) struct Discard<'c> {
    pub(crate) how: How,
    /// What it names; nothing for the whole work tree.
    pub(crate) paths: Vec<&'c Word>,
}

impl<'c> Discard<'c> {
    /// What `command` discards.
    ///
    /// # Errors
    /// The verdict where it discards nothing, or nothing that is known.
    pub(crate) fn of(case: &Case, command: &'c Command) -> Result<Self, Verdict> {
        let git = Git::of(command, Spec::FLAGS_ONLY).ok_or(Verdict::No)?;
        if git.has(Some('h'), "help") {
            return Err(Verdict::No);
        }
        match git.sub {
            "checkout" => checkout(case, command),
            "restore" => restore(command),
            "switch" => switch(command),
            "clean" => clean(case, command),
            "stash" => stash(&git),
            _ => Err(Verdict::No),
        }
    }

    /// Whether it is more than single files or folders.
    pub(crate) fn is_whole(&self) -> bool {
        const WHOLE: [&str; 8] = [".", "./", "..", "../", ":/", ":(top)", "*", "**"];
        self.paths.is_empty() || self.paths.iter().any(|word| WHOLE.contains(&word.text.as_str()))
    }

    /// Whether all that it names is made by programs.
    pub(crate) fn is_generated(&self) -> bool {
        !self.paths.is_empty() && self.paths.iter().all(|word| is_generated(&word.text))
    }
}

/// Lock files and build output: a program makes them anew.
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

/// Options of checkout, restore and switch with a value.
const CHOOSE: Spec = Spec {
    short: "bBcCs",
    long: &["orphan", "source", "conflict", "pathspec-from-file"],
    ..Spec::FLAGS_ONLY
};

/// The words of `own` in front of `--`, and those after it if there is one.
fn split(own: &[Word]) -> (&[Word], Option<&[Word]>) {
    match own.iter().position(|word| word.is("--")) {
        Some(at) => (own.get(..at).unwrap_or_default(), own.get(at + 1..)),
        None => (own, None),
    }
}

/// The options of checkout or restore by which it does not overwrite work blindly.
fn is_choosy(git: &Git) -> Option<&'static str> {
    if git.has(Some('p'), "patch") {
        return Some("it asks for every hunk");
    }
    if git.has(Some('2'), "ours") || git.has(Some('3'), "theirs") || git.has(None, "conflict") {
        return Some("it resolves a conflict");
    }
    // `-m` makes the conflict anew, or takes the changes along to the other branch.
    if git.has(Some('m'), "merge") {
        return Some("it merges what was changed");
    }
    git.has(None, "pathspec-from-file").then_some("the files are not known")
}

fn checkout<'c>(case: &Case, command: &'c Command) -> Result<Discard<'c>, Verdict> {
    let git = Git::of(command, CHOOSE).ok_or(Verdict::No)?;
    if let Some(because) = is_choosy(&git) {
        return Err(Verdict::Near(because));
    }
    let own = command.args.get(git.globals.len() + 1..).unwrap_or_default();
    if let (_, Some(after)) = split(own)
        && !after.is_empty()
    {
        return overwrite(after.iter().collect());
    }
    let forced = match git.has(Some('f'), "force") {
        true => Ok(Discard { how: How::Switch, paths: Vec::new() }),
        false => Err(Verdict::No),
    };
    // Without `--`, git tells how many files it wrote.
    let quiet = git.has(Some('q'), "quiet");
    let written =
        seen(case, command, quiet).map(|text| (written(&text), text.contains(" from the index")));
    let operands = git.operands();
    let dotted = operands.iter().any(|word| matches!(word.text.as_str(), "." | "./" | ":/"));
    match (operands.as_slice(), written) {
        (_, Some((Some(0), _))) => Err(Verdict::Near("it changed nothing")),
        ([], _) => forced,
        ([one], Some((Some(_), _))) => overwrite(vec![*one]),
        ([one], _) if dotted => overwrite(vec![*one]),
        // A branch or a file: an existing file with an ending is taken for one where the output is
        // not seen.
        ([one], None) if is_file(case, one) => overwrite(vec![*one]),
        ([_], _) => forced,
        (all, Some((Some(_), true))) => overwrite(all.to_vec()),
        // The first may be a commit.
        ([first, ..], _) if (dotted && first.text.starts_with('.')) || is_file(case, first) => {
            overwrite(operands.clone())
        }
        ([_, rest @ ..], _) => overwrite(rest.to_vec()),
    }
}

fn overwrite(paths: Vec<&Word>) -> Result<Discard<'_>, Verdict> {
    Ok(Discard { how: How::Overwrite, paths })
}

/// Whether a word names an existing file whose name ends as no branch does: `a.rs`, not `v1.2`.
fn is_file(case: &Case, word: &Word) -> bool {
    let Some(path) = word.literal() else { return false };
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.starts_with(|c: char| c.is_ascii_alphabetic())
        && ending.chars().all(|c| c.is_ascii_alphanumeric())
        && case.environment.absolute(path).is_some_and(|path| path.is_file())
}

fn restore(command: &Command) -> Result<Discard<'_>, Verdict> {
    let git = Git::of(command, CHOOSE).ok_or(Verdict::No)?;
    if let Some(because) = is_choosy(&git) {
        return Err(Verdict::Near(because));
    }
    let paths = git.operands();
    if paths.is_empty() {
        return Err(Verdict::No);
    }
    if git.has(Some('S'), "staged") && !git.has(Some('W'), "worktree") {
        return Err(Verdict::Near("it only takes out of the index"));
    }
    overwrite(paths)
}

fn switch(command: &Command) -> Result<Discard<'_>, Verdict> {
    let git = Git::of(command, CHOOSE).ok_or(Verdict::No)?;
    match git.has(Some('f'), "force") || git.has(None, "discard-changes") {
        true => Ok(Discard { how: How::Switch, paths: Vec::new() }),
        false => Err(Verdict::No),
    }
}

fn clean<'c>(case: &Case, command: &'c Command) -> Result<Discard<'c>, Verdict> {
    let spec = Spec { short: "e", long: &["exclude"], ..Spec::FLAGS_ONLY };
    let git = Git::of(command, spec).ok_or(Verdict::No)?;
    if !git.has(Some('f'), "force") {
        return Err(Verdict::No);
    }
    if git.has(Some('n'), "dry-run") || git.has(Some('i'), "interactive") {
        return Err(Verdict::Near("it only shows or asks"));
    }
    if git.has(Some('X'), "") {
        return Err(Verdict::Near("it deletes ignored files only"));
    }
    if let Some(text) = seen(case, command, git.has(Some('q'), "quiet")) {
        let mut removed =
            text.lines().filter_map(|line| line.trim().strip_prefix("Removing ")).peekable();
        if removed.peek().is_none() {
            return Err(Verdict::Near("it deleted nothing"));
        }
        if removed.all(is_build_output) {
            return Err(Verdict::Near("it deleted build output only"));
        }
    }
    Ok(Discard { how: How::Clean, paths: git.operands() })
}

fn stash<'c>(git: &Git<'c>) -> Result<Discard<'c>, Verdict> {
    let operands = git.operands();
    match operands.split_first() {
        Some((verb, rest)) if verb.is("drop") => {
            Ok(Discard { how: How::DropStash, paths: rest.to_vec() })
        }
        Some((verb, _)) if verb.is("clear") => {
            Ok(Discard { how: How::ClearStash, paths: Vec::new() })
        }
        _ => Err(Verdict::No),
    }
}

/// What the call printed, if that must hold what `command` has to say.
fn seen(case: &Case, command: &Command, quiet: bool) -> Option<String> {
    let keeps_errors = |redirection: &Redirection| {
        redirection.fd != Some(2) || (redirection.operator == ">&" && redirection.target.is("1"))
    };
    let all = command.shows_output() && command.redirections.iter().all(keeps_errors);
    (all && !quiet && !case.in_background()).then(|| printed(case))
}

/// How many files checkout says to have written: `Updated 2 paths from the index`.
fn written(text: &str) -> Option<u32> {
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

    /// What a command discards in a folder with the files `a.rs` and `v1.2`, its output being
    /// `printed`.
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
        let found = Discard::of(&case, command).ok()?;
        Some((found.how, found.paths.iter().map(|word| word.text.clone()).collect()))
    }

    #[test]
    fn paths_are_told_from_branches() {
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
