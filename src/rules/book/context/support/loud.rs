//! Which commands of a call may have printed its bulk.

use crate::rules::book::support::output::OutputSize;
use crate::shell::{Command, Script};

/// Programs that print a line or two, or nothing.
const SAY_LITTLE: [&str; 33] = [
    "", ":", "[", "[[", "basename", "cd", "chmod", "command", "cp", "date", "dirname", "echo",
    "exit", "export", "false", "hash", "kill", "ln", "mkdir", "mv", "printf", "pwd", "read", "rm",
    "set", "sleep", "source", "test", "touch", "true", "type", "wc", "which",
];

/// Sub-commands of git that print a few lines.
const SHORT_OF_GIT: [&str; 16] = [
    "add",
    "branch",
    "checkout",
    "commit",
    "config",
    "fetch",
    "merge",
    "mv",
    "pull",
    "push",
    "rebase",
    "remote",
    "rev-parse",
    "stash",
    "status",
    "switch",
];

/// Beginnings of options with which git prints a summary.
const SUMMARIES: [&str; 6] = ["--check", "--name", "--quiet", "--short", "--stat", "--num"];

/// How many lines of a call's output must correspond to each line that `head` lets through, so that
/// those do not count.
const LINES_FOR_ONE: u64 = 10;

/// Whether `command` prints so little beside another command that the bulk is not its own.
pub(crate) fn says_little(command: &Command) -> bool {
    let has = |start: &str| command.args.iter().any(|word| word.text.starts_with(start));
    match command.program.as_str() {
        "ls" => !has("-R") && !has("--recursive") && !command.args.iter().any(is_recursive_ls),
        "git" => {
            let subcommand = command.args.iter().find(|word| !word.text.starts_with('-'));
            subcommand.is_some_and(|word| SHORT_OF_GIT.contains(&word.text.as_str()))
                || SUMMARIES.into_iter().any(has)
                || count(command).is_some_and(|count| count <= 20) && has("--oneline")
        }
        "grep" | "rg" => has("-q") || has("-c") || has("--count") || has("--quiet"),
        program => SAY_LITTLE.contains(&program),
    }
}

/// `-laR`
fn is_recursive_ls(word: &crate::shell::Word) -> bool {
    word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('R')
}

/// Whether `last`, the end of a pipeline, lets through far less than the call printed.
fn lets_little_through(last: &Command, output: OutputSize) -> bool {
    let lines = output.bytes.checked_div(output.bytes_per_line).unwrap_or(0);
    match last.program.as_str() {
        "head" | "tail" => {
            !last.args.iter().any(|word| word.text.starts_with("-c"))
                && count(last).unwrap_or(10).saturating_mul(LINES_FOR_ONE) <= lines
        }
        _ => says_little(last),
    }
}

/// The number in `-20` or `-n 20`.
fn count(command: &Command) -> Option<u64> {
    let mut words = command.args.iter().map(|word| word.text.as_str());
    while let Some(word) = words.next() {
        let number = match word {
            "-n" | "--lines" => words.next()?,
            word => word
                .strip_prefix("-n")
                .or_else(|| word.strip_prefix("--lines="))
                .or_else(|| word.strip_prefix('-'))?,
        };
        if let Ok(number) = number.parse() {
            return Some(number);
        }
    }
    None
}

/// The commands of a call that may have printed its bulk: each of them alone, or at the end of a
/// pipeline.
pub(crate) fn loud_commands(script: &Script, output: OutputSize) -> Vec<&Command> {
    let is_loud = |command: &&Command| match command.stage {
        Some(_) => !lets_little_through(command, output),
        None => !says_little(command),
    };
    script.commands.iter().filter(|command| command.shows_output()).filter(is_loud).collect()
}
