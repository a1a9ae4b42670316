//! A command in a sentence: its name, its words, and the script with one more option.

use crate::base::text;
use crate::project::programs::{self, Trait};
use crate::project::runner;
use crate::shell::{Command, Script, options};

/// The only command of a script, if it is at the top and not in a pipeline. A `cd` in front does
/// not count.
pub(crate) fn only_command(script: &Script) -> Option<&Command> {
    let mut rest = script.commands.iter().skip_while(|command| command.is("cd"));
    let command = rest.next()?;
    let is_only = rest.next().is_none()
        && script.commands.len() <= 2
        && script.functions.is_empty()
        && command.depth == 0
        && !command.remote
        && !command.background
        && command.stage.is_none();
    is_only.then_some(command)
}

/// The name of a command in a sentence: the label of its run, or its program with the sub-command.
pub(crate) fn name(command: &Command) -> String {
    // Their sub-commands are programs of their own.
    let program = command.program.as_str();
    let label = runner::label(command).unwrap_or_else(|| {
        match options::subcommand(program, &command.args)
            .filter(|_| programs::is(program, Trait::HasSubcommands))
        {
            Some((_, subcommand)) => format!("{program} {subcommand}"),
            None => program.to_owned(),
        }
    });
    text::excerpt(&label)
}

/// A command as it was written, cut for a sentence; its name where the text contains characters
/// that look like markup.
pub(crate) fn spelled(command: &Command) -> String {
    let words = text::excerpt(format!("{} {}", command.program, command.raw_args()).trim());
    if text::has_markup(&words) { name(command) } else { words }
}

/// The text of the script with `words` inserted in `command`: behind its argument with the index
/// `after`, or behind the program. `None` where that place is not certain.
pub(crate) fn with_option(
    script: &Script,
    command: &Command,
    after: Option<usize>,
    words: &str,
) -> Option<String> {
    let (head, tail) = split_behind(script, command, after)?;
    Some(format!("{head} {words}{tail}"))
}

/// The text of the script with the argument of `command` at the index `at` replaced by `words`, or
/// left out where they are empty. `None` where its place is not certain.
pub(crate) fn with_argument(
    script: &Script,
    command: &Command,
    at: usize,
    words: &str,
) -> Option<String> {
    let (head, _) = split_behind(script, command, at.checked_sub(1))?;
    let (_, tail) = split_behind(script, command, Some(at))?;
    let gap = if words.is_empty() { "" } else { " " };
    Some(format!("{head}{gap}{words}{tail}"))
}

/// The text of the script up to the argument of `command` with the index `after`, or up to its
/// program, and the text behind. `None` where that place is not certain.
fn split_behind<'c>(
    script: &'c Script,
    command: &Command,
    after: Option<usize>,
) -> Option<(&'c str, &'c str)> {
    let text = script.text.trim();
    let before: Vec<&str> = std::iter::once(command.spelled.as_str())
        .chain(command.args.iter().take(after.map_or(0, |at| at + 1)).map(|word| word.raw.as_str()))
        .collect();
    let (at, found) = text.match_indices(&before.join(" ")).next()?;
    let (head, tail) = text.split_at_checked(at + found.len())?;
    // A command begins at the start of the script, or behind a `cd`.
    let is_start = at == 0 || text.get(..at)?.trim_end().ends_with(['&', ';', '\n']);
    let is_word_end = tail.is_empty() || tail.starts_with([' ', '\n']);
    (is_start && is_word_end && text.lines().count() == 1).then_some((head, tail))
}
