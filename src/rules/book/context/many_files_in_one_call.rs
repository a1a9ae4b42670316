//! Several files, or parts of them, printed by one shell call.

mod examples;

use crate::project::programs::{self, Trait};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::search::grep_recursive;
use crate::rules::book::support::output::{MEASURED_BYTES, OutputSize, kilobytes};
use crate::rules::case::Case;
use crate::rules::case::classify::edits_in_place;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Script, Word};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES];

const BYTES: Threshold = Threshold {
    rule: "many-files-in-one-call",
    name: "bytes",
    what: "bytes of output; with four or more parts they count one and a half times",
    default: 24_000,
    least: 4_000,
    most: 1_000_000,
    because: "of 15 recorded lines, the 6 about 25 kB and more were worth it; those about two or three files of \
              16 to 21 kB were not",
};

/// A call of so many parts is a survey, for which a search would have been enough: its bytes count
/// one and a half times, so that 16 kB are much.
const MANY_PARTS: usize = 4;

/// How many calls ago a search counts as the one that found the places.
const SEARCHED_CALLS: usize = 4;

pub(crate) const RULE: Rule = Rule {
    id: "many-files-in-one-call",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Success,
    analyzer: Some(Analyzer::Performance),
    summary: "several files printed by one shell call",
    why: "77 of 23,429 recorded calls printed two or more files at once, 16 to 40 kB each, in 32 \
          of 378 sessions: 1.9 MB, part of which the client cut unread.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let bytes = case.event.result_bytes();
            case.may_reach(&BYTES, weighed(bytes as u64, MANY_PARTS))
                && bytes <= MEASURED_BYTES
                // Others have a Read tool, and rules that look at it.
                && !case.environment.client.has_file_tools()
                && !case.in_background()
        },
        check: many_files,
    },
    better: None,
    needs: &[],
    repeat: Repeat::always(1),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.2.0",
};

fn many_files(case: &Case) -> Check<Finding> {
    let bytes = OutputSize::of(case).bytes;
    if !case.may_reach(&BYTES, weighed(bytes, MANY_PARTS))
        || case.in_background()
        || case.environment.client.has_file_tools()
    {
        return Err(Miss::No);
    }
    let script = case.script().ok_or(Miss::No)?;
    if !script.functions.is_empty() || !script.commands.iter().all(looks_only) {
        return Err(Miss::Near("it does more than read files"));
    }
    let reads: usize = script.commands.iter().map(|command| files_read(script, command)).sum();
    if reads < 2 {
        return Err(Miss::Near("it reads one file"));
    }
    let searches = script.commands.iter().any(|command| !command.reads_pipe && searches(command));
    // What a search printed is not of the parts.
    if !case.reaches(&BYTES, if searches { bytes } else { weighed(bytes, reads) }) {
        return Err(Miss::Near("it reads two or three parts, and they are not long"));
    }
    let is_found = case.used_better_form(grep_recursive::RULE.id, SEARCHED_CALLS);
    let from_within = script.commands.iter().filter(|command| starts_within(command)).count();
    if is_found && from_within * 2 >= reads {
        return Err(Miss::Near("a search found the places, and it reads ranges"));
    }
    Ok(Finding::new(Advice::plain(format!(
        "one call read {reads} parts of files, {}: next time find the places with rg -n, then read short ranges around them",
        kilobytes(bytes)
    ))))
}

/// The bytes of so many parts of files, as the threshold counts them.
fn weighed(bytes: u64, parts: usize) -> u64 {
    if parts >= MANY_PARTS { bytes.saturating_mul(3) / 2 } else { bytes }
}

/// Whether a command searches, so that its output is bounded by what it finds.
fn searches(command: &Command) -> bool {
    matches!(command.program.as_str(), "rg" | "grep" | "awk")
}

/// Whether a sed prints a range that begins after the first line: `sed -n '330,390p'`.
fn starts_within(command: &Command) -> bool {
    let begins = |word: &Word| {
        let (first, _) = word.text.split_once(',')?;
        first.parse::<u64>().ok()
    };
    command.is("sed") && command.args.iter().filter_map(begins).any(|first| first > 1)
}

/// Whether a command reads, filters, searches or says something, and nothing else.
fn looks_only(command: &Command) -> bool {
    let reads = programs::is(&command.program, Trait::PrintsFiles)
        || matches!(
            command.program.as_str(),
            "sed"
                | "head"
                | "tail"
                | "rg"
                | "grep"
                | "echo"
                | "printf"
                | "cd"
                | "wc"
                | "ls"
                | "pwd"
                | "true"
                | "awk"
        );
    reads
        && !command.remote
        && !command.background
        && command.depth == 0
        && !command.redirections.iter().any(|redirection| redirection.takes_stdout())
        && !edits_in_place(command)
}

/// How many files `command` prints, or parts of one.
fn files_read(script: &Script, command: &Command) -> usize {
    let prints = programs::is(&command.program, Trait::PrintsFiles) && !searches(command)
        || matches!(command.program.as_str(), "sed" | "head" | "tail");
    if !prints || command.reads_pipe || ends_in_count(script, command) {
        return 0;
    }
    let takes_script = command.is("sed")
        && !command.args.iter().any(|word| matches!(word.text.as_str(), "-e" | "-f"));
    let is_value = |at: usize| {
        at.checked_sub(1)
            .and_then(|before| command.args.get(before))
            .is_some_and(|word| matches!(word.text.as_str(), "-n" | "-c") && !command.is("sed"))
    };
    let is_operand = |(at, word): &(usize, &Word)| !word.text.starts_with('-') && !is_value(*at);
    let operands = command.args.iter().enumerate().filter(is_operand).count();
    operands.saturating_sub(usize::from(takes_script))
}

/// Whether the pipeline of `command` ends in a program that prints a number or a few lines.
fn ends_in_count(script: &Script, command: &Command) -> bool {
    let stages = command.stage.and_then(|stage| script.stages(stage.pipeline));
    stages.is_some_and(|stages| {
        stages.last().is_some_and(|last| {
            matches!(last.program.as_str(), "wc" | "grep" | "rg" | "jq" | "awk")
        })
    })
}
