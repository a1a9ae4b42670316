//! How a pipeline prints less.

use super::bound::{Bound, LONG_LINE_BYTES};
use crate::project::programs::{self, Trait};
use crate::project::runner;
use crate::rules::book::support::output::OutputSize;
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, Script};

/// Programs whose output is often JSON.
const PRINT_JSON: [&str; 8] = ["curl", "gh", "aws", "az", "http", "xh", "jq", "kubectl"];

/// The bound of a pipeline from `first` to `last`, which is the whole script. The agent has bounded
/// it already, unless every line passes: so it is large only where its lines are long.
pub(super) fn bound(
    case: &Case,
    script: &Script,
    first: &Command,
    last: &Command,
    output: OutputSize,
) -> Check<Bound> {
    // One more filter would hide the status of a run as well.
    if script.commands.iter().any(|command| runner::label(command).is_some()) {
        return Err(Miss::Near("the pipe behind a run is another rule's"));
    }
    let text = script.text.trim();
    let can_go_on = last.redirections.is_empty() && text.lines().count() == 1;
    let mut filters = script.commands.iter().filter(|command| command.reads_pipe);
    if last.is("jq") && shows_all(last) {
        return Ok(Bound::words("name the fields in the filter of jq"));
    }
    let keeps_all = |command: &Command| {
        command.is("sort") && !command.args.iter().any(|word| word.is("-u"))
            || programs::is(&command.program, Trait::KeepsEveryLine)
    };
    let searches = matches!(first.program.as_str(), "rg" | "grep" | "find" | "fd" | "git");
    if searches && can_go_on && filters.all(keeps_all) {
        let words = "narrow it first, or add | head -50";
        return Ok(Bound::new(Some(format!("{text} | head -50")), words));
    }
    let is_by_lines = matches!(last.program.as_str(), "head" | "tail" | "grep" | "rg" | "egrep");
    if !is_by_lines || output.bytes_per_line <= LONG_LINE_BYTES || !can_go_on {
        return Err(Miss::Near("its output is thinned out on purpose"));
    }
    if script.commands.iter().any(may_print_json) && case.environment.on_path("jq") {
        return Ok(Bound::words("let jq pick the fields, as its lines are long"));
    }
    let rewrite = format!("{text} | cut -c1-200");
    Ok(Bound::new(Some(rewrite), "add | cut -c1-200, as its lines are long"))
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
