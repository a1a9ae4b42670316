//! What reads the output and the status of a command. A rewrite may write paths or report a status in
//! another way only where nobody looks.

use crate::project::programs::{self, Trait};
use crate::shell::options::{self, Item, Spec};
use crate::shell::{Command, Joined, Redirection, Script};

/// How the output and the status of a command are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Use {
    /// Something else than the agent reads the paths in its output: another program, a variable, a
    /// file.
    pub(crate) reads_paths: bool,
    /// A condition, `&&`, `||` or `$?` depends on its status.
    pub(crate) asks_status: bool,
}

/// How `script` uses what `command` prints and returns.
pub(crate) fn of(script: &Script, command: &Command) -> Use {
    Use { reads_paths: reads_paths(script, command), asks_status: asks_status(script, command) }
}

/// The redirection that throws the errors of `command` away, with a blank in front; empty for none.
pub(crate) fn silenced_errors(command: &Command) -> &'static str {
    let is_silenced = |redirection: &Redirection| {
        redirection.fd == Some(2)
            && redirection.operator == ">"
            && redirection.target.is("/dev/null")
    };
    if command.redirections.iter().any(is_silenced) { " 2>/dev/null" } else { "" }
}

fn reads_paths(script: &Script, command: &Command) -> bool {
    if command.shows_output() {
        return false;
    }
    let Some(stage) = command.stage.filter(|_| !command.in_substitution) else { return true };
    let takes_stdout = |command: &Command| {
        command.group_redirected
            || command.redirections.iter().any(|redirection| redirection.takes_stdout())
    };
    match script.stages(stage.pipeline) {
        Some(stages) => {
            let later = stages.get(stage.index + 1..).unwrap_or_default();
            takes_stdout(command)
                || later.iter().any(|reader| {
                    takes_stdout(reader)
                        || reader.wrappers.len() != command.wrappers.len()
                        || !ignores_paths(reader)
                })
                || later.last().is_some_and(|last| last.writes_pipe)
        }
        None => true,
    }
}

/// Whether a filter treats `./src/a` as it treats `src/a`: it counts, sorts or cuts whole lines, or
/// looks for words.
fn ignores_paths(filter: &Command) -> bool {
    let letters = |allowed: &str| {
        filter.args.iter().all(|word| {
            word.literal().is_some_and(|text| {
                text.strip_prefix('-')
                    .is_some_and(|flags| flags.chars().all(|c| allowed.contains(c)))
            })
        })
    };
    match filter.program.as_str() {
        "head" | "tail" => filter.args.iter().all(|word| {
            word.literal().is_some_and(|text| text.chars().all(|c| "-+n0123456789".contains(c)))
        }),
        "wc" => letters("l"),
        "sort" => letters("urf"),
        "uniq" => letters("cdui"),
        "cat" | "less" | "more" | "nl" => filter.args.is_empty(),
        "rg" => looks_for_words(filter),
        program if programs::is(program, Trait::IsGrep) => looks_for_words(filter),
        _ => false,
    }
}

/// Whether a grep in a pipe looks for something that neither a `./` nor an anchor in front of a path
/// changes.
fn looks_for_words(grep: &Command) -> bool {
    let items = options::read(&grep.args, Spec::of(&grep.program));
    let mut patterns = 0;
    let are_plain = items.iter().all(|item| match item {
        Item::Short(flag, None) => "vincFEHhq".contains(*flag),
        Item::Short('e', Some(value)) => {
            patterns += 1;
            is_word(value.text)
        }
        Item::Operand(word) => {
            patterns += 1;
            word.literal().is_some_and(is_word)
        }
        _ => false,
    });
    are_plain && patterns == 1
}

fn is_word(pattern: &str) -> bool {
    !pattern.is_empty()
        && pattern.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '='))
}

fn asks_status(script: &Script, command: &Command) -> bool {
    if command.is_condition {
        return true;
    }
    // The status of an earlier stage is lost, unless pipefail is set, which is rare and asked below.
    let last = command.stage.and_then(|stage| {
        let stages = script.stages(stage.pipeline)?;
        stages.last().copied()
    });
    let last = last.unwrap_or(command);
    let next = script.after(last).iter().find(|other| other.depth <= last.depth);
    let decides = next.is_some_and(|next| {
        matches!(next.joined, Joined::And | Joined::Or)
            && !matches!(next.program.as_str(), "true" | ":")
    });
    decides
        || script.after(command).iter().any(|other| {
            let reads = |text: &str| text.contains("$?") || text.contains("PIPESTATUS");
            other.args.iter().any(|word| reads(&word.raw))
                || other.assignments.iter().any(|(_, value)| reads(&value.raw))
        })
        || script.before(command).iter().any(|other| {
            other.is("set")
                && other.args.iter().any(|word| word.is("pipefail") || is_errexit(&word.text))
        })
}

/// Whether an argument of `set` makes the shell end at the first failure.
fn is_errexit(text: &str) -> bool {
    text == "errexit"
        || text
            .strip_prefix('-')
            .is_some_and(|letters| !letters.starts_with('-') && letters.contains('e'))
}
