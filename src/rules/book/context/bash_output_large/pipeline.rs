//! How a pipeline prints less.

use super::bound::{Bound, LONG_LINE_BYTES};
use super::first_part::FEW_LINES;
use crate::project::programs::{self, Trait};
use crate::project::runner;
use crate::rules::book::support::output::OutputSize;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, Script};

/// Programs whose output is often JSON.
const PRINT_JSON: [&str; 8] = ["curl", "gh", "aws", "az", "http", "xh", "jq", "kubectl"];

/// The bound of a pipeline with these `stages`, which printed what the call printed. The agent has
/// bounded it already, unless every line passes: so it is large only where its lines are long.
pub(super) fn bound(
    case: &Case,
    script: &Script,
    stages: &[&Command],
    output: OutputSize,
) -> Check<Bound> {
    let [first, filters @ .., last] = stages else { return Err(Miss::No) };
    // One more filter would hide the status of a run as well.
    if stages.iter().any(|command| runner::label(command).is_some()) {
        return Err(Miss::Near("another rule is about the pipe behind a run"));
    }
    if stages.iter().any(|command| command.remote || command.depth > 0) {
        return Err(Miss::Near("it runs elsewhere, or in a loop"));
    }
    let text = script.text.trim();
    let is_alone = script.commands.len() == stages.len() && text.lines().count() == 1;
    let with_end = |words: &str| {
        (is_alone && last.redirections.is_empty()).then(|| format!("{text} | {words}"))
    };
    if last.is("jq") && shows_all(last) {
        return Ok(Bound::words("name the fields in the filter of jq"));
    }
    let keeps_all = |command: &Command| {
        command.is("sort") && !command.args.iter().any(|word| word.is("-u"))
            || programs::is(&command.program, Trait::KeepsEveryLine)
    };
    let searches = matches!(first.program.as_str(), "rg" | "grep" | "find" | "fd" | "git");
    if searches && filters.iter().chain([last]).all(|filter| keeps_all(filter)) {
        if output.has_at_most(FEW_LINES) {
            return Ok(Bound::new(
                with_end("cut -c1-200"),
                "narrow it first, or add | cut -c1-200",
            ));
        }
        return Ok(Bound::new(with_end("head -50"), "narrow it first, or add | head -50"));
    }
    let is_by_lines = matches!(last.program.as_str(), "head" | "tail" | "grep" | "rg" | "egrep");
    if !is_by_lines || output.bytes_per_line <= LONG_LINE_BYTES {
        return Err(Miss::Near("its output is thinned out on purpose"));
    }
    if stages.iter().any(|stage| may_print_json(stage)) && case.environment.on_path("jq") {
        return Ok(Bound::words("let jq pick the fields, as its lines are long"));
    }
    Ok(Bound::new(with_end("cut -c1-200"), "add | cut -c1-200, as its lines are long"))
}

/// Whether a call of jq prints all that it reads.
fn shows_all(jq: &Command) -> bool {
    jq.args.iter().filter(|word| !word.text.starts_with('-')).all(|word| word.is("."))
}

fn may_print_json(command: &Command) -> bool {
    PRINT_JSON.contains(&command.program.as_str())
        || command.args.iter().any(|word| {
            [".json", ".jsonl", ".ndjson"].iter().any(|ending| word.text.ends_with(ending))
        })
}
