//! `toolcoach doctor`: set-ups that are broken for real are named, and well again after what it
//! says was done.

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::commands::install::{Home, read};
use crate::harness::{World, binary, feed, program, wait_until};

/// A home with Claude Code in it, the hook, and a call that was seen.
pub struct Clinic {
    pub home: Home,
    /// Variables that doctor is started with.
    env: Vec<(&'static str, &'static str)>,
}

impl Clinic {
    pub fn new() -> Self {
        let clinic = Self { home: Home::new(), env: Vec::new() };
        clinic.home.claude("{}\n");
        clinic.home.does(&["install", "--yes"]);
        clinic.world().bash("ls").session("s").is_silent();
        clinic.is_well();
        clinic
    }

    pub fn world(&self) -> &World {
        &self.home.world
    }

    pub fn claude(&self) -> PathBuf {
        self.home.path(".claude/settings.json")
    }

    /// The exit code, and the report.
    #[track_caller]
    pub fn report(&self, args: &[&str]) -> (i32, Value) {
        let mut command = self.world().command(&[&["doctor", "--json"], args].concat());
        let output = feed(command.envs(self.env.iter().copied()), b"");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
        let code = output.status.code().unwrap();
        let expected = i32::from(report["failures"] != 0);
        assert_eq!((code, stderr.as_str()), (expected, ""), "{report:#}");
        (code, report)
    }

    #[track_caller]
    pub fn is_well(&self) {
        let (code, report) = self.report(&[]);
        let is_slow = report["findings"].as_array().unwrap().iter().any(is_slow);
        let status = if is_slow { "warning" } else { "ok" };
        assert_eq!((code, &report["status"]), (0, &json!(status)), "{:#?}", sick(&report));
        assert_eq!(sick(&report), [] as [Value; 0]);
    }

    /// This one thing is wrong, as bad as this.
    #[track_caller]
    pub fn has(&self, check: &str, status: &str, found: &str) -> Value {
        let (_, report) = self.report(&[]);
        let sick = sick(&report);
        assert_eq!(sick.len(), 1, "{check}: {sick:#?}");
        assert_eq!(
            (&sick[0]["check"], &sick[0]["status"]),
            (&json!(check), &json!(status)),
            "{sick:#?}"
        );
        let told = sick[0]["found"].as_str().unwrap();
        assert!(told.contains(found), "{told}");
        sick[0].clone()
    }

    /// Runs the command that it gives, in a shell that has toolcoach on PATH. Where it asks, it is
    /// told yes.
    #[track_caller]
    pub fn mend(&self, finding: &Value) {
        let mut line = finding["command"]
            .as_str()
            .unwrap_or_else(|| panic!("no command: {finding}"))
            .to_owned();
        if ["install", "uninstall", "trust"]
            .iter()
            .any(|asks| line.contains(&format!("toolcoach {asks}")))
        {
            line.push_str(" --yes");
        }
        let mut shell = Command::new("/bin/sh");
        let folder = Path::new(binary()).parent().unwrap();
        shell.args(["-c", &line]).env_clear().env("HOME", self.home.path(""));
        shell.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        shell.env("TOOLCOACH_STATE_DIR", self.world().state()).current_dir(self.world().work());
        let output = feed(&mut shell, b"");
        assert!(output.status.success(), "{line}: {output:?}");
    }

    /// Changes Claude Code's settings.
    pub fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut settings = read(&self.claude());
        change(&mut settings);
        fs::write(self.claude(), serde_json::to_string_pretty(&settings).unwrap()).unwrap();
    }

    /// Lets Claude Code's entries start a program of this content.
    pub fn starts(&self, script: &str) -> PathBuf {
        let path = self.world().root().join("other/toolcoach");
        program(&path, script.as_bytes());
        let text = fs::read_to_string(self.claude()).unwrap();
        fs::write(self.claude(), text.replace(binary(), path.to_str().unwrap())).unwrap();
        path
    }

    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.env.push((name, value));
        self
    }

    pub fn without_env(self) -> Self {
        Self { env: Vec::new(), ..self }
    }
}

/// The findings that are not ok, without those about the speed of the machine.
pub fn sick(report: &Value) -> Vec<Value> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|finding| finding["status"] != "ok" && !is_slow(finding))
        .cloned()
        .collect()
}

/// Whether this is doctor's warning about a slow call, which every busy machine gets.
fn is_slow(finding: &Value) -> bool {
    finding["check"] == "answer" && finding["status"] == "warning" && is_about_speed(finding)
}

fn is_about_speed(outcome: &impl Debug) -> bool {
    format!("{outcome:?}").contains("the goal is under")
}

/// Runs doctor until it has nothing to say about the machine's speed. On a busy machine it asks to
/// be run again.
#[track_caller]
pub fn when_quick<T: Debug>(mut run: impl FnMut() -> T) -> T {
    let mut outcome = None;
    wait_until("the machine is quick enough for doctor", || {
        outcome = Some(run()).filter(|outcome| !is_about_speed(outcome));
        outcome.is_some()
    });
    outcome.unwrap()
}

#[test]
fn no_agent_has_the_hook() {
    let clinic = Clinic::new();
    clinic.home.does(&["uninstall", "--yes"]);
    clinic.mend(&clinic.has("agents", "failure", "does not have the hook"));
    clinic.is_well();
    // One that has it not is no fault, unless it was asked for.
    fs::create_dir(clinic.home.path(".gemini")).unwrap();
    clinic.is_well();
    let (code, report) = clinic.report(&["--client", "gemini"]);
    assert_eq!((code, &sick(&report)[0]["client"]), (1, &json!("gemini")));
    assert_eq!(clinic.report(&["--client", "claude"]).0, 0);
}

#[test]
fn no_agent_is_here() {
    let clinic = Clinic::new();
    clinic.home.does(&["uninstall", "--yes"]);
    fs::remove_dir_all(clinic.home.path(".claude")).unwrap();
    let finding = clinic.has("agents", "failure", "no agent was found");
    fs::create_dir(clinic.home.path(".claude")).unwrap();
    clinic.mend(&finding);
    clinic.is_well();
}

#[test]
fn settings_that_are_no_json() {
    let clinic = Clinic::new();
    let text = fs::read_to_string(clinic.claude()).unwrap();
    fs::write(clinic.claude(), text.replacen('{', "{\n  // mine", 1)).unwrap();
    let (code, report) = clinic.report(&[]);
    let sick = sick(&report);
    let file = sick.iter().find(|finding| finding["check"] == "settings-file").unwrap();
    assert_eq!((code, &file["line"], &file["column"]), (1, &json!(2), &json!(3)));
    assert_eq!((&file["path"], &file["client"]), (&json!(clinic.claude()), &json!("claude")));
    fs::write(clinic.claude(), "{}").unwrap();
    clinic.mend(file);
    clinic.is_well();
}

#[test]
fn hooks_that_are_switched_off() {
    let clinic = Clinic::new();
    clinic.change(|settings| settings["disableAllHooks"] = json!(true));
    let finding = clinic.has("hooks-on", "failure", "switched off");
    assert_eq!(finding["mend"], "remove `disableAllHooks` from that file");
    clinic.change(|settings| drop(settings.as_object_mut().unwrap().remove("disableAllHooks")));
    clinic.is_well();
    // The file that counts more has the last word.
    clinic.change(|settings| settings["disableAllHooks"] = json!(true));
    clinic.world().file(".claude/settings.local.json", r#"{"disableAllHooks": false}"#);
    clinic.is_well();
    // The same of others, under their own names.
    for (folder, file, text, mended) in [
        (".gemini", "settings.json", r#"{"hooksConfig": {"enabled": false}}"#, "{}"),
        (".qwen", "settings.json", r#"{"disableAllHooks": true}"#, "{}"),
        (
            ".codex",
            "config.toml",
            "x = 1\n[features]\nhooks = false # no\n",
            "[other]\nhooks = false\n",
        ),
    ] {
        let name = format!("{folder}/{file}");
        let client = &folder[1..];
        let path = clinic.home.put(&name, text);
        clinic.home.does(&["install", "--yes", "--client", client]);
        let (code, report) = clinic.report(&["--client", client]);
        let off = sick(&report).into_iter().find(|finding| finding["check"] == "hooks-on");
        assert_eq!((code, &off.unwrap()["path"]), (1, &json!(path)), "{client}");
        fs::write(&path, mended).unwrap();
        clinic.home.does(&["install", "--yes", "--client", client]);
        assert_eq!(clinic.report(&["--client", client]).0, 0, "{client}");
    }
}

#[test]
fn events_that_are_missing() {
    let clinic = Clinic::new();
    for (event, status, found) in [
        ("PostToolUse", "failure", "no call is seen"),
        ("PostToolUseFailure", "warning", "failed calls are not seen"),
        ("SessionStart", "warning", "the agent forgot in a context reset"),
    ] {
        clinic.change(|settings| drop(settings["hooks"].as_object_mut().unwrap().remove(event)));
        let finding = clinic.has("events", status, found);
        assert!(
            finding["line"].is_u64() && finding["found"].as_str().unwrap().contains(event),
            "{finding}"
        );
        clinic.mend(&finding);
        clinic.is_well();
    }
}

#[test]
fn entries_that_are_doubled() {
    let clinic = Clinic::new();
    // In one file.
    clinic.change(|settings| {
        let entry =
            json!({ "hooks": [{ "type": "command", "command": format!("{binary} hook", binary = binary()) }] });
        settings["hooks"]["PostToolUse"].as_array_mut().unwrap().push(entry);
    });
    clinic.mend(&clinic.has("once", "warning", "PostToolUse starts it 2 times"));
    clinic.is_well();
    // In the project's as well, by its name.
    std::os::unix::fs::symlink(binary(), clinic.world().root().join("bin/toolcoach")).unwrap();
    clinic.home.does(&["install", "--yes", "--scope", "project"]);
    let finding = clinic.has("once", "warning", "starts it 2 times");
    assert!(finding["command"].as_str().unwrap().ends_with("--scope project"), "{finding}");
    clinic.mend(&finding);
    clinic.is_well();
    // The same command twice is run once by Claude Code.
    clinic
        .world()
        .file(".claude/settings.local.json", &fs::read_to_string(clinic.claude()).unwrap());
    clinic.is_well();
}

#[test]
fn a_file_that_hides_the_one_with_the_hook() {
    let clinic = Clinic::new();
    clinic.home.put(".factory/settings.json", "{\"hooks\": {}}");
    clinic.home.does(&["install", "--yes"]);
    let droid = || {
        let report = clinic.report(&["--client", "droid"]).1;
        sick(&report).into_iter().find(|finding| finding["check"] == "agents")
    };
    assert_eq!(droid(), None);
    clinic.home.put(".factory/hooks.json", "{}");
    let finding = droid().unwrap();
    assert_eq!(
        (&finding["status"], &finding["found"]),
        (&json!("failure"), &json!("does not have the hook"))
    );
    clinic.mend(&finding);
    assert_eq!(droid(), None);
}

#[test]
fn in_the_home_folder_the_users_file_is_not_the_projects_too() {
    let clinic = Clinic::new();
    let mut command = clinic.world().command(&["doctor", "--json"]);
    let output = feed(command.current_dir(clinic.home.path("")), b"");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(sick(&report), [] as [Value; 0]);
    let files = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["check"] == "settings-file");
    assert_eq!(files.unwrap()["found"], "1 file read");
}

#[test]
fn a_plugin_beside_the_settings() {
    let clinic = Clinic::new();
    let root = clinic.home.path(".claude/plugins/cache/tools/toolcoach/1");
    // It looks for the program on PATH, and tells at the start of a session if there is none.
    let group = |matcher: &str, end: &str| {
        let line = format!("command -v toolcoach >/dev/null 2>&1 || {end}");
        json!({ "matcher": matcher, "hooks": [{ "type": "command", "command": line, "timeout": 5 }] })
    };
    let hook = |matcher| group(matcher, "exit 0; exec toolcoach hook");
    let hooks = json!({ "hooks": { "PostToolUse": [hook("*")], "PostToolUseFailure": [hook("*")],
        "SessionStart": [hook("startup|compact|clear"), group("startup", "echo '{\"systemMessage\":\"x\"}'")] } });
    clinic.home.put(".claude/plugins/cache/tools/toolcoach/1/hooks/hooks.json", &hooks.to_string());
    let list = json!({ "version": 2, "plugins": { "toolcoach@tools": [{ "scope": "user", "installPath": root }] } });
    clinic.home.put(".claude/plugins/installed_plugins.json", &list.to_string());
    clinic.is_well();
    std::os::unix::fs::symlink(binary(), clinic.world().root().join("bin/toolcoach")).unwrap();
    clinic.change(|settings| settings["enabledPlugins"] = json!({ "toolcoach@tools": true }));
    clinic.mend(&clinic.has("once", "warning", "starts it 2 times"));
    clinic.is_well();
    // The plugin alone is looked at like any other.
    fs::remove_file(clinic.world().root().join("bin/toolcoach")).unwrap();
    let finding = clinic.has("program", "failure", "toolcoach is not on PATH here");
    let folder = Path::new(binary()).parent().unwrap();
    assert_eq!(
        finding["mend"],
        format!("put {} on the PATH that the agent is started with", folder.display())
    );
    std::os::unix::fs::symlink(binary(), clinic.world().root().join("bin/toolcoach")).unwrap();
    clinic.is_well();
    let file = root.join("hooks/hooks.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("exec toolcoach", "echo noise; exec toolcoach")).unwrap();
    clinic.has("answer", "failure", "more than one line, the first of them: noise");
    fs::write(&file, text).unwrap();
    clinic.is_well();
}

#[test]
fn cursor_that_runs_both() {
    let clinic = Clinic::new();
    clinic.home.put(".cursor/hooks.json", "{\"version\": 1}");
    clinic.is_well();
    clinic.home.does(&["install", "--yes", "--client", "cursor"]);
    let call = json!({ "hook_event_name": "postToolUse", "cursor_version": "1", "conversation_id": "c",
        "tool_name": "Shell", "tool_input": { "command": "ls" }, "tool_output": "{\"output\":\"\",\"exitCode\":0}" });
    clinic.world().run(&[], call.to_string().as_bytes());
    clinic.mend(&clinic.has("once", "warning", "Claude Code's entry beside its own"));
    clinic.is_well();
}

#[test]
fn a_time_limit_in_the_wrong_unit() {
    let clinic = Clinic::new();
    let path = clinic.home.put(".gemini/settings.json", "{}");
    clinic.home.does(&["install", "--yes"]);
    let call = json!({ "hook_event_name": "AfterTool", "session_id": "g", "tool_name": "run_shell_command",
        "tool_input": { "command": "ls" }, "tool_response": { "llmContent": "Output: x" } });
    clinic.world().run(&[], call.to_string().as_bytes());
    clinic.is_well();
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("5000", "5")).unwrap();
    clinic.mend(&clinic.has("time-limit", "failure", "the time limit of AfterTool is 5 ms"));
    clinic.is_well();
}

#[test]
fn codex_that_was_not_told_to_trust() {
    let clinic = Clinic::new();
    let path = clinic.home.put(".codex/hooks.json", "{}");
    clinic.home.does(&["install", "--yes"]);
    clinic.world().bash("ls").session("c").field("turn_id", json!("t")).is_silent();
    clinic.has("codex-trust", "warning", "no record of trust for PostToolUse, SessionStart");
    let record = |state: &str| {
        let of =
            |event: &str| format!("[hooks.state.\"{}:{event}:0:0\"]\n{state}\n", path.display());
        clinic.home.put(".codex/config.toml", &(of("post_tool_use") + &of("session_start")));
    };
    record("enabled = false");
    clinic.has("codex-trust", "warning", "PostToolUse, SessionStart was switched off");
    record("trusted_hash = \"sha256:00\"");
    clinic.is_well();
}
