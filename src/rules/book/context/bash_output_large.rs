//! A shell command with a large output, and a bounded form of it.

mod bound;
mod by_program;
mod diff;
mod examples;
mod first_part;
mod pipeline;
mod printer;
mod query;
mod request;
mod search;

use self::bound::Bound;
use self::printer::Printer;
use super::support::loud::loud_commands;
use crate::project::runner;
use crate::protocol::event::Tool;
use crate::rules::advice::Finding;
use crate::rules::book::support::command_text::{name, spelled};
use crate::rules::book::support::output::{MEASURED_BYTES, OutputSize};
use crate::rules::case::Case;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Script};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES];

const BYTES: Threshold = Threshold {
    rule: "bash-output-large",
    name: "bytes",
    what: "bytes of output",
    default: 16_000,
    least: 4_000,
    most: 1_000_000,
    because: "16,000 bytes are 4,000 tokens; 226 of 14,111 recorded shell calls print more",
};

/// What a loop prints is several outputs, each of which may be wanted: it is large only where it is
/// many times what clients show (30,000 characters), bytes.
const LOOP_BYTES: u64 = 60_000;

pub(crate) const RULE: Rule = Rule {
    id: "bash-output-large",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "a command that printed over 16 kB",
    why: "Tool results are about 63 % of what an agent's context holds, and are read again at every later \
          step; in real traffic 1.6 % of the shell calls print more than 16 kB, and clients cut what is over \
          30 kB.",
    lesson: Some(
        "Narrow a command whose output may be long, or write it to a file and search that.",
    ),
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let bytes = case.event.result_bytes();
            case.may_reach(&BYTES, bytes as u64) && bytes <= MEASURED_BYTES && !case.in_background()
        },
        check: large_output,
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 3, 5),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn large_output(case: &Case) -> Check<Finding> {
    let output = OutputSize::of(case);
    if !case.may_reach(&BYTES, output.bytes) || case.in_background() {
        return Err(Miss::No);
    }
    let finding = narrowed(case, output)?;
    // A project may have raised the number. Its file is looked for only where there is a finding.
    if case.reaches(&BYTES, output.bytes) { Ok(finding) } else { Err(Miss::No) }
}

/// How the command that printed so much would print less.
fn narrowed(case: &Case, output: OutputSize) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    if output.bytes >= LOOP_BYTES && prints_in_loops(script, output) {
        let bound = Bound::words("send it to a file, then search that with rg");
        let advice = bound.advice(output.bytes, "the loop", "the loop");
        return Ok(Finding::new(advice).about("loop"));
    }
    if let [last] = loud_commands(script, output).as_slice()
        && let Some(stages) = last.stage.and_then(|stage| script.stages(stage.pipeline))
        && let [first, ..] = stages.as_slice()
    {
        let bound = pipeline::bound(case, script, &stages, output)?;
        // A pipeline has no single command to name, so all pipelines are one subject.
        let source = format!("the pipeline from {}", spelled(first));
        let name = format!("the pipeline from {}", name(first));
        return Ok(Finding::new(bound.advice(output.bytes, &name, &source)).about("pipeline"));
    }
    let printer = Printer::of(script, output)?;
    let bound = by_program::bound(case, &printer, output)?;
    let name = name(printer.command);
    if !printer.is_alone {
        // Other commands printed a part of it.
        let source = format!("the call with {name}");
        return Ok(Finding::new(bound.advice(output.bytes, &source, &source)).about(name));
    }
    let has_label = runner::label(printer.command).is_some();
    let source = if has_label { name.clone() } else { spelled(printer.command) };
    Ok(Finding::new(bound.advice(output.bytes, &name, &source)).about(name))
}

/// Whether loops printed all that is much.
fn prints_in_loops(script: &Script, output: OutputSize) -> bool {
    let in_loop = |command: &&Command| {
        let is_same = |inside: &Command| inside.id == command.id;
        script.loops.iter().any(|found| script.range(&found.body).iter().any(is_same))
    };
    let loud = loud_commands(script, output);
    !loud.is_empty() && loud.iter().all(|command| in_loop(command) && !command.remote)
}
