//! `toolcoach explain`: every rule that matches one call, and whether the hook would say it.

use std::io::IsTerminal;
use std::time::Instant;

use clap::{Args, ValueEnum};
use once_cell::unsync::OnceCell;
use serde::Serialize;

use super::read_call::ReadCall;
use super::{context, log, stats};
use crate::base::{env, state_dir};
use crate::commands::error::Error;
use crate::commands::exit::Exit;
use crate::engine;
use crate::engine::analyzers::Task;
use crate::engine::judge::Held;
use crate::engine::{Answer, Examination, analyzers, holdout, suppress};
use crate::project::environment::Environment;
use crate::protocol::client::Client;
use crate::protocol::error::MAX_INPUT_BYTES;
use crate::protocol::excerpt::Excerpt;
use crate::protocol::{self, stdin};
use crate::rules::case::Case;
use crate::rules::matcher::Match;
use crate::rules::rule::{Analyzer, Severity};
use crate::settings::Settings;
use crate::ui::layout::{block, wrapped};
use crate::ui::print::{self, print, print_json};
use crate::ui::style::Palette;
use crate::ui::{format, size, verbosity};

/// What `explain` takes on the command line.
#[derive(Debug, Args)]
pub(crate) struct ExplainOptions {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Show which rule spoke last, when, where and why, and about which command
    #[arg(long, conflicts_with_all = ["event", "error", "cwd", "client", "size", "exit_code", "command"])]
    last: bool,
    /// How the command ended [default: success, or failure with --error]
    #[arg(long, value_enum)]
    event: Option<CallOutcome>,
    /// The error of a failed command [default: Exit code 1]
    #[arg(long, value_name = "TEXT")]
    error: Option<String>,
    /// The working directory after the call [default: the current folder]
    #[arg(long, value_name = "DIR")]
    cwd: Option<String>,
    /// The agent: claude, codex, gemini, qwen, cursor ...
    #[arg(long, value_name = "CLIENT")]
    client: Option<Client>,
    /// Size of the output, such as 500, 100k or 2M bytes
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "0", hide_default_value = true)]
    size: usize,
    /// Exit with 3 if the hook would speak
    #[arg(long)]
    exit_code: bool,
    /// A shell command in quotes, or as words after `--`; without one, hook JSON is read from stdin
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// A size of output; at most as much as the hook reads.
fn size(text: &str) -> Result<usize, String> {
    let most = MAX_INPUT_BYTES as u64;
    let bytes = size::parse(text)?;
    usize::try_from(bytes)
        .ok()
        .filter(|_| bytes <= most)
        .ok_or_else(|| format!("the hook reads at most {}", format::bytes(most)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CallOutcome {
    Success,
    Failure,
}

/// `explain --json`.
#[derive(Debug, Serialize)]
struct Explanation<'r> {
    client: &'r str,
    event: &'r str,
    tool: &'r str,
    read: ReadCall<'r>,
    advice: Vec<AdviceLine<'r>>,
    near: Vec<NearLine<'r>>,
    stages: Vec<StageLine<'r>>,
}

#[derive(Debug, Serialize)]
struct AdviceLine<'r> {
    rule: &'r str,
    severity: &'r str,
    path: &'r str,
    text: &'r str,
    /// Whether the hook would say it now.
    said: bool,
    /// Why it would not, in the ledger's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<Held>,
    /// Why the rule is suppressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    silenced: Option<String>,
    /// Why the rule is muted in most sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    learned: Option<String>,
}

#[derive(Debug, Serialize)]
struct NearLine<'r> {
    rule: &'r str,
    because: &'r str,
}

#[derive(Debug, Serialize)]
struct StageLine<'r> {
    stage: &'r str,
    us: u64,
}

/// Explains one call.
///
/// # Errors
/// When the input is not a valid event: the error says why and where.
pub(crate) fn run(options: &ExplainOptions) -> Result<Exit, Error> {
    if options.last {
        return stats::last(options.json, log::command_and_line).map(|()| Exit::Done);
    }
    let input = match options.command.as_slice() {
        [] if std::io::stdin().is_terminal() => {
            return Err(Error::Usage(
                "explain: give a command (toolcoach explain 'npm test | tail') or pipe hook JSON to it"
                    .to_owned(),
            ));
        }
        // All of it is kept: nobody waits.
        [] => stdin::read(|_| false).map_err(Error::Explain)?.into_excerpt(),
        // One word is a script.
        [script] => Excerpt::whole(composed_event(options, script)?),
        words => Excerpt::whole(composed_event(options, &quoted(words)?)?),
    };
    let start = Instant::now();
    let translation = OnceCell::new();
    let settings = Settings::load(state_dir::folder());
    let name = |from_event| options.client.or(from_event).or_else(|| settings.client());
    let (event, client) =
        protocol::read(input.kept(), &translation, name, env::ai_agent().as_deref())
            .map_err(Error::Explain)?;
    let read_us = start.elapsed().as_micros() as u64;
    // The ledger of a session is read, but nothing is written to it.
    let ledger = context::ledger_to_read(&event, state_dir::folder().as_deref());
    let environment = Environment::of_call(client, &event);
    // A session of which nothing is known does not change what rules find.
    let known = ledger.as_ref().filter(|ledger| !ledger.recent().is_empty());
    let new_case = |ledger| {
        Case::new(&event, environment.clone(), ledger).with_settings(settings.for_other_dir())
    };
    let case = new_case(known);
    context::report_problems(&case.settings, &case.environment);
    let examination = engine::examine(&case, true, |tasks| analyzers::look(&case, tasks, true));
    let forecast = {
        let case = new_case(ledger.as_ref());
        let look = |tasks: &[Task]| analyzers::look(&case, tasks, false);
        engine::forecast(&case, ledger.as_ref(), look)
    };
    if options.json {
        let explanation = explanation(&case, &examination, &forecast, read_us);
        print_json(&(serde_json::to_string(&explanation)? + "\n"))?;
    } else {
        print(&page(&case, &examination, &forecast, read_us))?;
    }
    let speaks = options.exit_code && !forecast.said.is_empty();
    Ok(if speaks { Exit::Speaks } else { Exit::Done })
}

/// The words as a script in which each of them is a word again.
fn quoted(words: &[String]) -> Result<String, Error> {
    shlex::try_join(words.iter().map(String::as_str))
        .map_err(|error| Error::Usage(format!("explain: {error}")))
}

/// The JSON of an event: a shell command that just ended.
fn composed_event(options: &ExplainOptions, command: &str) -> Result<String, Error> {
    let cwd = match &options.cwd {
        Some(cwd) => std::path::absolute(cwd).unwrap_or_default(),
        None => std::env::current_dir().unwrap_or_default(),
    };
    let failed = match (options.event, &options.error) {
        (Some(CallOutcome::Success), Some(_)) => {
            return Err(Error::Usage("explain: --error is for a command that failed".to_owned()));
        }
        (Some(outcome), _) => outcome == CallOutcome::Failure,
        (None, error) => error.is_some(),
    };
    let mut event = serde_json::json!({
        "hook_event_name": if failed { "PostToolUseFailure" } else { "PostToolUse" },
        "cwd": cwd.to_string_lossy(),
        "tool_name": "Bash",
        "tool_input": { "command": command },
    });
    let (key, value) = if failed {
        ("error", serde_json::json!(options.error.as_deref().unwrap_or("Exit code 1")))
    } else {
        ("tool_response", serde_json::json!({ "stdout": "x".repeat(options.size), "stderr": "" }))
    };
    if let Some(fields) = event.as_object_mut() {
        fields.insert(key.to_owned(), value);
    }
    Ok(serde_json::to_string(&event)?)
}

fn explanation<'r>(
    case: &'r Case,
    examination: &'r Examination,
    forecast: &Answer,
    read_us: u64,
) -> Explanation<'r> {
    Explanation {
        client: case.environment.client.name(),
        event: case.event.name.as_str(),
        tool: &case.event.tool_name,
        read: ReadCall::of(case.event),
        advice: examination
            .matches
            .hit
            .iter()
            .map(|hit| AdviceLine {
                said: held_of(hit, forecast).is_none(),
                held: held_of(hit, forecast),
                rule: hit.rule.id,
                severity: hit.severity.as_str(),
                path: hit.rule.analyzer.map_or("fast", Analyzer::as_str),
                text: &hit.text,
                silenced: suppress::of(&case.settings, &case.environment, hit.rule.id)
                    .map(|suppression| suppression.to_string()),
                learned: Some(hit)
                    .filter(|hit| hit.severity != Severity::Critical)
                    .and_then(|hit| holdout::learned_mute(&case.settings, hit.rule.id)),
            })
            .collect(),
        near: examination
            .matches
            .near
            .iter()
            .map(|near| NearLine { rule: near.rule.id, because: &near.because })
            .collect(),
        stages: std::iter::once(("read", read_us))
            .chain(examination.stages.iter().copied())
            .map(|(stage, us)| StageLine { stage, us })
            .collect(),
    }
}

/// Why the hook would not say a line; `None` if it would.
fn held_of(found: &Match, forecast: &Answer) -> Option<Held> {
    let is_it = |other: &Match| other.rule.id == found.rule.id && other.text == found.text;
    if forecast.said.iter().any(is_it) {
        return None;
    }
    let held = forecast.held.iter().find(|(other, _)| is_it(other)).map(|(_, why)| *why);
    // The hook skips a rule that has less to say. In a session that it knows nothing about, it
    // cannot find what depends on earlier calls.
    let other = if forecast.said.is_empty() { Held::Early } else { Held::Outranked };
    Some(held.unwrap_or(other))
}

fn page(case: &Case, examination: &Examination, forecast: &Answer, read_us: u64) -> String {
    let explanation = explanation(case, examination, forecast, read_us);
    let (palette, width) = (Palette::of_stdout(), print::sentence_columns(print::columns()));
    let indented = |text: &str| block("  ", "  ", text, width);
    let mut page = String::new();
    for advice in &explanation.advice {
        let severity = palette.severity(advice.severity);
        page.push_str(&format!("{} ({severity})\n", palette.bold(advice.rule)));
        for line in advice.text.lines() {
            page.push_str(&indented(line));
        }
        if let Some(command) = command_of(advice.text) {
            // It is never wrapped, so that users can copy it.
            page.push_str(&format!("  $ {}\n", palette.bold(command)));
        }
        if let Some(silenced) = &advice.silenced {
            page.push_str(&indented(&format!("Not said: {silenced}")));
        } else if let Some(held) = advice.held {
            page.push_str(&indented(&format!("Not said: {}", held.in_words())));
        }
        if let Some(learned) = &advice.learned {
            page.push_str(&indented(&format!("The rule is {learned}.")));
        }
        page.push('\n');
    }
    if explanation.advice.is_empty() {
        let because = match case.refusal() {
            Some(refusal) => refusal.reason(),
            None if explanation.near.is_empty() => "no rule looks at this call",
            None => "no rule matches",
        };
        page.push_str(&wrapped(&format!("Nothing to say: {because}."), width));
        page.push('\n');
    }
    if !explanation.near.is_empty() {
        page.push_str("Near misses:\n");
        for near in &explanation.near {
            let text = format!("{}: {}", near.rule, near.because);
            page.push_str(&block("  ", "    ", &text, width));
        }
        page.push('\n');
    }
    if explanation.advice.is_empty() && !verbosity::is_quiet() {
        page.push_str(&block("", "", NEXT, width));
    }
    if verbosity::is_verbose() {
        page.push_str(&block("", "", &stages(&explanation, case.event.succeeded()), width));
    }
    format!("{}\n", page.trim_end())
}

/// What helps on where there is nothing to say.
const NEXT: &str = "`toolcoach rules` lists what it looks for; `toolcoach rules WORD` lists what is about a word, such as a program.";

/// What was looked at, and how long each stage took.
fn stages(explanation: &Explanation, succeeded: bool) -> String {
    let stages: Vec<String> =
        explanation.stages.iter().map(|stage| format!("{} {} us", stage.stage, stage.us)).collect();
    let ended = if succeeded { "call" } else { "failure" };
    let (tool, client) = (explanation.tool, explanation.client);
    let paths =
        explanation.advice.iter().map(|advice| format!("; {}: {} path", advice.rule, advice.path));
    let code = explanation.read.exit_code.map(|code| format!(" (exit code {code})"));
    let code = code.unwrap_or_default();
    format!("{tool} {ended}{code} of {client}; {}{}", stages.join(", "), paths.collect::<String>())
}

/// The command that a line of advice ends with, to be copied.
fn command_of(line: &str) -> Option<&str> {
    let (_, command) = line.rsplit_once(" (")?.0.strip_suffix('`')?.rsplit_once('`')?;
    Some(command).filter(|command| command.contains(' '))
}
