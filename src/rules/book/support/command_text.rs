//! A command in a sentence: its name, its words, and its text with an option more.

use crate::base::text;
use crate::project::runner;
use crate::rules::case::Case;
use crate::shell::Command;

/// The one command of the call, if it has only one, at its top and without a pipe. A `cd` in front
/// does not count.
pub(crate) fn sole<'c>(case: &'c Case<'_>) -> Option<&'c Command> {
    let script = case.script()?;
    let mut rest = script.commands.iter().skip_while(|command| command.is("cd"));
    let command = rest.next()?;
    let plain = rest.next().is_none()
        && script.commands.len() <= 2
        && script.functions.is_empty()
        && command.depth == 0
        && !command.remote
        && !command.background
        && command.stage.is_none();
    plain.then_some(command)
}

/// What a command is called in a sentence: the run's label, or the program with its sub-command.
pub(crate) fn name(command: &Command) -> String {
    let label = runner::label(command).unwrap_or_else(|| {
        let subs =
            ["git", "gh", "docker", "kubectl", "npm", "pnpm", "yarn", "podman", "go", "cargo"];
        let sub =
            crate::shell::options::subcommand(&command.program, &command.args).map(|(_, sub)| sub);
        match sub.filter(|_| subs.contains(&command.program.as_str())) {
            Some(sub) => format!("{} {sub}", command.program),
            None => command.program.clone(),
        }
    });
    text::excerpt(&label)
}

/// A command as it was written, as much of it as may be quoted; its name where that holds signs
/// that look like markup.
pub(crate) fn spelled(command: &Command) -> String {
    let words = text::excerpt(format!("{} {}", command.program, command.raw_args()).trim());
    if words.contains(['<', '>', '&', '`', '!']) { name(command) } else { words }
}

/// `text` of the script with `words` put in behind the word that ends at the command's word with
/// this index (none: behind the program). `None` where the place is not found once and for sure.
pub(crate) fn with_option(
    case: &Case,
    command: &Command,
    after: Option<usize>,
    words: &str,
) -> Option<String> {
    let script = case.script()?.text.trim();
    let upto: Vec<&str> = std::iter::once(command.spelled.as_str())
        .chain(command.args.iter().take(after.map_or(0, |at| at + 1)).map(|word| word.raw.as_str()))
        .collect();
    let upto = upto.join(" ");
    let mut places = script.match_indices(&upto);
    let (at, found) = places.next()?;
    let (before, rest) = script.split_at_checked(at + found.len())?;
    // At its beginning, or behind a `cd`.
    let starts = at == 0 || script.get(..at)?.trim_end().ends_with(['&', ';', '\n']);
    let ends = rest.is_empty() || rest.starts_with([' ', '\n']);
    (starts && ends && script.lines().count() == 1).then(|| format!("{before} {words}{rest}"))
}
