//! Recorded traffic through the hook, one process a call, with state kept: what the calls of real
//! sessions cost, beside R, a program that only reads the same input.
//!
//! The traffic is sent several times over, each time with a state of its own, and a call costs the
//! median of its runs: the quantiles are those of calls, and what the machine did meanwhile does
//! not decide the tail. How long single runs took stands below.
//!
//! `cargo bench --bench traffic -- EVENTS [CALLS]`: hook inputs, one a line; 20,000 calls unless
//! told. The state is left in the folder that `TOOLCOACH_BENCH_STATE` names. A timing never fails
//! it.
#![allow(
    clippy::restriction,
    reason = "a bench prints, and stops at the first thing that is not as it should be"
)]

mod programs;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use programs::{built, spawn};

/// Calls that are sent unless told.
const CALLS: usize = 20_000;

/// How often each call is run, each time in a state of its own.
const PASSES: usize = 3;

/// The time after its input at which the hook is gone (DESIGN.md 3.4).
const LIMIT: Duration = Duration::from_millis(100);

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [events, rest @ ..] = arguments.as_slice() else {
        println!("run it with cargo bench --bench traffic -- EVENTS [CALLS]");
        return;
    };
    let calls = rest.first().map_or(CALLS, |calls| calls.parse().expect("a number of calls"));
    let events = BufReader::new(fs::File::open(events).expect("a file of events"));
    let programs = built();
    let (_, binary) = &programs.hooks[0];
    let floor_program = programs.floor.as_deref().unwrap_or(Path::new("/bin/true"));
    let scratch = tempfile::tempdir().unwrap();
    // Whoever names a folder wants the state that is left: that of the first pass.
    let mut states: Vec<PathBuf> =
        (0..PASSES).map(|pass| scratch.path().join(pass.to_string())).collect();
    if let Some(named) = std::env::var_os("TOOLCOACH_BENCH_STATE") {
        states[0] = PathBuf::from(named);
    }
    for state in &states {
        fs::create_dir_all(state).unwrap();
    }
    let (mut hook, mut floor) = (Runs::default(), Runs::default());
    let mut sessions = HashSet::new();
    let mut answered = 0_usize;
    for (at, event) in events.lines().map(Result::unwrap).take(calls).enumerate() {
        let first = sessions.insert(session(&event));
        for (pass, state) in states.iter().enumerate() {
            // Whoever comes second finds the input in the processor's cache, so they take turns.
            let turns: [&Path; 2] = if (at + pass) % 2 == 0 {
                [binary, floor_program]
            } else {
                [floor_program, binary]
            };
            for program in turns {
                let (took, printed) = spawn(program, &[], state, event.as_bytes());
                answered += usize::from(pass == 0 && !printed.is_empty());
                if program == binary { &mut hook } else { &mut floor }.single.push(took);
            }
        }
        for runs in [&mut hook, &mut floor] {
            runs.settle(first);
        }
        if io::stderr().is_terminal() && at % 100 == 99 {
            eprint!("\rcalls: {}/{calls}  ", at + 1);
        }
    }
    if io::stderr().is_terminal() {
        eprintln!();
    }
    println!(
        "{} calls of {} sessions, {answered} answered, each run {PASSES} times",
        hook.calls.len(),
        sessions.len()
    );
    print_times("the median of each call", &mut hook.calls, &mut floor.calls);
    print_times("the first call of each session", &mut hook.firsts, &mut floor.firsts);
    print_times("each run", &mut hook.single, &mut floor.single);
    let state = &states[0];
    let ways = ways(&state.join("sessions"));
    let total: usize = ways.values().sum();
    let share = |count: &usize| format!("{:.2} %", *count as f64 * 100.0 / total as f64);
    println!();
    for (way, count) in &ways {
        println!("{way}: {count} calls, {}", share(count));
    }
    println!(
        "over {} ms: {} of the hook, {} of R",
        LIMIT.as_millis(),
        over(&hook.single),
        over(&floor.single)
    );
    let refused = fs::read_to_string(state.join("errors.jsonl")).unwrap_or_default();
    println!("inputs refused: {}", refused.lines().count());
    let breakers = fs::read_to_string(state.join("breakers.json")).unwrap_or_default();
    println!("failures of analyzers: {}", if breakers.is_empty() { "none" } else { &breakers });
}

fn over(took: &[Duration]) -> usize {
    took.iter().filter(|took| **took > LIMIT).count()
}

/// What the runs of one program took.
#[derive(Default)]
struct Runs {
    single: Vec<Duration>,
    /// The median of each call.
    calls: Vec<Duration>,
    /// Those of them that were the first of their session.
    firsts: Vec<Duration>,
}

impl Runs {
    /// Takes the last runs together: they were of one call.
    fn settle(&mut self, first: bool) {
        let mut last = self.single[self.single.len() - PASSES..].to_vec();
        last.sort_unstable();
        let median = last[PASSES / 2];
        self.calls.push(median);
        if first {
            self.firsts.push(median);
        }
    }
}

/// The session that an event is of.
fn session(event: &str) -> String {
    let event: serde_json::Value = serde_json::from_str(event).unwrap_or_default();
    event["session_id"].as_str().unwrap_or_default().to_owned()
}

fn print_times(what: &str, hook: &mut [Duration], floor: &mut [Duration]) {
    hook.sort_unstable();
    floor.sort_unstable();
    println!("\n| {what}, us | p50 | p95 | p99 | max |\n|---|---:|---:|---:|---:|");
    for (name, took) in [("R", &*floor), ("toolcoach", hook)] {
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_micros();
        println!("| {name} | {} | {} | {} | {} |", at(0.5), at(0.95), at(0.99), at(1.0));
    }
    let at = |took: &[Duration], share: f64| {
        took[((took.len() - 1) as f64 * share) as usize].as_secs_f64()
    };
    let ratio = |share| at(hook, share) / at(floor, share);
    println!(
        "| x R | {:.2} | {:.2} | {:.2} | {:.2} |",
        ratio(0.5),
        ratio(0.95),
        ratio(0.99),
        ratio(1.0)
    );
}

/// How far each call went, from the ledgers.
fn ways(sessions: &Path) -> BTreeMap<String, usize> {
    let mut ways = BTreeMap::new();
    for entry in fs::read_dir(sessions).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with(".calls.jsonl") {
            for line in fs::read_to_string(path).unwrap().lines() {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                *ways.entry(line["via"].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
    }
    ways
}
