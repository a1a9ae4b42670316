//! What git commands ask of a person: a message, a list, answers.

use crate::rules::book::git::{COMMIT, Git, before, subcommand};
use crate::rules::case::Case;
use crate::shell::Command;
use crate::shell::options::{Item, Spec};

/// What a command wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The message of a commit.
    Message,
    /// A new message for the last commit.
    Amend,
    /// The message of a tag.
    Note,
    /// An edit of the list of a rebase.
    List,
    /// The message with which it goes on after a conflict.
    Continue,
    /// A message, which is asked for by option only.
    Wish,
    /// A message, which git asks for only at a terminal, or used to.
    Maybe,
    /// An edit of a patch.
    Patch,
    /// Answers, hunk by hunk.
    Answers,
}

impl Ask {
    /// What `command` wants, as far as its words tell.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        let sub = subcommand(command)?;
        let git = Git::of(command, spec(sub))?;
        let has = |short, long| git.has(Some(short), long);
        if has('h', "help") {
            return None;
        }
        let goes_on = git.has(None, "continue").then_some(Self::Continue);
        match sub {
            "commit" => commit(&git),
            "rebase" if has('i', "interactive") => Some(Self::List),
            "rebase" => goes_on,
            "merge" | "cherry-pick" => goes_on.or(has('e', "edit").then_some(Self::Wish)),
            "revert" => {
                let ends =
                    ["no-edit", "abort", "quit", "skip"].iter().any(|how| git.has(None, how));
                let opens = if has('e', "edit") { Self::Wish } else { Self::Maybe };
                goes_on.or((!ends && !has('n', "no-commit")).then_some(opens))
            }
            "tag" => {
                let made = has('a', "annotate") || has('s', "sign") || has('u', "local-user");
                let given = has('m', "message")
                    || has('F', "file")
                    || has('d', "delete")
                    || has('l', "list");
                (made && !given && !is_open(&git)).then_some(Self::Note)
            }
            "add" | "stage" if has('n', "dry-run") => None,
            "add" | "stage" if has('e', "edit") => Some(Self::Patch),
            "add" | "stage" => {
                (has('i', "interactive") || has('p', "patch")).then_some(Self::Answers)
            }
            "clean" => has('i', "interactive").then_some(Self::Answers),
            // `git stash show -p` prints a patch.
            "stash" => {
                let verb = git.operands().first().map_or("push", |word| word.text.as_str());
                (has('p', "patch") && matches!(verb, "push" | "save")).then_some(Self::Answers)
            }
            "checkout" | "restore" | "reset" => has('p', "patch").then_some(Self::Answers),
            _ => None,
        }
    }

    /// Whether git prints something when such a command succeeds.
    pub(crate) fn tells_success(self) -> bool {
        matches!(self, Self::Message | Self::Amend | Self::List | Self::Continue)
    }
}

/// Options of a sub-command with a value.
fn spec(sub: &str) -> Spec {
    match sub {
        "commit" => COMMIT,
        "rebase" => Spec {
            short: "xsXO",
            attached: "CS",
            long: &["exec", "strategy", "strategy-option", "onto"],
        },
        "merge" => Spec {
            short: "mFsX",
            attached: "S",
            long: &["message", "file", "strategy", "strategy-option", "cleanup", "into-name"],
        },
        "revert" | "cherry-pick" => Spec {
            short: "mX",
            attached: "S",
            long: &["mainline", "strategy", "strategy-option", "cleanup"],
        },
        "tag" => Spec {
            short: "mFu",
            attached: "n",
            long: &["message", "file", "local-user", "cleanup"],
        },
        "stash" => Spec { short: "m", long: &["message"], ..Spec::FLAGS_ONLY },
        _ => Spec::FLAGS_ONLY,
    }
}

/// What `git commit` wants: `-c`, `-t` and `--squash` only begin a message.
fn commit(git: &Git) -> Option<Ask> {
    let has = |short, long| git.has(Some(short), long);
    if has('p', "patch") || git.has(None, "interactive") {
        return Some(Ask::Answers);
    }
    let fixes = git.items.iter().any(|item| match item {
        Item::Long("fixup", Some(value)) => {
            !value.text.starts_with("amend:") && !value.text.starts_with("reword:")
        }
        _ => false,
    });
    let given = has('m', "message") || has('F', "file") || has('C', "reuse-message") || fixes;
    let shows = ["no-edit", "dry-run", "short", "porcelain", "long"]
        .iter()
        .any(|option| git.has(None, option));
    if shows || (given && !has('e', "edit")) || is_open(git) {
        return None;
    }
    Some(if git.has(None, "amend") { Ask::Amend } else { Ask::Message })
}

/// Whether a variable may hold the options that were looked for: `git commit $ARGS`.
fn is_open(git: &Git) -> bool {
    git.operands().iter().any(|word| word.expands)
}

/// Whether the call itself says what edits, or feeds the answers.
pub(crate) fn brings_editor(case: &Case, command: &Command, ask: Ask) -> bool {
    const NAMES: [&str; 5] =
        ["GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "EDITOR", "VISUAL", "GIT_MERGE_AUTOEDIT"];
    let names = |text: &str| text.split('=').next().is_some_and(|name| NAMES.contains(&name));
    let sets = |text: &str| {
        let name = text.split('=').next().unwrap_or_default().to_ascii_lowercase();
        matches!(name.as_str(), "core.editor" | "sequence.editor")
    };
    let fed = command.reads_pipe
        || command.redirections.iter().any(|redirection| redirection.gives_stdin());
    (fed && ask == Ask::Answers)
        || command.assignments.iter().any(|(name, _)| names(name))
        || command.args.iter().any(|word| sets(&word.text))
        || before(case, command).any(|other| {
            other.assignments.iter().any(|(name, _)| names(name))
                || other.args.iter().any(|word| names(&word.text) || sets(&word.text))
        })
}
