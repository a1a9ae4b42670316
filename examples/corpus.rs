//! Recorded traffic through `replay`, for who judges rules: what each rule matches, said or not,
//! and how that is spread over sessions.
//!
//! `cargo run --release --example corpus -- EVENTS.jsonl [--samples N] [--only RULE]`: a file that
//! `toolcoach replay` reads. The user's settings are left aside. Exits 1 when fewer than 95 % of
//! the calls end silent (of recorded sessions) or one takes over 100 ms.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a report for a person")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use toolcoach::commands::transcripts;
use toolcoach::commands::transcripts::{Conditions, Replayed};
use toolcoach::engine::Via;
use toolcoach::rules::matcher::Match;

/// The share of calls that must end silent, percent.
const SILENT_GOAL: f64 = 95.0;

/// The longest that a call may take.
const LIMIT: Duration = Duration::from_millis(100);

/// What one rule matches.
#[derive(Default)]
struct Found {
    held: u64,
    said: u64,
    samples: Vec<String>,
    /// How often in each session.
    sessions: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Counts {
    calls: u64,
    silent: u64,
    matched: u64,
    parsed: u64,
    refused: u64,
    asked: u64,
    answered_fast: u64,
    slowest: Duration,
    is_session: bool,
    sessions: BTreeSet<String>,
    rules: BTreeMap<&'static str, Found>,
}

impl Counts {
    fn count(&mut self, replayed: &Replayed) {
        let (case, answer) = (replayed.case, replayed.answer);
        let is_fast = !matches!(answer.via, Via::Deep | Via::Cut);
        let is_silent = answer.said.is_empty();
        self.calls += 1;
        self.silent += u64::from(is_silent);
        self.asked += u64::from(!is_fast);
        self.answered_fast += u64::from(!is_silent && is_fast);
        self.matched += u64::from(!is_silent || !answer.held.is_empty());
        self.parsed += u64::from(case.parsed().is_some());
        self.refused += u64::from(case.refusal().is_some());
        self.slowest = self.slowest.max(replayed.took);
        self.is_session |= !replayed.memory.is_empty();
        self.sessions.insert(replayed.memory.to_owned());
        for found in &answer.said {
            self.found(replayed, found).said += 1;
        }
        for (found, _) in &answer.held {
            self.found(replayed, found);
        }
    }

    fn found(&mut self, replayed: &Replayed, hit: &Match) -> &mut Found {
        let event = replayed.case.event;
        let about = event.command().or(event.input().file_path.as_deref()).unwrap_or_default();
        let found = self.rules.entry(hit.rule.id).or_default();
        found.held += 1;
        *found.sessions.entry(replayed.memory.to_owned()).or_default() += 1;
        found.samples.push(format!("{}\n      {}", about.replace('\n', "\\n"), hit.text));
        found
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let path = args.first().ok_or("usage: corpus EVENTS.jsonl [--samples N] [--only RULE]")?;
    let samples = args.iter().position(|arg| arg == "--samples").and_then(|at| args.get(at + 1));
    let samples: usize = samples.map_or(Ok(0), |n| n.parse())?;
    let only = args.iter().position(|arg| arg == "--only").and_then(|at| args.get(at + 1));
    let mut counts = Counts::default();
    let files = [PathBuf::from(path)];
    let left_out =
        transcripts::read(&files, &Conditions::default(), &AtomicU64::new(0), &mut |replayed| {
            counts.count(replayed)
        });
    if let Some(path) = left_out.unreadable_files.first() {
        return Err(format!("{path} cannot be read").into());
    }
    let share = |part: u64| part as f64 * 100.0 / counts.calls.max(1) as f64;
    println!(
        "{} calls; {:.2} % silent, {:.2} % without memory and budgets",
        counts.calls,
        share(counts.silent),
        100.0 - share(counts.matched)
    );
    if left_out.unreadable_lines + left_out.foreign_lines > 0 {
        println!(
            "{} unreadable and {} foreign lines",
            left_out.unreadable_lines, left_out.foreign_lines
        );
    }
    let of_answered =
        counts.answered_fast as f64 * 100.0 / (counts.calls - counts.silent).max(1) as f64;
    println!(
        "{:.2} % start an analyzer; {of_answered:.1} % of the answered calls need none",
        share(counts.asked)
    );
    println!("{:.1} % parsed, {} commands refused", share(counts.parsed), counts.refused);
    println!(
        "{} contexts; each rule: matches, said, matches per 1,000 calls; of contexts: share, median, p90, max",
        counts.sessions.len()
    );
    for (id, found) in counts.rules.iter().filter(|(id, _)| only.is_none_or(|only| only == *id)) {
        let mut times: Vec<u64> = found.sessions.values().copied().collect();
        times.sort_unstable();
        let at = |share: usize| {
            times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or(0)
        };
        println!(
            "{id:24} {:6} {:5} {:7.2}   {:4.1} % {:3} {:3} {:3}",
            found.held,
            found.said,
            found.held as f64 * 1000.0 / counts.calls as f64,
            times.len() as f64 * 100.0 / counts.sessions.len() as f64,
            at(50),
            at(90),
            at(100)
        );
        let step = (found.samples.len() / samples.max(1)).max(1);
        for sample in found.samples.iter().step_by(step).take(samples) {
            println!("    {sample}");
        }
    }
    let good =
        (!counts.is_session || share(counts.silent) >= SILENT_GOAL) && counts.slowest < LIMIT;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
