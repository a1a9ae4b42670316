//! git: what takes too much along, skips checks, or loses work.

mod overwriting;
mod staging;
mod unchecked;

use crate::case::Case;
use crate::rule::Rule;
use crate::shell::options::{self, Item, Spec};
use crate::shell::{Command, Word};

pub(super) const RULES: &[Rule] = &[
    staging::GIT_ADD_ALL,
    unchecked::GIT_NO_VERIFY,
    overwriting::GIT_PUSH_FORCE,
    overwriting::GIT_RESET_HARD,
];

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
}

/// The repository was made just now, in this call or before its first commit: all of it is wanted.
fn is_fresh(case: &Case) -> bool {
    makes_repository(case, "init") || makes_repository(case, "clone") || case.facts.is_fresh_repository()
}

/// Whether the call itself makes a repository by `git init` or `git clone`.
fn makes_repository(case: &Case, how: &str) -> bool {
    case.commands().any(|command| {
        command.is("git") && options::subcommand("git", &command.args).is_some_and(|(_, sub)| sub == how)
    })
}
