//! What git commands ask of a person: a message, a list, answers.

use crate::rules::book::git::support::call::before;
use crate::rules::book::git::support::command::Git;
use crate::rules::case::Case;
use crate::shell::Command;
use crate::shell::options::Item;

/// What a command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The message of a commit.
    Message,
    /// A new message for the last commit.
    Amend,
    /// The message of a tag.
    TagMessage,
    /// An edit of the list of a rebase.
    TodoList,
    /// The message of the commit that resolves a conflict, before the operation goes on.
    Continue,
    /// A message, because `--edit` was given.
    EditOption,
    /// A message, if git runs at a terminal or is an older version.
    AtTerminal,
    /// An edit of a patch.
    Patch,
    /// Answers, hunk by hunk.
    Answers,
    /// A note.
    Note,
    /// An edit of git's configuration, or of the description of a branch.
    Settings,
    /// Something in an editor, as git complains.
    Something,
}

impl Ask {
    /// What `command` asks for, as far as its words say.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        let git = Git::of(command)?;
        let has = |short, long| git.has(short, long);
        if has('h', "help") {
            return None;
        }
        let goes_on = git.has_long("continue").then_some(Self::Continue);
        match git.sub {
            "commit" => commit(&git),
            "rebase" if has('i', "interactive") => Some(Self::TodoList),
            "rebase" => goes_on,
            "merge" | "cherry-pick" => goes_on.or(has('e', "edit").then_some(Self::EditOption)),
            "revert" => {
                let ends = ["no-edit", "abort", "quit", "skip"].iter().any(|how| git.has_long(how));
                let opens = if has('e', "edit") { Self::EditOption } else { Self::AtTerminal };
                goes_on.or((!ends && !has('n', "no-commit")).then_some(opens))
            }
            "tag" => {
                let makes = has('a', "annotate") || has('s', "sign") || has('u', "local-user");
                let given = has('m', "message")
                    || has('F', "file")
                    || has('d', "delete")
                    || has('l', "list");
                (makes && !given && !is_open(&git)).then_some(Self::TagMessage)
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
            "notes" => {
                let makes =
                    git.operands().first().is_some_and(|verb| verb.is("add") || verb.is("append"));
                let given = has('m', "message")
                    || has('F', "file")
                    || has('C', "reuse-message")
                    || has('c', "reedit-message");
                (makes && !given && !is_open(&git)).then_some(Self::Note)
            }
            "config" => has('e', "edit").then_some(Self::Settings),
            "branch" => git.has_long("edit-description").then_some(Self::Settings),
            _ => None,
        }
    }

    /// What `command` asks for, where git complains of an editor.
    pub(crate) fn by_complaint(command: &Command) -> Option<Self> {
        let git = Git::of(command)?;
        match git.sub {
            "merge" | "pull" => Some(Self::AtTerminal),
            "reset" | "add" | "stage" | "stash" | "clean" | "checkout" | "restore" => None,
            _ => Some(Self::Something),
        }
    }

    /// Whether git prints something when such a command succeeds.
    pub(crate) fn reports_success(self) -> bool {
        matches!(self, Self::Message | Self::Amend | Self::TodoList | Self::Continue)
    }
}

/// What `git commit` asks for: `-c`, `-t` and `--squash` only begin a message.
fn commit(git: &Git) -> Option<Ask> {
    if git.has('p', "patch") || git.has_long("interactive") {
        return Some(Ask::Answers);
    }
    let fixes = git.items.iter().any(|item| match item {
        Item::Long("fixup", Some(value)) => {
            !value.text.starts_with("amend:") && !value.text.starts_with("reword:")
        }
        _ => false,
    });
    let is_given =
        git.has('m', "message") || git.has('F', "file") || git.has('C', "reuse-message") || fixes;
    let needs_none = ["no-edit", "dry-run", "short", "porcelain", "long"]
        .iter()
        .any(|option| git.has_long(option));
    if needs_none || (is_given && !git.has('e', "edit")) || is_open(git) {
        return None;
    }
    Some(if git.has_long("amend") { Ask::Amend } else { Ask::Message })
}

/// Whether a variable may hold the missing options: `git commit $ARGS`.
fn is_open(git: &Git) -> bool {
    git.operands().iter().any(|word| word.expands)
}

/// Whether the call itself names the editor, or feeds the answers.
pub(crate) fn brings_editor(case: &Case, command: &Command, ask: Ask) -> bool {
    const VARIABLES: [&str; 5] =
        ["GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "EDITOR", "VISUAL", "GIT_MERGE_AUTOEDIT"];
    const SETTINGS: [&str; 2] = ["core.editor", "sequence.editor"];
    let is_variable = |text: &str| text.split('=').next().is_some_and(|n| VARIABLES.contains(&n));
    let is_setting = |text: &str| {
        let name = text.split('=').next().unwrap_or_default().to_ascii_lowercase();
        SETTINGS.contains(&name.as_str())
    };
    let assigns = |command: &Command| command.assignments.iter().any(|(name, _)| is_variable(name));
    let is_fed = command.reads_pipe
        || command.redirections.iter().any(|redirection| redirection.gives_stdin());
    (is_fed && ask == Ask::Answers)
        || assigns(command)
        || command.args.iter().any(|word| is_setting(&word.text))
        || before(case, command).any(|other| {
            assigns(other)
                || other.args.iter().any(|word| is_variable(&word.text) || is_setting(&word.text))
        })
}
