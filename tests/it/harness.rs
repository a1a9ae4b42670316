//! A world of its own for each test, and calls made in it: `World::new().bash("grep -r foo
//! .").says("grep-recursive")`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

pub use crate::requirements::{
    binary, have, have_all, is_release, is_required, recorded, recorded_commands,
};

/// Set for a child that is to act as the program: see `examples/rule.rs`.
pub const AS_TOOLCOACH: &str = "TOOLCOACH_EXAMPLE_CHILD";

/// Starts a program with SIGALRM blocked (GNU env).
pub const UNHURRIED: [&str; 2] = ["/usr/bin/env", "--block-signal=ALRM"];

/// How long a test waits for something that must happen. Only a hang takes this long.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A home, a working directory, a PATH and a state folder that nobody else sees.
pub struct World {
    root: TempDir,
}

impl World {
    /// With rg and fd on PATH.
    pub fn new() -> Self {
        let world = Self { root: tempfile::tempdir().unwrap() };
        for folder in ["home", "work", "bin"] {
            fs::create_dir(world.root.path().join(folder)).unwrap();
        }
        world.programs(&["rg", "fd"]);
        world
    }

    /// Puts these programs, and no others, on PATH.
    pub fn programs(&self, names: &[&str]) {
        let bin = self.root.path().join("bin");
        for entry in fs::read_dir(&bin).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for name in names {
            let path = bin.join(name);
            fs::write(&path, "").unwrap();
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .unwrap();
        }
    }

    pub fn root(&self) -> &Path {
        self.root.path()
    }

    pub fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    pub fn state(&self) -> PathBuf {
        self.root.path().join("state")
    }

    /// Every file below the state folder with its content, by its path there, but for the machine's
    /// key.
    pub fn stored(&self) -> BTreeMap<String, String> {
        fn walk(folder: &Path, base: &Path, found: &mut BTreeMap<String, String>) {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(base).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    walk(&path, base, found);
                } else if name != "key" {
                    let content = fs::read(&path).unwrap();
                    found.insert(name, String::from_utf8_lossy(&content).into_owned());
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.state(), &self.state(), &mut found);
        found
    }

    /// The lines of the one stored file whose name ends so.
    pub fn lines(&self, ending: &str) -> Vec<Value> {
        self.stored()
            .into_iter()
            .filter(|(name, _)| name.ends_with(ending))
            .flat_map(|(_, text)| {
                text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>()
            })
            .collect()
    }

    /// The binary in this world.
    pub fn command(&self, args: &[&str]) -> Command {
        if binary().is_empty() {
            let this = std::env::current_exe().unwrap();
            let mut command = self.program(&this.to_string_lossy(), args);
            command.env(AS_TOOLCOACH, "1");
            return command;
        }
        self.program(binary(), args)
    }

    /// The binary in this world, without its time limits: on a busy machine a call takes longer
    /// instead of being cut off. The limits work through SIGALRM, which this blocks.
    pub fn unhurried(&self, args: &[&str]) -> Command {
        if cfg!(target_os = "linux") && !binary().is_empty() {
            self.program(UNHURRIED[0], &[&UNHURRIED[1..], &[binary()], args].concat())
        } else {
            self.command(args)
        }
    }

    /// Another program in this world: one that starts the binary in a way of its own.
    pub fn program(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .env("HOME", self.root.path().join("home"))
            .env("PATH", self.root.path().join("bin"))
            .env("TOOLCOACH_STATE_DIR", self.state())
            .env("TOOLCOACH_COMPANY_CONFIG", self.root.path().join("etc/config.json"))
            // Tests of rules expect every line. Those of the hold-out set its share.
            .env("TOOLCOACH_HOLDOUT", "0")
            .current_dir(self.work());
        command
    }

    /// Runs the binary with `input` on stdin, without its time limits: no other load on the machine
    /// may change what it says. Tests of the limits run [`World::command`].
    pub fn run(&self, args: &[&str], input: &[u8]) -> Output {
        feed(&mut self.unhurried(args), input)
    }

    /// The hook's answer to `input`, checked: exit 0, an empty stderr, at most one line of JSON.
    pub fn hook(&self, input: &[u8]) -> Option<String> {
        answer(&self.run(&[], input))
    }

    pub fn bash(&self, command: &str) -> Call<'_> {
        self.call("Bash", json!({ "command": command }))
            .response(json!({ "stdout": "", "stderr": "" }))
    }

    pub fn call(&self, tool: &str, input: Value) -> Call<'_> {
        let mut fields = Map::new();
        fields.insert("hook_event_name".into(), json!("PostToolUse"));
        fields.insert("cwd".into(), json!(self.work()));
        fields.insert("tool_name".into(), json!(tool));
        fields.insert("tool_input".into(), input);
        Call { world: self, fields, env: Vec::new() }
    }

    /// Writes a file in the working directory.
    pub fn file(&self, path: &str, content: &str) {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes the user's settings.
    pub fn settings(&self, content: &str) -> PathBuf {
        let path = self.root.path().join("home/.config/toolcoach/config.json");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Runs the binary and returns its exit code, stdout and stderr.
    pub fn told(&self, args: &[&str]) -> (i32, String, String) {
        let output = self.run(args, b"");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// The same for a command that competes with others for a lock. It gives up after two seconds,
    /// which a slow machine may need; then this runs it again.
    pub fn told_in_turn(&self, args: &[&str]) -> (i32, String, String) {
        let mut told = None;
        wait_until("nobody else writes", || {
            let (code, stdout, stderr) = self.told(args);
            let is_locked_out = stderr.ends_with(": operation would block\n");
            told = Some((code, stdout, stderr));
            !is_locked_out
        });
        told.unwrap()
    }

    /// `text` with the working directory in it.
    pub fn filled(&self, text: &str) -> String {
        text.replace("{dir}", &self.work().to_string_lossy())
    }
}

/// One hook input, and what is done with it.
pub struct Call<'w> {
    world: &'w World,
    fields: Map<String, Value>,
    env: Vec<(String, String)>,
}

impl Call<'_> {
    pub fn field(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.into(), value);
        self
    }

    /// Sets a field of the tool's input.
    pub fn input(mut self, name: &str, value: Value) -> Self {
        self.fields["tool_input"][name] = value;
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    pub fn session(self, id: &str) -> Self {
        self.field("session_id", json!(id))
    }

    pub fn agent(self, id: &str) -> Self {
        self.field("agent_id", json!(id))
    }

    pub fn id(self, id: &str) -> Self {
        self.field("tool_use_id", json!(id))
    }

    pub fn response(self, response: Value) -> Self {
        self.field("tool_response", response)
    }

    pub fn failed(mut self, error: &str) -> Self {
        self.fields.remove("tool_response");
        self.field("hook_event_name", json!("PostToolUseFailure")).field("error", json!(error))
    }

    /// The same as a call of a batch that the client answered with this text.
    pub fn rejected(mut self, text: &str) -> Self {
        self.fields.remove("tool_response");
        let mut call = serde_json::Map::new();
        for field in ["tool_name", "tool_input", "tool_use_id"] {
            call.extend(self.fields.remove(field).map(|value| (field.to_owned(), value)));
        }
        call.insert("tool_response".to_owned(), json!(text));
        self.field("hook_event_name", json!("PostToolBatch")).field("tool_calls", json!([call]))
    }

    /// The same with each text of a field (and below it) changed.
    pub fn changed(mut self, field: &str, change: &dyn Fn(&str) -> String) -> Self {
        fn walk(value: &mut Value, change: &dyn Fn(&str) -> String) {
            match value {
                Value::String(text) => *text = change(text),
                Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
                Value::Object(members) => {
                    members.values_mut().for_each(|member| walk(member, change))
                }
                _ => {}
            }
        }
        if let Some(value) = self.fields.get_mut(field) {
            walk(value, change);
        }
        self
    }

    /// Whether it has a memory.
    pub fn has_session(&self) -> bool {
        self.fields.contains_key("session_id")
    }

    pub fn json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.fields).unwrap()
    }

    /// The hook's answer.
    pub fn answer(&self) -> Option<String> {
        answer(&self.output(&[]))
    }

    /// The hook answers, and the line ends with this rule's id.
    #[track_caller]
    pub fn says(&self, rule: &str) {
        let answer = self.answer().unwrap_or_default();
        assert!(
            answer.ends_with(&format!("({rule})")),
            "expected {rule} of {:?}, got {answer:?}",
            self.fields
        );
    }

    #[track_caller]
    pub fn is_silent(&self) {
        assert_eq!(self.answer(), None, "of {:?}", self.fields);
    }

    /// What `explain --json` makes of it.
    pub fn explain(&self) -> Value {
        let output = self.output(&["explain", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn output(&self, args: &[&str]) -> Output {
        let mut command = self.world.unhurried(args);
        feed(command.envs(self.env.iter().map(|(name, value)| (name, value))), &self.json())
    }
}

/// The advice of rules in an `explain --json` report: id and text.
pub fn advice(report: &Value) -> Vec<(String, String)> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    report["advice"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (text(line, "rule"), text(line, "text")))
        .collect()
}

/// Makes a program of this content. Another process writes it: a child that a test beside this one
/// starts would inherit the open file, and what is open for writing cannot be run ("text file
/// busy").
#[cfg(unix)]
pub fn program(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut shell = Command::new("/bin/sh");
    let output = feed(shell.args(["-c", "cat >\"$0\" && chmod 755 \"$0\""]).arg(path), content);
    assert!(output.status.success(), "{output:?}");
}

/// Starts a command with pipes to and from it.
pub fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until a condition holds. It must hold sooner or later, however slow the machine is.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "waited for {} s in vain until {what}", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Runs a command with `input` on its stdin.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = start(command);
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // Who has read enough closes the pipe.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    })
}

/// The text of a hook's answer, its form checked.
#[track_caller]
pub fn answer(output: &Output) -> Option<String> {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "stderr must stay empty");
    if output.stdout.is_empty() {
        return None;
    }
    let line = std::str::from_utf8(&output.stdout).unwrap();
    assert!(line.ends_with('\n') && line.matches('\n').count() == 1, "not one line: {line:?}");
    let value: Value = serde_json::from_str(line).unwrap();
    let reply = value.as_object().unwrap();
    assert_eq!(reply.keys().collect::<Vec<_>>(), ["hookSpecificOutput"]);
    let inner = reply["hookSpecificOutput"].as_object().unwrap();
    let mut keys: Vec<&String> = inner.keys().collect();
    keys.sort();
    assert_eq!(keys, ["additionalContext", "hookEventName"]);
    Some(inner["additionalContext"].as_str().unwrap().to_owned())
}
