//! An agent's client: it sends one recorded call to a process of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use toolcoach::store::ledger::Ledger;

/// A call's time is over after 90 ms ([`toolcoach::base::deadline::CALL`]). A call that took less
/// has left its line, us.
const LATE_US: u64 = 80_000;

/// Where the program, its state folder and the recorded calls are.
pub(crate) struct Client {
    program: PathBuf,
    root: PathBuf,
    lines: Vec<String>,
}

/// One call: the number of the recorded one, and the conversation that it is sent in.
pub(crate) struct Call<'a> {
    pub(crate) n: usize,
    pub(crate) session: &'a str,
    /// The sub-agent. `None` leaves the one that was recorded.
    pub(crate) agent: Option<&'a Value>,
    /// Where /usr/bin/time is to write the peak memory.
    pub(crate) weight: Option<&'a Path>,
}

/// What became of a call.
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    /// Wall time, us.
    pub(crate) took: u64,
    /// Processor time of its main thread, us.
    pub(crate) cpu: u64,
    /// It ended without a line, because its time was over.
    pub(crate) is_cut: bool,
}

impl Client {
    pub(crate) fn new(program: &str, events: &str) -> Self {
        let lines = BufReader::new(File::open(events).unwrap()).lines().map(Result::unwrap);
        let lines = lines.collect();
        let root = std::env::temp_dir().join(format!("soak.{}", std::process::id()));
        fs::create_dir_all(root.join("work")).unwrap();
        Self { program: fs::canonicalize(program).unwrap(), root, lines }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    pub(crate) fn remove(&self) {
        fs::remove_dir_all(&self.root).unwrap();
    }

    /// The input of a call, and the value of `AI_AGENT`.
    fn input(&self, call: &Call) -> (Value, String) {
        let line = &self.lines[call.n % self.lines.len()];
        let mut event: Value = serde_json::from_str(line).unwrap();
        let version = event["x_version"].as_str().unwrap_or_default().replace('.', "-");
        let is_codex = event["x_agent"] == "codex";
        let agent = call.agent.unwrap_or(&event["x_agent_id"]).clone();
        let fields = event.as_object_mut().unwrap();
        fields.retain(|name, _| !name.starts_with("x_"));
        fields.insert("session_id".into(), json!(call.session));
        fields.insert("agent_id".into(), agent);
        // Recorded calls come again, in copies of sessions too, and the same call is not answered
        // twice.
        fields.insert("tool_use_id".into(), json!(format!("call-{}", call.n)));
        if is_codex {
            fields.insert("turn_id".into(), json!("t"));
        }
        let agent = if is_codex { String::new() } else { format!("claude-code_{version}_x") };
        (event, agent)
    }

    pub(crate) fn send(&self, call: &Call) -> Outcome {
        let (event, agent) = self.input(call);
        let input = event.to_string();
        let mut command = match call.weight {
            Some(weight) => {
                let mut time = Command::new("/usr/bin/time");
                time.args(["-f", "%M", "-o"]).arg(weight).arg(&self.program);
                time
            }
            None => Command::new(&self.program),
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
        let mut stdout = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut stdout).unwrap();
        let mut stderr = Vec::new();
        child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        let took = start.elapsed().as_micros() as u64;
        let cpu = cpu_us(&child);
        let status = child.wait().unwrap();
        assert!(status.success() && stderr.is_empty(), "call {}: {stderr:?}", call.n);
        let is_cut = took > LATE_US && !self.is_noted(&event, call.session);
        Outcome { stdout, took, cpu, is_cut }
    }

    /// Whether a call has its line.
    fn is_noted(&self, event: &Value, session: &str) -> bool {
        let ledger = Ledger::new(&self.state(), session, event["agent_id"].as_str());
        let calls = self.state().join(format!("sessions/{}.calls.jsonl", ledger.stem()));
        let hash = ledger.hash("call", event["tool_use_id"].as_str().unwrap_or_default());
        fs::read_to_string(calls).unwrap_or_default().contains(&hash)
    }

    /// What `toolcoach stats` says.
    pub(crate) fn stats(&self) -> Value {
        let mut command = Command::new(&self.program);
        command.args(["stats", "--format", "json"]).env_clear();
        command.env("TOOLCOACH_STATE_DIR", self.state());
        serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
    }
}

/// Processor time of the main thread of a process that has closed its streams, us: the first number
/// of /proc/PID/schedstat, ns. It is complete once the process is a zombie.
fn cpu_us(child: &Child) -> u64 {
    let read = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id()));
    while read("stat").is_ok_and(|stat| !stat.contains(") Z ")) {
        std::thread::yield_now();
    }
    let stat = read("schedstat").unwrap_or_default();
    let cpu = stat.split_whitespace().next().and_then(|ns| ns.parse::<u64>().ok());
    cpu.unwrap_or_default() / 1000
}
