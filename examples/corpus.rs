//! Runs recorded traffic through the engine, sessions kept and in order, and tells what would have been said.
//!
//! `cargo run --release --example corpus -- EVENTS.jsonl [--samples N] [--only RULE]`: one hook input a line; the
//! fields `x_agent_id`, `x_agent`, `x_version` and `x_event_fires` tell what the recording knows besides. A line with
//! a field `cmd` is a bare command without a session. Exits 1 when fewer than 95 % of the calls end silent (of
//! recorded sessions) or one takes over 100 ms.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a report for a person")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use toolcoach::analyzers::{self, Task};
use toolcoach::case::Case;
use toolcoach::client::{Client, Version};
use toolcoach::engine;
use toolcoach::event::Event;
use toolcoach::facts::Facts;
use toolcoach::json;
use toolcoach::ledger::Ledger;

/// The share of calls that must end silent, percent.
const SILENT_GOAL: f64 = 95.0;

/// The longest that a call may take.
const LIMIT: Duration = Duration::from_millis(100);

#[derive(Default)]
struct Found {
    held: u64,
    said: u64,
    samples: Vec<String>,
    /// How often in each session.
    sessions: BTreeMap<String, u64>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let path = args.first().ok_or("usage: corpus EVENTS.jsonl [--samples N]")?;
    let samples = args.iter().position(|arg| arg == "--samples").and_then(|at| args.get(at + 1));
    let samples: usize = samples.map_or(Ok(0), |n| n.parse())?;
    let only = args.iter().position(|arg| arg == "--only").and_then(|at| args.get(at + 1));
    let state = tempfile::tempdir()?;
    let mut sessions = BTreeSet::new();
    let mut projects: BTreeMap<String, Option<PathBuf>> = BTreeMap::new();
    let (mut calls, mut silent, mut matched, mut parsed, mut refused) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    let mut slowest = Duration::ZERO;
    let (mut asked, mut answered_fast) = (0_u64, 0_u64);
    let mut bare_only = true;
    let mut rules: BTreeMap<&'static str, Found> = BTreeMap::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        let [fires, agent_id, agent, version, command] =
            json::pick(&line, &["x_event_fires", "x_agent_id", "x_agent", "x_version", "cmd"])?;
        let line = command.map_or_else(|| line.clone(), bare);
        if fires == Some("false") {
            continue;
        }
        let mut event = Event::parse(&line)?;
        bare_only &= command.is_some();
        event.agent = agent_id.and_then(json::string);
        let client = match agent.and_then(json::string).as_deref() {
            Some("codex") => Client::Codex,
            _ => Client::Claude(version.and_then(json::string).and_then(|text| version_of(&text))),
        };
        let session = event.session.clone().unwrap_or_default();
        let ledger = command.is_none().then(|| Ledger::new(state.path(), &session, event.agent.as_deref()));
        let stem = ledger.as_ref().map(|ledger| format!("{session} {}", ledger.stem())).unwrap_or_default();
        sessions.insert(stem.clone());
        let start = Instant::now();
        // The recording does not tell where a session began; its first call was there.
        let cwd = event.cwd.as_deref().map(PathBuf::from);
        let project = projects.entry(session.to_string()).or_insert_with(|| cwd).clone();
        let facts = Facts::new(client, event.cwd.as_deref()).in_project(project);
        let case = Case::new(&event, facts, ledger.as_ref());
        let ask = |tasks: &[Task]| analyzers::look(&case, tasks, false);
        let asked_before = asked;
        let answer = engine::answer(&case, ledger.as_ref(), start, |tasks: &[Task]| {
            asked += 1;
            ask(tasks)
        });
        slowest = slowest.max(start.elapsed());
        answered_fast += u64::from(answer.is_some() && asked == asked_before);
        calls += 1;
        silent += u64::from(answer.is_none());
        parsed += u64::from(case.parsed().is_some());
        refused += u64::from(case.refusal().is_some());
        let examination = engine::examine(&case, false, ask);
        matched += u64::from(!examination.matches.hit.is_empty());
        for hit in &examination.matches.hit {
            let found = rules.entry(hit.rule.id).or_default();
            found.held += 1;
            *found.sessions.entry(stem.clone()).or_default() += 1;
            found.said += u64::from(answer.as_ref().is_some_and(|text| text.contains(&hit.text)));
            let about = event.command().or(event.input().file_path.as_deref()).unwrap_or_default();
            found.samples.push(format!("{}\n      {}", about.replace('\n', "\\n"), hit.text));
        }
    }
    let share = |part: u64| part as f64 * 100.0 / calls as f64;
    println!(
        "{calls} calls; {:.2} % silent, {:.2} % without memory and budgets",
        share(silent),
        100.0 - share(matched)
    );
    let of_answered = answered_fast as f64 * 100.0 / (calls - silent).max(1) as f64;
    println!("{:.2} % start an analyzer; {of_answered:.1} % of the answered calls need none", share(asked));
    println!("{:.1} % parsed, {refused} commands refused; slowest call {slowest:?}", share(parsed));
    println!(
        "{} contexts; each rule: matches, said, matches per 1,000 calls; of contexts: share, median, p90, max",
        sessions.len()
    );
    for (id, found) in rules.iter().filter(|(id, _)| only.is_none_or(|only| only == *id)) {
        let mut counts: Vec<u64> = found.sessions.values().copied().collect();
        counts.sort_unstable();
        let at = |share: usize| {
            counts.get((counts.len() * share / 100).min(counts.len() - 1)).copied().unwrap_or(0)
        };
        println!(
            "{id:24} {:6} {:5} {:7.2}   {:4.1} % {:3} {:3} {:3}",
            found.held,
            found.said,
            found.held as f64 * 1000.0 / calls as f64,
            counts.len() as f64 * 100.0 / sessions.len() as f64,
            at(50),
            at(90),
            at(100)
        );
        let step = (found.samples.len() / samples.max(1)).max(1);
        for sample in found.samples.iter().step_by(step).take(samples) {
            println!("    {sample}");
        }
    }
    let good = (bare_only || share(silent) >= SILENT_GOAL) && slowest < LIMIT;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The event of a bare command, given as a JSON string.
fn bare(command: &str) -> String {
    format!(
        r#"{{"hook_event_name":"PostToolUse","cwd":"/repo","tool_name":"Bash","tool_input":{{"command":{command}}},"tool_response":{{"stdout":"","stderr":""}}}}"#
    )
}

fn version_of(text: &str) -> Option<Version> {
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    Some(Version(numbers.next()??, numbers.next()??, numbers.next()??))
}
