//! Waste over time: sizes, repeats, runs for nothing.

mod bounds;
mod checks;
mod exploring;
mod failing;
mod large;
mod mcp;
mod paging;
mod polling;
mod quiet;
mod repeat;
mod reread;
mod rerun;
mod slow;
mod suite;
mod unchecked;

use crate::case::Case;
use crate::rule::Rule;
use crate::runner;
use crate::shell::Command;
use crate::text;

pub(super) const RULES: &[Rule] = &[
    large::BASH_OUTPUT_LARGE,
    rerun::RERUN_TESTS_NO_CHANGE,
    repeat::REPEAT_FAILING_COMMAND,
    quiet::TEST_OUTPUT_VERBOSE,
    mcp::MCP_LARGE_OUTPUT,
    reread::REREAD_SAME_RANGE,
    polling::POLL_BACKGROUND_OUTPUT,
    slow::SLOW_FOREGROUND,
    paging::SEQUENTIAL_INDEPENDENT,
    exploring::MASS_READ_MAIN,
    unchecked::MANY_EDITS_NO_CHECK,
    suite::FULL_SUITE_LOOP,
];

/// Signs in the ledger's line of a call that ran tests, a build or a check.
const RAN: [&str; 2] = ["\"sel\":", "\"ran\":true"];

/// A size as it is said, in thousands of bytes.
fn kilobytes(bytes: u64) -> String {
    format!("{} kB", (bytes + 500) / 1000)
}

/// A longer result is not looked into: that takes as long as everything else may, and clients keep it in a file of
/// which they show the first 2 kB.
const MEASURED_BYTES: usize = 1 << 20;

/// How much a shell call put before the model.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    /// Bytes, the part that the client kept in a file included.
    bytes: u64,
    /// Bytes of a line on average; 0 where that is not known.
    line: u64,
}

impl Shown {
    fn of(case: &Case) -> Self {
        let raw = case.event.result_bytes();
        if !case.event.succeeded() || raw > MEASURED_BYTES {
            return Self { bytes: raw as u64, line: 0 };
        }
        let result = case.event.shell();
        Self { bytes: result.bytes(), line: result.bytes() / result.lines().max(1) as u64 }
    }
}

/// The one command of the call, if it has only one, at its top and without a pipe. A `cd` in front does not count.
fn sole<'c>(case: &'c Case<'_>) -> Option<&'c Command> {
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
fn name(command: &Command) -> String {
    let label = runner::label(command).unwrap_or_else(|| {
        let subs = ["git", "gh", "docker", "kubectl", "npm", "pnpm", "yarn", "podman", "go", "cargo"];
        let sub = crate::shell::options::subcommand(&command.program, &command.args).map(|(_, sub)| sub);
        match sub.filter(|_| subs.contains(&command.program.as_str())) {
            Some(sub) => format!("{} {sub}", command.program),
            None => command.program.clone(),
        }
    });
    text::excerpt(&label)
}

/// A command as it was written, as much of it as may be quoted; its name where that holds signs that look like markup.
fn spelled(command: &Command) -> String {
    let words = text::excerpt(format!("{} {}", command.program, command.raw_args()).trim());
    if words.contains(['<', '>', '&', '`', '!']) { name(command) } else { words }
}

/// `text` of the script with `words` put in behind the word that ends at the command's word with this index (none:
/// behind the program). `None` where the place is not found once and for sure.
fn with_option(case: &Case, command: &Command, after: Option<usize>, words: &str) -> Option<String> {
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
