//! Pipes that hide how a run ended.

mod closed;
mod examples;

use super::support::form;
use super::support::masked::{Masked, asks_for_both_verdicts, keeps_status};
use crate::project::programs::{self, Trait};
use crate::project::runner::{self, Purpose};
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell;
use crate::shell::options::Spec;
use crate::shell::{Command, Joined, Redirection, Script, options};

/// Signs of a filter, for the runs that no list has: a plain `|` would let too many calls past the
/// gate.
const FILTERS: &[&str] = &["| tail", "|tail", "| head", "|head", "| grep", "| tee"];

pub(crate) const RULE: Rule = Rule {
    id: "masked-exit-pipe",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "a test or build piped into head, tail or grep",
    why: "The pipeline's status is the filter's, so a failing run looks like success: of 1,948 such calls in real \
          traffic 15 % showed failure text and were reported as successful.",
    lesson: Some(
        "Read a test run's status with `set -o pipefail`, or leave out the pipe: `| tail` hides a failure.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &runner::PROGRAMS,
            subcommands: &[],
            signs: &["|"],
            check: hidden_status,
        },
        Trigger::AnyCommand { signs: &[form::SIGNS, FILTERS], check: hidden_status },
    ]),
    better: Some(Trigger::Command {
        programs: &runner::PROGRAMS,
        subcommands: &[],
        signs: &[],
        check: |case, command| {
            let is_shown = case.script().is_some_and(keeps_status) || !command.writes_pipe;
            check(is_shown && runner::label(command).is_some())
        },
    }),
    needs: &[],
    repeat: Repeat::nth(1, 3, 3),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn hidden_status(case: &Case, command: &Command) -> Check<Finding> {
    let script = case.script().ok_or(Miss::No)?;
    let masked = Masked::of(case, command)?;
    let ignored = masked.following(script).next().is_some_and(|next| {
        next.joined == Joined::Or && matches!(next.program.as_str(), "true" | ":")
    });
    if ignored {
        return Err(Miss::Near("it says that the status does not matter"));
    }
    closed::check(case, script, &masked)?;
    let is_seen = ends_the_call(script, &masked)
        && (shows_all(case, &masked) || shows_verdicts(case, &masked));
    if is_seen && case.has_said(RULE.id) {
        return Err(Miss::Near("it was said once, and here the output shows how the run ended"));
    }
    let finding = Finding::new(advice(case, script, &masked));
    // What acts on the status is the graver matter, and has rules of its own.
    let is_outranked = masked.consequence(script).is_some();
    Ok(if is_outranked { finding.with_severity(Severity::Hint) } else { finding })
}

fn advice(case: &Case, script: &Script, masked: &Masked) -> Advice {
    let Masked { run, label, last, .. } = masked;
    let sink = &last.program;
    if let Some(other) = loses_earlier(case, script, masked) {
        return Advice::plain(format!(
            "{other}; {label} | {sink} exits with {sink}'s status, and with pipefail set with that of {label} alone: run each \
             in a call of its own"
        ));
    }
    let lead = format!("{label} | {sink} exits with {sink}'s status; next time");
    if !decides(script, masked) {
        return Advice::plain(format!("{lead} run it without the pipe, or with pipefail set"));
    }
    let mut filters = script.commands.iter().filter(|other| other.joined == Joined::Pipe);
    if filters.all(reads_all)
        && let Some(pipeline) = masked_part(script, masked)
    {
        let plain = format!("{lead} put `set -o pipefail;` in front");
        // What has had its effect is not said again.
        let is_whole = script.commands.iter().all(|other| {
            moves(other)
                || script.is_in_pipeline(other, masked.pipeline)
                || script.text_of(other).is_none()
        });
        let lead = if is_whole { lead } else { format!("{lead} for that part") };
        return Advice::better(lead, format!("set -o pipefail; {pipeline}"), plain);
    }
    let plain =
        format!("{lead} save the output to a file, check the exit code, then look at the file");
    let stages = script.stages(masked.pipeline).unwrap_or_default();
    match saved(script, run, &stages) {
        Some(rewrite) => Advice::better(lead, rewrite, plain),
        None => Advice::plain(plain),
    }
}

/// The label of a run that comes before the masked one in its group, and whose status does not decide
/// that of the group.
fn loses_earlier(case: &Case, script: &Script, masked: &Masked) -> Option<String> {
    let Masked { run, first, .. } = masked;
    let group = script
        .before(run)
        .iter()
        .filter(|other| other.id >= first.id && other.depth == run.depth && !other.in_substitution);
    let group: Vec<&Command> = group.chain([*run]).collect();
    let is_loose = group
        .iter()
        .skip(1)
        .any(|other| matches!(other.joined, Joined::Semicolon | Joined::Newline | Joined::Or));
    let mut runs = group.iter().filter(|other| other.id != run.id);
    runs.find_map(|other| runner::label(other).or_else(|| form::label(case, other)))
        .filter(|_| is_loose && run.stage.is_none())
}

/// The masked pipeline as written, with the `cd`s in front of it. What else comes before or after
/// has had its effect: a push is not advised a second time.
fn masked_part(script: &Script, masked: &Masked) -> Option<String> {
    let pipeline = script.pipeline_text(masked.pipeline)?;
    let before = script
        .before(masked.first)
        .iter()
        .filter(|command| command.depth == masked.last.depth && moves(command));
    let folders: Vec<&str> = before.filter_map(|command| script.text_of(command)).collect();
    let texts = folders.into_iter().chain([pipeline]);
    Some(texts.map(str::trim).collect::<Vec<_>>().join(" && "))
}

/// Whether a command changes what the shell runs later commands in.
fn moves(command: &Command) -> bool {
    matches!(command.program.as_str(), "cd" | "pushd" | "export" | "source" | ".")
}

/// Whether the call ends with the status of a pipeline, so that `pipefail` in front would show it:
/// only `&&` follows, and no other shell, loop or background is between.
fn decides(script: &Script, masked: &Masked) -> bool {
    let starts = |wrapper: &str| shell::is_shell(wrapper) || matches!(wrapper, "xargs" | "find");
    let first = masked.first;
    masked.last.depth == 0
        && !first.in_substitution
        && !masked.last.background
        && !first.wrappers.iter().any(|wrapper| starts(wrapper))
        && masked.following(script).all(|other| matches!(other.joined, Joined::And | Joined::Pipe))
}

/// Whether the run's whole output is before the agent: its filter is a `head`, `tail` or `sed -n 1,9p`, and the
/// call printed fewer lines than it lets through. A build or a check prints nothing where all is
/// well, but the empty output of a test shows nothing. A call that failed did not get as far as a
/// run before a filter that succeeds.
///
/// In recorded traffic 157 of 213 such lines were about an output of this kind. Once a session that
/// is worth a line, since the next output may be longer.
fn shows_all(case: &Case, masked: &Masked) -> bool {
    let result = case.event.shell();
    let lines = result.lines();
    let is_test = runner::purpose(masked.run).is_none_or(|purpose| purpose == Purpose::Test);
    result.persisted_bytes.is_none()
        && (lines > 0 || !is_test || !case.event.succeeded())
        && lines_let_through(masked.last).is_some_and(|most| lines < most)
}

/// Whether the filter is a grep for the words of both verdicts, and found some.
fn shows_verdicts(case: &Case, masked: &Masked) -> bool {
    asks_for_both_verdicts(masked.last) && case.event.shell().lines() > 0
}

/// Whether the pipeline is the run with its errors and one filter, or a grep for both verdicts and one
/// filter, and nothing after it could act on its status.
fn ends_the_call(script: &Script, masked: &Masked) -> bool {
    let stages = script.stages(masked.pipeline).unwrap_or_default();
    let is_short = match stages.as_slice() {
        [_, _] => true,
        [_, verdicts, _] => asks_for_both_verdicts(verdicts),
        _ => false,
    };
    masked.is_plain()
        && is_short
        && masked.last.redirections.is_empty()
        && masked.run.redirections.iter().all(merges_errors)
        && script.after(masked.last).is_empty()
}

/// How many lines a `head` or `tail` lets through from its end of a pipe. `None` if that is not
/// known: for bytes, or all lines from one on.
fn lines_let_through(filter: &Command) -> Option<usize> {
    const WITHOUT_OPTION: usize = 10;
    if filter.is("sed") {
        // `sed -n '1,40p'` is another head.
        let [option, range] = filter.args.as_slice() else { return None };
        let last = range.text.strip_prefix("1,")?.strip_suffix('p')?;
        return option.is("-n").then(|| last.parse().ok())?;
    }
    matches!(filter.program.as_str(), "head" | "tail").then_some(())?;
    let words: Vec<&str> = filter.args.iter().map(|word| word.text.as_str()).collect();
    let number = match words.as_slice() {
        [] => return Some(WITHOUT_OPTION),
        ["-n", number] => number,
        [option] => option.strip_prefix("-n").or_else(|| option.strip_prefix('-'))?,
        _ => return None,
    };
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())?
}

/// Whether a filter reads to the end and succeeds, so that `pipefail` is safe with it. Others may
/// stop early, so that the run dies of SIGPIPE, or fail without a match.
fn reads_all(filter: &Command) -> bool {
    match filter.program.as_str() {
        program if programs::is(program, Trait::ReadsToEnd) => true,
        "sed" | "awk" => !filter
            .args
            .iter()
            .any(|word| word.text.contains(['q', 'Q']) || word.text.contains("exit")),
        _ => false,
    }
}

/// Whether a redirection is `2>&1`.
fn merges_errors(redirection: &Redirection) -> bool {
    redirection.operator == ">&" && redirection.fd == Some(2) && redirection.target.is("1")
}

/// The run with its output in a fresh file, its status shown, and the filter on the file. `None` if
/// the script is more than the run and one filter.
fn saved(script: &Script, run: &Command, stages: &[&Command]) -> Option<String> {
    let [_, filter] = stages else { return None };
    let merges = !run.redirections.is_empty();
    // The script must not use that variable already.
    if script.text.contains("$f") || script.text.contains("${f") || run.assigned("f").is_some() {
        return None;
    }
    let simple = script.commands.len() == 2
        && run.wrappers.is_empty()
        && filter.wrappers.is_empty()
        && run.redirections.iter().all(merges_errors)
        && filter.redirections.is_empty();
    let items = options::read(&filter.args, Spec::of(&filter.program));
    let patterns = usize::from(
        filter.program != "head"
            && !options::has(&items, Some('e'), "regexp")
            && !options::has(&items, Some('f'), "file"),
    );
    if !simple || options::operands(&items).len() != patterns {
        return None;
    }
    let assignments: String =
        run.assignments.iter().map(|(name, value)| format!("{name}={} ", value.raw)).collect();
    let spelled = |command: &Command| {
        [command.spelled.as_str(), &command.raw_args()].join(" ").trim().to_owned()
    };
    // The parts lack what is in front of the run (`time`): then there is no rewrite.
    let run_text = format!("{assignments}{}", spelled(run));
    script.text.trim_start().starts_with(run_text.as_str()).then_some(())?;
    let both = if merges { " 2>&1" } else { "" };
    Some(format!(
        "f=$(mktemp); {run_text} >\"$f\"{both}; echo \"exit $?\"; {} \"$f\"",
        spelled(filter)
    ))
}
