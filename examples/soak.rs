//! Sends recorded calls through a program, one process each with the state kept, and counts from
//! outside what `stats` should say. Prints a table. For `scripts/soak`: `cargo run --example soak --
//! PROGRAM EVENTS CALLS SESSIONS`
//!
//! A session is a run of recorded calls, several at a time. After each of [`DAYS`] parts a day
//! passes: the files' dates are set back, so that the daily upkeep has its work.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a tool of the developers"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toolcoach::store::ledger::Ledger;

/// Parts of the table.
const DAYS: usize = 20;

/// Calls at a time.
const AT_ONCE: usize = 2;

/// One call in so many is run by /usr/bin/time, for its peak memory.
const DEFERRED: usize = 200;

/// A call's time is over after 90 ms ([`toolcoach::base::deadline::CALL`]). Who took less has left
/// its line, us.
const LATE_US: u64 = 80_000;

const DAY: Duration = Duration::from_secs(86_400);

/// What a client hears, counted by itself.
#[derive(Default)]
struct Heard {
    calls: u64,
    answered: u64,
    rules: BTreeMap<String, u64>,
    /// Wall time of each process, us.
    took: Vec<u64>,
    peak_kb: u64,
    /// Calls that the machine let wait until their time was over: they end without a line.
    cut: u64,
}

struct Soak {
    program: PathBuf,
    root: PathBuf,
    lines: Vec<String>,
    calls: usize,
    sessions: usize,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [program, events, calls, sessions] = &args[..] else {
        panic!("see the first lines of this file")
    };
    let lines = BufReader::new(File::open(events).unwrap()).lines().map(Result::unwrap).collect();
    let root = std::env::temp_dir().join(format!("soak.{}", std::process::id()));
    fs::create_dir_all(root.join("work")).unwrap();
    let program = fs::canonicalize(program).unwrap();
    let (calls, sessions) = (calls.parse().unwrap(), sessions.parse().unwrap());
    let soak = Soak { program, root, lines, calls, sessions };
    println!(
        "| calls | mean us | p50 us | p99 us | CPU us | peak KB | files | store KB | answered |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut sum = Heard::default();
    for day in 0..DAYS {
        let (from, to) = (calls * day / DAYS, calls * (day + 1) / DAYS);
        let cpu = children_ticks();
        let mut heard = soak.part(from, to);
        let cpu = children_ticks() - cpu;
        let (files, bytes) = soak.store();
        heard.took.sort_unstable();
        let n = heard.calls.max(1);
        let at = |share: usize| {
            heard.took.get(heard.took.len() * share / 100).copied().unwrap_or_default()
        };
        println!(
            "| {to} | {} | {} | {} | {} | {} | {files} | {} | {} |",
            heard.took.iter().sum::<u64>() / n,
            at(50),
            at(99),
            cpu * 10_000 / n,
            heard.peak_kb,
            bytes / 1024,
            heard.answered,
        );
        sum.calls += heard.calls;
        sum.answered += heard.answered;
        sum.cut += heard.cut;
        heard.rules.into_iter().for_each(|(rule, n)| *sum.rules.entry(rule).or_default() += n);
        if day + 1 < DAYS {
            soak.age();
        }
    }
    let differing = soak.compare(&sum);
    fs::remove_dir_all(&soak.root).unwrap();
    assert!(
        differing.is_empty(),
        "the statistics differ from what was heard:\n{}",
        differing.join("\n")
    );
}

/// CPU time of all children so far, hundredths of a second.
fn children_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // The 16th and 17th of proc(5); two stand before the bracket.
    fields[13].parse::<u64>().unwrap() + fields[14].parse::<u64>().unwrap()
}

impl Soak {
    fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    /// The nth call: which session it belongs to, and the input. Sessions run side by side in twos.
    fn input(&self, n: usize, session: usize) -> (Value, String) {
        let mut event: Value = serde_json::from_str(&self.lines[n % self.lines.len()]).unwrap();
        let version = event["x_version"].as_str().unwrap_or_default().replace('.', "-");
        let is_codex = event["x_agent"] == "codex";
        let agent = event["x_agent_id"].clone();
        let fields = event.as_object_mut().unwrap();
        fields.retain(|name, _| !name.starts_with("x_"));
        fields.insert("session_id".into(), json!(format!("soak-{session}")));
        fields.insert("agent_id".into(), agent);
        // Recorded calls come again, in copies of sessions too, and the same call is not answered
        // twice.
        fields.insert("tool_use_id".into(), json!(format!("call-{n}")));
        if is_codex {
            fields.insert("turn_id".into(), json!("t"));
        }
        let agent = if is_codex { String::new() } else { format!("claude-code_{version}_x") };
        (event, agent)
    }

    /// Sends the calls from one number to another, several at a time, each session in order.
    fn part(&self, from: usize, to: usize) -> Heard {
        let heard = Mutex::new(Heard::default());
        // A session's calls come one after the other, so whoever takes one takes all of its calls
        // in this part.
        let each = self.calls.div_ceil(self.sessions);
        let next = AtomicUsize::new(from / each);
        std::thread::scope(|scope| {
            for worker in 0..AT_ONCE {
                let (heard, next) = (&heard, &next);
                scope.spawn(move || {
                    loop {
                        let session = next.fetch_add(1, Ordering::Relaxed);
                        let calls = (session * each).max(from)..((session + 1) * each).min(to);
                        if session * each >= to {
                            break;
                        }
                        for n in calls {
                            self.call(n, session, worker, heard);
                        }
                    }
                });
            }
        });
        heard.into_inner().unwrap()
    }

    fn call(&self, n: usize, session: usize, worker: usize, heard: &Mutex<Heard>) {
        let (event, agent) = self.input(n, session);
        let input = event.to_string();
        let is_weighed = n.is_multiple_of(DEFERRED);
        let weight = self.root.join(format!("weight.{worker}"));
        let mut command = if is_weighed {
            let mut time = Command::new("/usr/bin/time");
            time.args(["-f", "%M", "-o"]).arg(&weight).arg(&self.program);
            time
        } else {
            Command::new(&self.program)
        };
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", &self.root);
        command.env("TOOLCOACH_STATE_DIR", self.state()).current_dir(self.root.join("work"));
        if !agent.is_empty() {
            command.env("AI_AGENT", agent);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = Instant::now();
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let took = start.elapsed().as_micros() as u64;
        assert!(output.status.success() && output.stderr.is_empty(), "call {n}: {output:?}");
        let mut heard = heard.lock().unwrap();
        heard.calls += 1;
        heard.cut += u64::from(took > LATE_US && !self.is_noted(&event, session));
        heard.answered += u64::from(!output.stdout.is_empty());
        for rule in rules(&output.stdout) {
            *heard.rules.entry(rule).or_default() += 1;
        }
        if is_weighed {
            let peak = fs::read_to_string(&weight).unwrap().trim().parse().unwrap();
            heard.peak_kb = heard.peak_kb.max(peak);
        } else {
            heard.took.push(took);
        }
    }

    /// Whether a call has its line.
    fn is_noted(&self, event: &Value, session: usize) -> bool {
        let ledger =
            Ledger::new(&self.state(), &format!("soak-{session}"), event["agent_id"].as_str());
        let calls = self.state().join(format!("sessions/{}.calls.jsonl", ledger.stem()));
        let hash = ledger.hash("call", event["tool_use_id"].as_str().unwrap_or_default());
        fs::read_to_string(calls).unwrap_or_default().contains(&hash)
    }

    /// Files of the state folder, and their bytes.
    fn store(&self) -> (usize, u64) {
        let files = files(&self.state());
        (files.len(), files.iter().map(|path| fs::metadata(path).unwrap().len()).sum())
    }

    /// A day passes.
    fn age(&self) {
        for path in files(&self.state()) {
            let file = File::options().append(true).open(&path).unwrap();
            file.set_modified(file.metadata().unwrap().modified().unwrap() - DAY).unwrap();
        }
    }

    /// What the statistics say, where it is not what was heard.
    fn compare(&self, heard: &Heard) -> Vec<String> {
        let mut command = Command::new(&self.program);
        command
            .args(["stats", "--format", "json"])
            .env_clear()
            .env("TOOLCOACH_STATE_DIR", self.state());
        let stats: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        let said = |rule: &str| stats["rules"][rule]["said"].as_u64().unwrap_or_default();
        let number = |name: &str| stats[name].as_u64().unwrap_or_default();
        let noted = heard.calls - heard.cut;
        let silent = (noted - heard.answered) as f64 * 100.0 / noted as f64;
        let shown = stats["silent_percent"].as_f64().unwrap_or_default();
        let all = stats["rules"].as_object().unwrap();
        let lines = heard.rules.values().sum::<u64>();
        let mut rows = vec![
            ("calls".to_owned(), noted, number("calls")),
            ("answered".to_owned(), heard.answered, number("answered")),
            ("lines of advice".to_owned(), lines, number("advice")),
            (
                "unreadable lines and files".to_owned(),
                0,
                number("skipped_lines") + number("unreadable_files"),
            ),
        ];
        let names: std::collections::BTreeSet<&String> =
            heard.rules.keys().chain(all.keys()).collect();
        let of_rules = names.into_iter().map(|rule| {
            let heard = heard.rules.get(rule).copied().unwrap_or_default();
            (rule.clone(), heard, said(rule))
        });
        rows.extend(of_rules.filter(|(_, heard, said)| heard + said > 0));
        println!("\nOf {} calls {} were cut, and are not counted.", heard.calls, heard.cut);
        println!("\n| | heard | stats |\n|---|---:|---:|\n| silent % | {silent:.2} | {shown:.2} |");
        for (what, heard, said) in &rows {
            println!("| {what} | {heard} | {said} |");
        }
        // One decimal is shown.
        let is_silent_right = (silent - shown).abs() < 0.0501;
        let differing = rows.into_iter().filter(|(_, heard, said)| heard != said);
        let differing =
            differing.map(|(what, heard, said)| format!("{what}: heard {heard}, said {said}"));
        differing
            .chain((!is_silent_right).then(|| format!("silent: {silent} and {shown}")))
            .collect()
    }
}

/// The rules that an answer ends its lines with.
fn rules(stdout: &[u8]) -> Vec<String> {
    let Ok(answer) = serde_json::from_slice::<Value>(stdout) else { return Vec::new() };
    let text =
        answer.pointer("/hookSpecificOutput/additionalContext").and_then(Value::as_str).unwrap();
    let rule = |line: &str| line.rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    text.lines().map(rule).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let listed = |folder: &Path| {
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path())
    };
    listed(folder).chain(listed(&folder.join("sessions"))).filter(|path| path.is_file()).collect()
}
