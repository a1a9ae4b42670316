//! A call of GitHub's command line program that prints whole objects or logs.

mod asked;
mod examples;

use self::asked::{Asked, Kind};
use super::support::loud::loud_commands;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::command_text::only_command;
use crate::rules::book::support::output::{MEASURED_BYTES, OutputSize, kilobytes};
use crate::rules::case::Case;
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::threshold::Threshold;
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Script};

pub(crate) const THRESHOLDS: &[Threshold] = &[BYTES, WRITE_BYTES];

const BYTES: Threshold = Threshold {
    rule: "gh-output-large",
    name: "bytes",
    what: "bytes of an answer or a log",
    default: 16_000,
    least: 4_000,
    most: 1_000_000,
    because: "16,000 bytes are 4,000 tokens; 166 of 23,429 recorded calls print more",
};

const WRITE_BYTES: Threshold = Threshold {
    rule: "gh-output-large",
    name: "write_bytes",
    what: "bytes of an object that a write prints back",
    default: 8_000,
    least: 4_000,
    most: 1_000_000,
    because: "75 of 170 recorded writes print over 4 kB; at 8 kB the agent reads 2,000 tokens for an address",
};

/// Less is looked at under no setting, bytes.
const LEAST_BYTES: u64 = 4_000;

pub(crate) const RULE: Rule = Rule {
    id: "gh-output-large",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: Some(Analyzer::Performance),
    summary: "gh printed whole objects or logs",
    why: "A GitHub object is mostly links and user records: 166 of 23,429 recorded calls of gh \
          printed over 16 kB each, 1.2 million tokens in 64 of 378 sessions, and 170 writes \
          printed the created object back.",
    lesson: Some(
        "Ask `gh` for the fields that matter with `--json` and `--jq`: whole objects are mostly links.",
    ),
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| {
            let bytes = case.event.result_bytes();
            bytes as u64 >= LEAST_BYTES
                && bytes <= MEASURED_BYTES
                && case.event.command().is_some_and(|command| command.contains("gh "))
                && !case.in_background()
        },
        check: large_answer,
    },
    better: None,
    needs: &[],
    repeat: Repeat { first: 1, every: 1, max: 2, gap: 10 },
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.2.0",
};

fn large_answer(case: &Case) -> Check<Finding> {
    let output = OutputSize::of(case);
    if output.bytes < LEAST_BYTES || case.in_background() {
        return Err(Miss::No);
    }
    let script = case.script().ok_or(Miss::No)?;
    let loud = loud_commands(script, output);
    if loud.is_empty() || !loud.iter().all(|command| command.is("gh") && !command.remote) {
        return Err(Miss::Near("another command may have printed it"));
    }
    if loud.iter().any(|command| command.depth > 0 || command.in_function) {
        return Err(Miss::Near("it is in a loop or a function"));
    }
    let asked: Check<Vec<Asked>> = loud.iter().map(|command| Asked::of(command)).collect();
    let asked = asked?;
    let first = asked.first().ok_or(Miss::No)?;
    let alike = asked.iter().all(|other| other.kind == first.kind);
    if !alike {
        return Err(Miss::Near("which of several calls printed it is not known"));
    }
    let least = if first.kind == Kind::Write { &WRITE_BYTES } else { &BYTES };
    if !case.reaches(least, output.bytes) {
        return Err(Miss::Near("the answer is not large"));
    }
    let size = kilobytes(output.bytes);
    let advice = match first.kind {
        Kind::Write => Advice::plain(format!(
            "{} printed {size} of the object that it wrote: next time add --jq .html_url",
            first.name
        )),
        Kind::Log => log(script, loud.first().ok_or(Miss::No)?, &first.name, &size),
        Kind::Read => Advice::plain(match first.filter {
            Some(filter) => {
                format!("{} printed {size}: next time pick the fields: --jq '{filter}'", first.name)
            }
            None => format!("{} printed {size}: next time pick the fields with --jq", first.name),
        }),
        Kind::Query => Advice::plain(format!(
            "{} printed {size}: next time ask for fewer fields, or pick some with --jq",
            first.name
        )),
    };
    Ok(Finding::new(advice).about(first.kind.subject()))
}

/// What is said about a log: into a file, and what to search there.
fn log(script: &Script, command: &Command, name: &str, size: &str) -> Advice {
    let plain = format!(
        "{name} printed {size} of log: next time send it to a file, then rg -n 'error|FAIL' there"
    );
    let text = script.text.trim();
    let is_alone = only_command(script).is_some_and(|only| only.id == command.id)
        && command.redirections.iter().all(|redirection| redirection.operator == ">&")
        && text.lines().count() == 1;
    let text = text.trim_end_matches("2>&1").trim_end();
    if !is_alone || text.chars().count() > 60 || text.contains('`') {
        return Advice::plain(plain);
    }
    Advice::plain(format!(
        "{name} printed {size}; next time: `{text} > /tmp/run.log`, then rg -n 'error|FAIL' in it"
    ))
}
