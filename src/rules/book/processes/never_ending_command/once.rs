//! The same as a follow or watch mode, in a form that ends.

use super::endless;
use super::endless::{Going, Once};
use crate::rules::case::Case;
use crate::shell::options::Item;
use crate::shell::{Command, Word, options};

/// The command in the form that ends; `None` unless the command is on its own and all its words are
/// known.
pub(super) fn command(case: &Case, command: &Command, going: &Going) -> Option<String> {
    // /dev/null has nothing to show: its only use is to go on.
    if going.args.iter().any(|word| word.is("/dev/null")) {
        return None;
    }
    let alone = command.wrappers.is_empty()
        && command.assignments.is_empty()
        && command.redirections.is_empty()
        && !command.writes_pipe
        && !command.reads_pipe
        && !command.in_subshell
        && command.args.iter().all(|word| !word.expands);
    if !alone {
        return None;
    }
    let (front, _) = command.args.split_at_checked(command.args.len() - going.args.len())?;
    let mut words = vec![command.spelled.clone()];
    words.extend(front.iter().map(|word| word.raw.clone()));
    match going.entry.once {
        Once::No => return None,
        Once::Operands => return repeated(going.args),
        // The other program has no equal for its options.
        Once::Instead(other) => {
            let is_there = command.is("top") || case.environment.on_path("top");
            return (is_there && going.args.is_empty()).then(|| other.to_owned());
        }
        Once::Leave => words.extend(going.entry.left(going.args)?),
        Once::Add(added) => {
            words.push(added.to_owned());
            // `vitest watch src`
            let mut own = going.args.to_vec();
            if let Some(at) = own.iter().position(|word| word.is("watch") || word.is("dev")) {
                own.remove(at);
            }
            words.extend(going.entry.left(&own)?);
        }
        Once::Limit(limit, unless) => {
            let items = options::read(going.args, going.entry.spec);
            let is_limited = items.iter().any(|item| match item {
                Item::Short(flag, _) => unless.contains(&flag.to_string().as_str()),
                Item::Long(name, _) => unless.contains(name),
                Item::Operand(_) => false,
            });
            if !is_limited {
                words.push(limit.to_owned());
            }
            words.extend(going.entry.left(going.args)?);
        }
    }
    Some(words.join(" "))
}

/// What `watch` repeats: its words joined, as it joins them for the shell.
fn repeated(args: &[Word]) -> Option<String> {
    let at = endless::command_at(args);
    let words = args.get(at..)?;
    let runs_words = |word: &Word| word.is("-x") || word.is("--exec");
    if args.get(..at)?.iter().any(runs_words) {
        return (!words.is_empty())
            .then(|| words.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" "));
    }
    let texts: Vec<&str> = words.iter().filter_map(Word::literal).collect();
    (texts.len() == words.len() && !texts.is_empty()).then(|| texts.join(" "))
}
