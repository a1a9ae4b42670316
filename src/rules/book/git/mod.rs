//! git: what takes too much along, skips checks, or loses work.

pub(crate) mod commit_hook_failed;
pub(crate) mod git_add_all;
pub(crate) mod git_amend_pushed;
pub(crate) mod git_discard_worktree;
pub(crate) mod git_interactive;
pub(crate) mod git_merge_conflict;
pub(crate) mod git_no_verify;
pub(crate) mod git_push_force;
pub(crate) mod git_push_rejected;
pub(crate) mod git_reset_hard;
pub(crate) mod support;

use crate::rules::case::Case;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// Options of `git commit` with a value.
const COMMIT: Spec = Spec {
    short: "mFCct",
    attached: "uS",
    long: &[
        "message",
        "file",
        "author",
        "date",
        "template",
        "fixup",
        "squash",
        "reuse-message",
        "trailer",
        "cleanup",
    ],
};

/// Options of `git push` with a value.
const PUSH: Spec = Spec {
    short: "o",
    long: &["push-option", "repo", "receive-pack", "exec", "recurse-submodules"],
    ..Spec::FLAGS_ONLY
};

/// How much of an output or error is searched, bytes. Claude Code cuts an error to 10,000
/// characters.
const SEARCHED_BYTES: usize = 16 << 10;

/// A git call taken apart.
struct Git<'c> {
    sub: &'c str,
    globals: &'c [Word],
    items: Vec<Item<'c>>,
}

impl<'c> Git<'c> {
    fn of(command: &'c Command, spec: Spec) -> Option<Self> {
        let (at, sub) = options::subcommand("git", &command.args)?;
        let items = options::read(command.args.get(at + 1..)?, spec);
        Some(Self { sub, globals: command.args.get(..at)?, items })
    }

    fn has(&self, short: Option<char>, long: &str) -> bool {
        options::has(&self.items, short, long)
    }

    fn operands(&self) -> Vec<&'c Word> {
        options::operands(&self.items)
    }

    /// The options before the sub-command as they were written, each with a space after it.
    fn global_text(&self) -> String {
        self.globals.iter().map(|word| format!("{} ", word.raw)).collect()
    }
}

/// The sub-command of a git command.
fn subcommand(command: &Command) -> Option<&str> {
    if command.is("git") {
        options::subcommand("git", &command.args).map(|(_, sub)| sub)
    } else {
        None
    }
}

/// What the call printed, or its error.
fn printed(case: &Case) -> String {
    if !case.event.succeeded() {
        return case.event.error_text(SEARCHED_BYTES);
    }
    let result = case.event.shell();
    [result.stdout.head(SEARCHED_BYTES), result.stderr.head(SEARCHED_BYTES)].join("\n")
}

/// Whether the call went to another folder from which the shell is back: what is said of a command
/// there would run elsewhere now.
fn has_returned(case: &Case) -> bool {
    let keeps = case.environment.client.keeps_directory();
    case.commands().any(|other| {
        matches!(other.program.as_str(), "cd" | "pushd") && (other.in_subshell || !keeps)
    })
}

/// Whether git tells of a commit that it made: `[main 1234567] title`.
fn tells_of_commit(text: &str) -> bool {
    text.lines().any(|line| {
        let head =
            line.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map(|(head, _)| head);
        let hash = head.and_then(|head| head.rsplit_once(' ')).map_or("", |(_, hash)| hash);
        hash.len() >= 7 && hash.chars().all(|c| c.is_ascii_hexdigit())
    })
}

/// The commands of the call before this one.
fn before<'c>(case: &'c Case, command: &'c Command) -> impl Iterator<Item = &'c Command> {
    case.commands().take_while(move |other| other.id != command.id)
}

/// The repository was made just now, in this call or before its first commit: all of it is wanted.
fn is_fresh(case: &Case) -> bool {
    makes_repository(case, "init")
        || makes_repository(case, "clone")
        || case.environment.is_fresh_repository()
}

/// Whether the call itself makes a repository by `git init` or `git clone`.
fn makes_repository(case: &Case, how: &str) -> bool {
    case.commands().any(|command| subcommand(command) == Some(how))
}

/// A clone under a temporary folder, or one that this very call made.
fn is_throw_away(case: &Case, git: &Git) -> bool {
    if makes_repository(case, "clone") || makes_repository(case, "init") {
        return true;
    }
    let mut globals = git.globals.iter();
    let named = globals.find(|word| word.is("-C")).and_then(|_| globals.next());
    let moved =
        case.script().and_then(|script| script.commands.first()).filter(|first| first.is("cd"));
    match named.or_else(|| moved.and_then(|cd| cd.args.first())) {
        Some(word) if word.expands => word.raw.contains("mktemp") || word.raw.contains("TMP"),
        Some(word) => case
            .environment
            .absolute(&word.text)
            .is_some_and(|path| case.environment.is_aside(&path)),
        None => case.environment.cwd().is_some_and(|cwd| case.environment.is_aside(cwd)),
    }
}

/// `git stash` in a form that stashes, or a commit.
fn saves_work(command: &Command) -> bool {
    let spec = Spec { short: "m", long: &["message"], ..Spec::FLAGS_ONLY };
    let Some(git) = Git::of(command, spec).filter(|_| command.is("git")) else { return false };
    match git.sub {
        "stash" => {
            git.operands().first().is_none_or(|word| matches!(word.text.as_str(), "push" | "save"))
        }
        "commit" => !git.has(None, "dry-run"),
        _ => false,
    }
}
