//! Makes the call of a rule's example, with its circumstances.

use std::time::{Duration, SystemTime};

use serde_json::json;
use toolcoach::rules::example;
use toolcoach::rules::example::{Example, Given};

use crate::harness::{Call, World};

/// What a rule is shown by at least; docs/adding-a-rule.md says it too.
pub const LEAST_HITS: usize = 6;
pub const LEAST_MISSES: usize = 8;

/// The session of examples that have something before them.
pub const EARLIER: &str = "earlier";

impl World {
    /// The call of an example, with its circumstances made.
    pub fn example(&self, example: &Example) -> Call<'_> {
        let (mut text, mut lines) = (String::new(), 1);
        let mut given = (0, None);
        for circumstance in example.given {
            match circumstance {
                Given::OutputBytes(bytes) => text = "x".repeat(*bytes),
                Given::Output(output) => {
                    (text, lines) = ((*output).to_owned(), output.lines().count())
                }
                Given::Lines(count) => {
                    text = format!("{}{text}", "x\n".repeat(*count));
                    lines = *count;
                }
                Given::Found(count) => given.0 = *count,
                Given::Rewrites(lines, changed) => given.1 = Some((*lines, *changed)),
                _ => {}
            }
        }
        let call = match example.call {
            example::Call::Bash(command) => self
                .bash(&self.filled(command))
                .response(json!({ "stdout": text, "stderr": "", "interrupted": false })),
            example::Call::Edit(path) => {
                let input = json!({ "file_path": self.filled(path), "old_string": "a", "new_string": "b" });
                self.call("Edit", input)
            }
            example::Call::Write(path) => self.writes(&self.filled(path), text, given.1),
            example::Call::Grep(pattern, path) => {
                self.call("Grep", json!({ "pattern": pattern, "path": path, "output_mode": "content" })).response(
                    json!({ "mode": "content", "numFiles": 0, "filenames": [], "content": "", "numLines": given.0 }),
                )
            }
            example::Call::GrepWith(pattern, fields) => {
                let mut input: serde_json::Value = serde_json::from_str(&self.filled(fields)).unwrap();
                input["pattern"] = json!(pattern);
                self.call("Grep", input)
                    .response(json!({ "mode": "x", "filenames": [], "content": text, "numLines": given.0 }))
            }
            example::Call::Tool(name, input) => {
                let input: serde_json::Value = serde_json::from_str(&self.filled(input)).unwrap();
                let response = if name.starts_with("mcp__") {
                    json!([{ "type": "text", "text": text }])
                } else {
                    serde_json::from_str(&format!("{{{text}}}")).unwrap_or_else(|_| json!({ "output": text }))
                };
                self.call(name, input).response(response)
            }
            example::Call::Read(path) | example::Call::ReadRange(path, ..) => {
                let mut input = json!({ "file_path": self.filled(path) });
                if let example::Call::ReadRange(_, offset, limit) = example.call {
                    input["offset"] = json!(offset);
                    input["limit"] = json!(limit);
                }
                let file = json!({ "filePath": "x", "content": text, "numLines": lines });
                self.call("Read", input).response(json!({ "type": "text", "file": file }))
            }
        };
        example.given.iter().fold(call, |call, given| self.circumstance(call, given))
    }

    /// A Write of `text`, or of a file of some lines of which some were changed.
    fn writes(&self, path: &str, text: String, rewrites: Option<(usize, usize)>) -> Call<'_> {
        let Some((lines, changed)) = rewrites else {
            return self.call("Write", json!({ "file_path": path, "content": text })).response(
                json!({ "type": "create", "filePath": path, "content": text, "structuredPatch": [], "originalFile": null }),
            );
        };
        let line = |at: usize, mark: &str| format!("line {at} of a file with {mark} text");
        let file = |mark: &str| -> String {
            (0..lines).map(|at| line(at, if at < changed { mark } else { "the" }) + "\n").collect()
        };
        let marked = |sign: &str, mark: &str| -> Vec<String> {
            (0..changed).map(|at| format!("{sign}{}", line(at, mark))).collect()
        };
        let patch: Vec<String> = [marked("-", "old"), marked("+", "new")].concat();
        let hunk = json!([{ "oldStart": 1, "oldLines": changed, "newStart": 1, "newLines": changed, "lines": patch }]);
        self.call("Write", json!({ "file_path": path, "content": file("new") })).response(json!({
            "type": "update", "filePath": path, "content": file("new"), "structuredPatch": hunk, "originalFile": file("old"),
        }))
    }

    fn circumstance<'w>(&'w self, call: Call<'w>, given: &Given) -> Call<'w> {
        match given {
            // What the call itself is made of.
            Given::OutputBytes(_)
            | Given::Lines(_)
            | Given::Output(_)
            | Given::Rewrites(..)
            | Given::Found(_) => call,
            Given::Cwd(cwd) => call.field("cwd", json!(self.filled(cwd))),
            Given::Project(path) => call.env("CLAUDE_PROJECT_DIR", &self.filled(path)),
            Given::Image => {
                call.response(json!({ "type": "image", "file": { "base64": "x".repeat(90_000) } }))
            }
            Given::Programs(names) => {
                self.programs(names);
                call
            }
            Given::File(path, content) => {
                self.file(path, content);
                // What is there from the start is old; a file's date says no more than a few
                // milliseconds.
                if self.stored().is_empty() {
                    let file =
                        std::fs::File::options().append(true).open(self.work().join(path)).unwrap();
                    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
                }
                call
            }
            Given::Executable(path) => {
                self.file(path, "");
                #[cfg(unix)]
                std::fs::set_permissions(
                    self.work().join(path),
                    std::os::unix::fs::PermissionsExt::from_mode(0o755),
                )
                .unwrap();
                call
            }
            Given::Tracked(paths) => {
                self.tracked(paths);
                call
            }
            Given::Branch(name) => {
                self.file(".git/HEAD", &format!("ref: refs/heads/{name}\n"));
                self.file(
                    &format!(".git/refs/heads/{name}"),
                    "0123456789012345678901234567890123456789\n",
                );
                call
            }
            Given::Agent(agent) => call.env("AI_AGENT", agent),
            Given::Variable(name, value) => call.env(name, &self.filled(value)),
            Given::Codex => call.field("turn_id", json!("t1")),
            Given::SubAgent => call.field("agent_id", json!("a1")),
            Given::Failed(error) => call.failed(error),
            Given::Rejected(error) => call.rejected(error),
            Given::Interrupted => call.field("is_interrupt", json!(true)),
            Given::Background => call.input("run_in_background", json!(true)),
            Given::Timeout(ms) => call.input("timeout", json!(ms)),
            Given::Took(ms) => call.field("duration_ms", json!(ms)),
            Given::Seen(tool) => {
                self.earlier(self.call(tool, json!({})));
                call.session(EARLIER)
            }
            Given::After(command) => {
                self.earlier(self.bash(&self.filled(command)));
                call.session(EARLIER)
            }
            Given::AfterFailed(command) => {
                self.earlier(self.bash(&self.filled(command)).failed("Exit code 1\nerror"));
                call.session(EARLIER)
            }
            Given::AfterAgent(command) => {
                self.earlier(self.bash(&self.filled(command)).field("agent_id", json!("a2")));
                call.session(EARLIER)
            }
            Given::Started(command) => {
                let started = json!({ "stdout": "", "stderr": "", "backgroundTaskId": "b1" });
                let earlier = self.bash(&self.filled(command)).response(started);
                self.earlier(earlier.input("run_in_background", json!(true)));
                call.session(EARLIER)
            }
            Given::FailedBefore(count) | Given::MadeBefore(count) => {
                let call = call.session(EARLIER);
                for _ in 0..*count {
                    call.answer();
                }
                call
            }
            Given::Compacted => {
                let event =
                    self.call("", json!({})).field("hook_event_name", json!("SessionStart"));
                self.earlier(event.field("source", json!("compact")));
                call
            }
            Given::Reads(count, bytes) => {
                let read =
                    Example { call: example::Call::Read("/r/earlier.py"), given: &[], says: "" };
                let file = json!({ "filePath": "x", "content": "x".repeat(*bytes), "numLines": 9 });
                self.earlier(self.example(&read).response(json!({ "type": "text", "file": file })));
                self.repeated(*count);
                call.session(EARLIER)
            }
            Given::ReadPart(path, offset, limit) => {
                self.earlier(self.example(&Example::read_range(path, *offset, *limit)));
                call.session(EARLIER)
            }
            Given::Edits(count, path) => {
                self.earlier(self.example(&Example::edit(path)));
                self.repeated(*count);
                call.session(EARLIER)
            }
            Given::Passed(ms) => {
                self.noted(|mut lines| {
                    for line in &mut lines {
                        line["t"] = json!(line["t"].as_u64().unwrap() - ms);
                    }
                    lines
                });
                call.session(EARLIER)
            }
            Given::Edited(path) | Given::EditFailed(path) => {
                let edit = Example { call: example::Call::Edit(path), given: &[], says: "" };
                let edit = self.example(&edit);
                let failed = matches!(given, Given::EditFailed(_));
                self.earlier(if failed {
                    edit.failed("String to replace not found in file.")
                } else {
                    edit
                });
                call.session(EARLIER)
            }
        }
    }

    /// Rewrites the calls that are noted of the session in which the example stands.
    fn noted(&self, change: impl Fn(Vec<serde_json::Value>) -> Vec<serde_json::Value>) {
        for (name, _) in self.stored().iter().filter(|(name, _)| name.ends_with("calls.jsonl")) {
            let lines =
                change(self.lines(name)).iter().map(|line| format!("{line}\n")).collect::<String>();
            std::fs::write(self.state().join(name), lines).unwrap();
        }
    }

    /// Notes the last call again, as if it had been made so many `times` in all, each on another
    /// file.
    fn repeated(&self, times: usize) {
        self.noted(|mut lines| {
            let last = lines.last().cloned();
            lines.extend(last.into_iter().cycle().take(times - 1).enumerate().map(
                |(n, mut line)| {
                    line["file"] = json!(format!("{n:016x}"));
                    line
                },
            ));
            lines
        });
    }

    /// Makes a git index of these paths, with the sizes and times of those that are there.
    pub fn tracked(&self, paths: &[&str]) {
        let mut paths = paths.to_vec();
        paths.sort_unstable();
        let mut index = b"DIRC\0\0\0\x02".to_vec();
        index.extend((paths.len() as u32).to_be_bytes());
        for path in paths {
            let meta = std::fs::metadata(self.work().join(path)).ok();
            let modified = meta.as_ref().and_then(|meta| meta.modified().ok());
            let modified =
                modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            let seconds = modified.map_or(0, |time| time.as_secs() as u32);
            let size = meta.map_or(0, |meta| meta.len() as u32);
            let mut entry = Vec::new();
            for number in [0, 0, seconds, 0, 0, 0, 0o100_644, 0, 0, size] {
                entry.extend(u32::to_be_bytes(number));
            }
            entry.extend([1; 20]);
            entry.extend((path.len() as u16).to_be_bytes());
            entry.extend(path.as_bytes());
            entry.resize((entry.len() + 1).next_multiple_of(8), 0);
            index.extend(entry);
        }
        // The checksum.
        index.extend([0; 20]);
        self.file(".git/HEAD", "ref: refs/heads/main\n");
        std::fs::write(self.work().join(".git/index"), index).unwrap();
    }

    /// Makes a call of the session in which the example stands.
    fn earlier(&self, call: Call) {
        call.session(EARLIER).answer();
    }
}
