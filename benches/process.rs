//! Whole processes, as a client runs them: what a call costs against an empty program, in one
//! interleaved run.
//!
//! `cargo bench --bench process`, with `-- --quick` for 30 rounds. A timing never fails it, a wrong
//! answer does.
#![allow(
    clippy::restriction,
    reason = "a bench prints, and stops at the first thing that is not as it should be"
)]

mod programs;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use programs::{built, spawn};
use tempfile::TempDir;

/// Payload sizes with the rounds and the goals for each kind of call, in E.
/// What fills a payload stands beside the output, since a large output is a thing to speak of.
const SIZES: [(usize, &str, usize, [f64; 4]); 4] = [
    (1 << 10, "1 KB", 300, [1.03, 1.10, 1.5, 1.12]),
    (30 << 10, "30 KB", 300, [1.08, 1.15, 1.6, 1.18]),
    (300 << 10, "300 KB", 300, [1.4, 1.4, 2.4, 1.5]),
    (3 << 20, "3 MB", 60, [4.0, 4.0, 5.0, 4.0]),
];

/// What other hooks are made of: none of them can be faster than its own start. The last one is a
/// lower bound for any hook in Python, which has more to import than this.
const OTHERS: [(&str, &str, &[&str]); 4] = [
    ("/bin/true", "/bin/true", &[]),
    ("sh -c true", "/bin/sh", &["-c", "true"]),
    ("jq empty", "/usr/bin/jq", &["empty"]),
    ("python3, json.load", "/usr/bin/python3", &["-c", "import json, sys; json.load(sys.stdin)"]),
];

/// Calls in the ledger of a session that already exists: more than a process reads back.
const CALLS_BEFORE: usize = 100;

/// How much the 10,000th call may cost of the 100th.
const GROWTH: f64 = 1.05;

/// What a call does in the hook.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The gate finds nothing.
    Silent,
    /// The gate finds something, the command is parsed, no rule holds.
    Parsed,
    /// An analyzer is started, with the session's history, and finds nothing.
    Analyzed,
    /// A rule speaks. It is critical, so neither budget nor repetition holds it back.
    Speaks,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Silent, Self::Parsed, Self::Analyzed, Self::Speaks];

    fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Parsed => "silent, parsed",
            Self::Analyzed => "silent, analyzed",
            Self::Speaks => "speaks",
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Silent => "ls -la src",
            Self::Parsed => "git push origin topic",
            Self::Analyzed => "go test ./...",
            Self::Speaks => "git push -f origin main",
        }
    }

    /// What the ledger says of such a call.
    fn via(self) -> &'static str {
        match self {
            Self::Silent => "\"via\":\"none\"",
            Self::Analyzed => "\"via\":\"deep\"",
            Self::Parsed | Self::Speaks => "\"via\":\"fast\"",
        }
    }
}

/// An event as Claude Code 2.1.330 sends it, `bytes` long.
fn payload(kind: Kind, bytes: usize, session: &str, call: &str) -> String {
    const LINE: &str = "src/app.py:12:    raise ValueError(\\\"no such key\\\")  # TODO\\n";
    let head = format!(
        r#"{{"session_id":"{session}","transcript_path":"/home/dev/.claude/projects/-home-dev-project/{session}.jsonl","cwd":"/home/dev/project","prompt_id":"47e28749-5e71-49e8-aa6e-b5ce6932fcb8","permission_mode":"bypassPermissions","effort":{{"level":"medium"}},"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{{"command":"{}","description":"As asked"}},"filler":""#,
        kind.command()
    );
    let tail = format!(
        r#"","tool_response":{{"stdout":"","stderr":"","interrupted":false,"isImage":false,"noOutputExpected":false}},"tool_use_id":"{call}","duration_ms":49}}"#
    );
    let room = bytes.saturating_sub(head.len() + tail.len());
    let padding = LINE.repeat(room / LINE.len()) + &"x".repeat(room % LINE.len());
    head + &padding + &tail
}

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
            spawn(binary, &[], session.state.path(), payload(kind, 0, ID, "toolu_warm").as_bytes())
        };
        warm(Kind::Speaks);
        warm(kind);
        // Only a run that was seen before is looked at in the session's history.
        warm(kind);
        let path = session.file(".calls.jsonl");
        let ledger = fs::read_to_string(&path).unwrap();
        let line = ledger.lines().last().unwrap();
        assert!(line.contains(kind.via()), "{} is not what it should be: {line}", kind.name());
        // Each call has an id of its own, else a reader would take them for one call.
        let (head, tail) = line.split_once("\"call\":\"").unwrap();
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

const ID: &str = "f1219aca-090b-4c53-8229-00f4790ba71e";

/// What is run against each other in one table.
struct Contestant<'a> {
    name: String,
    program: &'a Path,
    args: &'a [&'a str],
    input: Input<'a>,
    took: Vec<Duration>,
}

enum Input<'a> {
    /// A program that does not care.
    Any(Vec<u8>),
    /// The hook in a session.
    Call(Kind, &'a Session, Vec<u8>),
    /// The hook in a session that begins with this call.
    First(Kind, &'a Session, usize),
}

impl<'a> Contestant<'a> {
    fn new(name: impl Into<String>, program: &'a Path, input: Input<'a>) -> Self {
        Self { name: name.into(), program, args: &[], input, took: Vec::new() }
    }

    fn run(&mut self, scratch: &Path) {
        let (kind, (took, printed)) = match &self.input {
            Input::Any(bytes) => (Kind::Silent, spawn(self.program, self.args, scratch, bytes)),
            Input::Call(kind, session, bytes) => {
                let outcome = spawn(self.program, &[], session.state.path(), bytes);
                session.forget();
                (*kind, outcome)
            }
            Input::First(kind, session, bytes) => {
                let fresh =
                    payload(*kind, *bytes, &format!("{ID}-{}", self.took.len()), "toolu_first");
                (*kind, spawn(self.program, &[], session.state.path(), fresh.as_bytes()))
            }
        };
        let lines = printed.iter().filter(|byte| **byte == b'\n').count();
        let expected = usize::from(kind == Kind::Speaks);
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

/// Runs all of them `rounds` times, in another order each round.
fn compete(contestants: &mut [Contestant], rounds: usize, what: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let shows_progress = io::stderr().is_terminal();
    // xorshift64: any order will do, so long as it is the same in every run.
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut order: Vec<usize> = (0..contestants.len()).collect();
    for round in 0..rounds {
        if shows_progress {
            eprint!("\r{what}: {}/{rounds}  ", round + 1);
        }
        for at in (1..order.len()).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            order.swap(at, (random % (at as u64 + 1)) as usize);
        }
        for at in &order {
            contestants[*at].run(scratch.path());
        }
    }
    if shows_progress {
        eprintln!();
    }
}

/// One row a contestant; the first one is the floor.
fn print_rows(size: &str, contestants: &mut [Contestant], budgets: &[Option<f64>]) {
    let floor = contestants[0].percentile(0.5);
    for (contestant, budget) in contestants.iter_mut().zip(budgets) {
        let (median, p10) = (contestant.percentile(0.5), contestant.percentile(0.1));
        let ratio = median / floor;
        let verdict = budget.map_or(String::new(), |budget| {
            format!(" {budget:.2} | {} |", if ratio <= budget { "ok" } else { "OVER" })
        });
        let verdict = if verdict.is_empty() { " | |" } else { &verdict };
        let more = median - floor;
        println!(
            "| {size} | {} | {median:.0} | {p10:.0} | {more:+.0} | {ratio:.2} |{verdict}",
            contestant.name
        );
    }
}

fn print_head(title: &str, floor: &str) {
    println!("\n{title}\n\n| payload | case | median us | p10 us | more | x {floor} | goal | |");
    println!("|---|---|---:|---:|---:|---:|---:|---|");
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
    let rounds_of = |default: usize| asked.unwrap_or(if has("--quick") { 30 } else { default });
    let (binary, empty) = built();
    let sessions = Kind::ALL.map(|kind| (kind, Session::new(&binary, kind, CALLS_BEFORE)));

    print_head("Calls of a session that already exists; E is an empty program.", "E");
    for (bytes, size, rounds, goals) in SIZES {
        let any = payload(Kind::Silent, bytes, ID, "toolu_bench").into_bytes();
        let mut contestants = vec![Contestant::new("E", &empty, Input::Any(any))];
        for (kind, session) in &sessions {
            let input = payload(*kind, bytes, ID, "toolu_bench").into_bytes();
            contestants.push(Contestant::new(
                kind.name(),
                &binary,
                Input::Call(*kind, session, input),
            ));
        }
        compete(&mut contestants, rounds_of(rounds), size);
        print_rows(
            size,
            &mut contestants,
            &[None].into_iter().chain(goals.map(Some)).collect::<Vec<_>>(),
        );
    }

    print_head("What other hooks are made of.", "E");
    let any = payload(Kind::Silent, 1 << 10, ID, "toolu_bench").into_bytes();
    let mut contestants = vec![Contestant::new("E", &empty, Input::Any(any.clone()))];
    let (_, session) = &sessions[0];
    contestants.push(Contestant::new(
        "silent",
        &binary,
        Input::Call(Kind::Silent, session, any.clone()),
    ));
    for (name, program, args) in OTHERS.iter().filter(|(_, program, _)| Path::new(program).exists())
    {
        let other = Contestant::new(*name, Path::new(program), Input::Any(any.clone()));
        contestants.push(Contestant { args, ..other });
    }
    compete(&mut contestants, rounds_of(100), "others");
    print_rows("1 KB", &mut contestants, &[None; OTHERS.len() + 2]);

    print_head("The first call of a session, which creates its files.", "E");
    let mut contestants = vec![Contestant::new(
        "E",
        &empty,
        Input::Any(payload(Kind::Silent, 1 << 10, ID, "x").into()),
    )];
    // A first call has no history to look at.
    for (kind, session) in sessions.iter().filter(|(kind, _)| *kind != Kind::Analyzed) {
        contestants.push(Contestant::new(
            kind.name(),
            &binary,
            Input::First(*kind, session, 1 << 10),
        ));
    }
    compete(&mut contestants, rounds_of(300), "first call");
    print_rows("1 KB", &mut contestants, &[None; 4]);

    print_head("Growth: the same call after 100 and after 10,000 calls.", "the 100th call");
    for kind in [Kind::Silent, Kind::Speaks] {
        let input = payload(kind, 1 << 10, ID, "toolu_bench").into_bytes();
        let lengths = [100, 10_000].map(|calls| (calls, Session::new(&binary, kind, calls)));
        let mut contestants: Vec<Contestant> = lengths
            .iter()
            .map(|(calls, session)| {
                let name = format!("{}, {calls}th call", kind.name());
                Contestant::new(name, &binary, Input::Call(kind, session, input.clone()))
            })
            .collect();
        compete(&mut contestants, rounds_of(300), "growth");
        print_rows("1 KB", &mut contestants, &[None, Some(GROWTH)]);
    }
}
