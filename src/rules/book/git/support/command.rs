//! A git command, read as options and operands.

use super::long_options::Options;
use crate::shell::options::Item;
use crate::shell::{Command, Word, options};

/// A git command with a sub-command.
#[derive(Debug)]
pub(crate) struct Git<'c> {
    /// The sub-command.
    pub(crate) sub: &'c str,
    /// The words before the sub-command: `-C repo`.
    pub(crate) globals: &'c [Word],
    /// The words after the sub-command.
    pub(crate) own: &'c [Word],
    /// The words after the sub-command, as options and operands.
    pub(crate) items: Vec<Item<'c>>,
}

impl<'c> Git<'c> {
    /// Reads `command`, if it is a git command with a literal sub-command.
    pub(crate) fn of(command: &'c Command) -> Option<Self> {
        if !command.is("git") {
            return None;
        }
        let (at, sub) = options::subcommand("git", &command.args)?;
        let own = command.args.get(at + 1..)?;
        let globals = command.args.get(..at)?;
        let known = Options::of(sub);
        let items = options::read_named(own, known.short, |name| known.full(name));
        Some(Self { sub, globals, own, items })
    }

    /// Whether one of its options is `-short` or `--long`.
    pub(crate) fn has(&self, short: char, long: &str) -> bool {
        options::has(&self.items, Some(short), long)
    }

    /// Whether one of its options is `-short`, for an option without a long form.
    pub(crate) fn has_short(&self, short: char) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Short(flag, _) if *flag == short))
    }

    /// Whether one of its options is `--long`.
    pub(crate) fn has_long(&self, long: &str) -> bool {
        options::has(&self.items, None, long)
    }

    /// The words after the sub-command that are neither options nor their values.
    pub(crate) fn operands(&self) -> Vec<&'c Word> {
        options::operands(&self.items)
    }

    /// The folder that `-C` names.
    pub(crate) fn folder(&self) -> Option<&'c Word> {
        let mut globals = self.globals.iter();
        globals.find(|word| word.is("-C"))?;
        globals.next()
    }

    /// The words before the sub-command as they were written, each with a space after it.
    pub(crate) fn global_text(&self) -> String {
        self.globals.iter().map(|word| format!("{} ", word.raw)).collect()
    }

    /// The words after the sub-command as they were written.
    pub(crate) fn own_text(&self) -> String {
        self.own.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The sub-command of a git command.
pub(crate) fn subcommand(command: &Command) -> Option<&str> {
    if command.is("git") {
        options::subcommand("git", &command.args).map(|(_, sub)| sub)
    } else {
        None
    }
}
