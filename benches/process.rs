//! Whole processes, as a client runs them: what a call costs against R, a program that reads its
//! stdin to the end, in one interleaved run and through pipes.
//!
//! `cargo bench --bench process`, with `-- --quick` for 30 rounds. A timing never fails it, a wrong
//! answer does. It wants musl-gcc (Debian: musl-tools) for R, and GNU time for the memory.
#![allow(
    clippy::restriction,
    reason = "a bench prints, and stops at the first thing that is not as it should be"
)]

mod calls;
mod programs;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use calls::counts::counts;
use calls::payload::{Kind, SESSION, event};
use programs::{built, spawn};
use tempfile::TempDir;

/// Payload sizes with the goals in R: of the worst silent call, and of one that speaks (DESIGN.md 7).
const SIZES: [(usize, &str, f64, f64); 4] = [
    (1 << 10, "1 KB", 1.6, 1.9),
    (30 << 10, "30 KB", 1.8, 2.1),
    (300 << 10, "300 KB", 1.8, 2.0),
    (3 << 20, "3 MB", 1.6, 1.7),
];

/// Rounds of a table unless told.
const ROUNDS: usize = 300;

/// What other hooks are made of: none of them can be faster than its own start. The last one is a
/// lower bound for any hook in Python, which has more to import than this.
const OTHERS: [(&str, &str, &[&str]); 3] = [
    ("sh -c true", "/bin/sh", &["-c", "true"]),
    ("jq empty", "/usr/bin/jq", &["empty"]),
    ("python3, json.load", "/usr/bin/python3", &["-c", "import json, sys; json.load(sys.stdin)"]),
];

/// Calls in the ledger of a session that already exists: more than a process reads back.
const CALLS_BEFORE: usize = 100;

/// How much the 10,000th call may cost of the 100th.
const GROWTH: f64 = 1.05;

/// One session in a state folder of its own.
struct Session {
    state: TempDir,
    /// How long the list of what was said is before a call.
    said: Option<(PathBuf, u64)>,
}

impl Session {
    /// A session in which `calls` calls were made, and one thing was said.
    fn new(binary: &Path, kind: Kind, calls: usize) -> Self {
        let mut session = Self { state: tempfile::tempdir().unwrap(), said: None };
        let warm = |kind| {
            spawn(binary, &[], session.state.path(), &event(kind, 0, SESSION, "toolu_warm"));
        };
        warm(Kind::Speaks);
        warm(kind);
        let path = session.file(".calls.jsonl");
        let ledger = fs::read_to_string(&path).unwrap();
        // Each call has an id of its own, else a reader would take them for one call.
        let (head, tail) = ledger.lines().last().unwrap().split_once("\"call\":\"").unwrap();
        let (_, tail) = tail.split_at(16);
        let lines: String =
            (1..calls).map(|call| format!("{head}\"call\":\"{call:016x}{tail}\n")).collect();
        fs::write(&path, lines).unwrap();
        let warnings = session.file(".warnings.jsonl");
        let length = fs::metadata(&warnings).unwrap().len();
        session.said = Some((warnings, length));
        session
    }

    fn file(&self, ending: &str) -> PathBuf {
        let files = fs::read_dir(self.state.path().join("sessions")).unwrap();
        files
            .map(|file| file.unwrap().path())
            .find(|path| path.to_string_lossy().ends_with(ending))
            .unwrap()
    }

    /// Forgets what the last call said, so that every call finds the same session.
    fn forget(&self) {
        if let Some((path, length)) = &self.said {
            fs::OpenOptions::new().write(true).open(path).unwrap().set_len(*length).unwrap();
        }
    }
}

/// What is run against each other in one table.
struct Contestant<'a> {
    name: String,
    program: &'a Path,
    args: &'a [&'a str],
    input: Input<'a>,
    /// At most so many times the floor.
    goal: Option<f64>,
    took: Vec<Duration>,
}

enum Input<'a> {
    /// A program that does not care.
    Any(&'a [u8]),
    /// The hook in a session.
    Call(Kind, &'a Session, Vec<u8>),
    /// The hook in a session that begins with this call.
    First(Kind, &'a Session),
}

impl<'a> Contestant<'a> {
    fn new(name: impl Into<String>, program: &'a Path, input: Input<'a>) -> Self {
        Self { name: name.into(), program, args: &[], input, goal: None, took: Vec::new() }
    }

    /// Input and place of the next run, with the lines that are expected.
    fn next(&self, scratch: &'a Path) -> (Vec<u8>, &'a Path, usize) {
        match &self.input {
            Input::Any(bytes) => (bytes.to_vec(), scratch, 0),
            Input::Call(kind, session, bytes) => {
                (bytes.clone(), session.state.path(), kind.lines())
            }
            Input::First(kind, session) => {
                let id = format!("{SESSION}-{}", self.took.len());
                (event(*kind, 1 << 10, &id, "toolu_first"), session.state.path(), kind.lines())
            }
        }
    }

    fn forget(&self) {
        if let Input::Call(_, session, _) = &self.input {
            session.forget();
        }
    }

    fn run(&mut self, scratch: &'a Path) {
        let (input, state, expected) = self.next(scratch);
        let (took, printed) = spawn(self.program, self.args, state, &input);
        self.forget();
        let lines = printed.iter().filter(|byte| **byte == b'\n').count();
        assert!(
            lines == expected && printed.is_empty() == (expected == 0),
            "{}: {}",
            self.name,
            String::from_utf8_lossy(&printed)
        );
        self.took.push(took);
    }

    /// The time below which this share of the runs lies, us.
    fn percentile(&mut self, share: f64) -> f64 {
        self.took.sort_unstable();
        let at = (self.took.len() as f64 * share) as usize;
        self.took[at.min(self.took.len() - 1)].as_secs_f64() * 1e6
    }
}

/// Runs all of them `rounds` times, in another order each round, and prints one row for each; the
/// first one is the floor.
fn compete(payload: &str, mut contestants: Vec<Contestant>, rounds: usize) {
    let scratch = tempfile::tempdir().unwrap();
    // The folder outlives its borrowers by the end of this function.
    let folder: &Path = Box::leak(scratch.path().to_owned().into_boxed_path());
    let shows_progress = io::stderr().is_terminal();
    // xorshift64: any order will do, so long as it is the same in every run.
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut order: Vec<usize> = (0..contestants.len()).collect();
    for round in 0..rounds {
        if shows_progress {
            eprint!("\r{payload}: {}/{rounds}  ", round + 1);
        }
        for at in (1..order.len()).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            order.swap(at, (random % (at as u64 + 1)) as usize);
        }
        for at in &order {
            contestants[*at].run(folder);
        }
    }
    if shows_progress {
        eprintln!();
    }
    let floor = contestants[0].percentile(0.5);
    for contestant in &mut contestants {
        print_row(payload, contestant, floor, folder);
    }
}

fn print_row(payload: &str, contestant: &mut Contestant, floor: f64, scratch: &Path) {
    let (median, p10) = (contestant.percentile(0.5), contestant.percentile(0.1));
    let ratio = median / floor;
    let goal = contestant.goal.map_or(String::new(), |goal| {
        format!("{goal}{}", if ratio <= goal + 0.005 { "" } else { ", over" })
    });
    let scratch: &Path = Box::leak(scratch.to_owned().into_boxed_path());
    let (input, state, _) = contestant.next(scratch);
    let counted = counts(contestant.program, contestant.args, state, &input);
    contestant.forget();
    let [faults, calls, peak] = counted.map_or_else(Default::default, |counted| {
        let calls = counted.calls.map_or(String::new(), |calls| calls.to_string());
        [counted.faults.to_string(), calls, counted.peak_kb.to_string()]
    });
    println!(
        "| {payload} | {} | {median:.0} | {p10:.0} | {:+.0} | {ratio:.2} | {goal} | {faults} | {calls} | {peak} |",
        contestant.name,
        median - floor,
    );
}

fn print_head(title: &str, floor: &str) {
    println!(
        "\n{title}\n\n| payload | case | median us | p10 us | more | x {floor} | goal | page faults | system calls | peak KB |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if !has("--bench") && !has("--quick") {
        println!("run it with cargo bench --bench process");
        return;
    }
    let asked = std::env::var("TOOLCOACH_BENCH_ROUNDS")
        .ok()
        .map(|rounds| rounds.parse().expect("a number"));
    let rounds = asked.unwrap_or(if has("--quick") { 30 } else { ROUNDS });
    let programs = built();
    let truth = Path::new("/bin/true");
    let (floor, floor_name) = match &programs.floor {
        Some(floor) => (floor.as_path(), "R"),
        None => (truth, "/bin/true"),
    };
    let kinds = Kind::MAIN.into_iter().chain(Kind::OTHER).map(|(kind, _)| kind);
    let sessions: Vec<(Kind, Vec<Session>)> = kinds
        .map(|kind| {
            let of = |(_, binary): &(_, PathBuf)| Session::new(binary, kind, CALLS_BEFORE);
            (kind, programs.hooks.iter().map(of).collect())
        })
        .collect();
    let hooks = |kinds: &[(Kind, &str)], bytes: usize| {
        let mut calls = Vec::new();
        for (at, (build, binary)) in programs.hooks.iter().enumerate() {
            for (kind, name) in kinds {
                let (_, sessions) = sessions.iter().find(|(of, _)| of == kind).unwrap();
                let input = event(*kind, bytes, SESSION, "toolu_bench");
                let input = Input::Call(*kind, &sessions[at], input);
                calls.push(Contestant::new(format!("{build}: {name}"), binary, input));
            }
        }
        calls
    };

    print_head("Calls of a session that already exists; R reads its stdin to the end.", floor_name);
    for (bytes, size, silent, speaks) in SIZES {
        let any = event(Kind::Bash, bytes, SESSION, "toolu_bench");
        let mut contestants = vec![
            Contestant::new(floor_name, floor, Input::Any(&any)),
            Contestant::new("/bin/true", truth, Input::Any(&any)),
        ];
        for mut call in hooks(&Kind::MAIN, bytes) {
            let is_release = call.program == programs.hooks[0].1;
            let goal = if call.name.ends_with("speaks") { speaks } else { silent };
            call.goal = is_release.then_some(goal);
            contestants.push(call);
        }
        compete(size, contestants, rounds);
    }

    print_head("Other calls.", floor_name);
    for (bytes, size) in [(1 << 10, "1 KB"), (30 << 10, "30 KB")] {
        let any = event(Kind::Bash, bytes, SESSION, "toolu_bench");
        let mut contestants = vec![Contestant::new(floor_name, floor, Input::Any(&any))];
        contestants.extend(hooks(&Kind::OTHER, bytes));
        compete(size, contestants, rounds);
    }

    print_head("What other hooks are made of.", floor_name);
    for (bytes, size) in [(1 << 10, "1 KB"), (300 << 10, "300 KB")] {
        let any = event(Kind::Bash, bytes, SESSION, "toolu_bench");
        let mut contestants = vec![Contestant::new(floor_name, floor, Input::Any(&any))];
        contestants.extend(hooks(&Kind::MAIN[..1], bytes));
        for (name, program, args) in OTHERS.iter().filter(|(_, path, _)| Path::new(path).exists()) {
            let other = Contestant::new(*name, Path::new(program), Input::Any(&any));
            contestants.push(Contestant { args, ..other });
        }
        compete(size, contestants, rounds.min(100));
    }

    print_head("The first call of a session, which creates its files.", floor_name);
    let any = event(Kind::Bash, 1 << 10, SESSION, "toolu_bench");
    let mut contestants = vec![Contestant::new(floor_name, floor, Input::Any(&any))];
    for (at, (build, binary)) in programs.hooks.iter().enumerate() {
        for kind in [Kind::Bash, Kind::Speaks] {
            let (_, sessions) = sessions.iter().find(|(of, _)| *of == kind).unwrap();
            let name = if kind == Kind::Speaks { "speaks" } else { "silent" };
            let input = Input::First(kind, &sessions[at]);
            contestants.push(Contestant::new(format!("{build}: {name}"), binary, input));
        }
    }
    compete("1 KB", contestants, rounds);

    print_head("Growth: the same call after 100 and after 10,000 calls.", "the 100th call");
    let (_, binary) = &programs.hooks[0];
    for (kind, name) in [(Kind::Bash, "silent"), (Kind::Speaks, "speaks")] {
        let lengths = [100, 10_000].map(|calls| (calls, Session::new(binary, kind, calls)));
        let input = event(kind, 1 << 10, SESSION, "toolu_bench");
        let mut contestants: Vec<Contestant> = lengths
            .iter()
            .map(|(calls, session)| {
                let name = format!("{name}, {calls}th call");
                Contestant::new(name, binary, Input::Call(kind, session, input.clone()))
            })
            .collect();
        contestants[1].goal = Some(GROWTH);
        compete("1 KB", contestants, rounds);
    }
}
