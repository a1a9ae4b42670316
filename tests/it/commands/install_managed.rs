//! `install --scope managed`: the hook of every user, in the administrator's settings.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::install::Home;
use crate::harness::{binary, feed, have};

/// A machine with its folder for the administrator's settings.
struct Machine {
    home: Home,
}

impl Machine {
    fn new() -> Self {
        Self { home: Home::new() }
    }

    fn folder(&self) -> PathBuf {
        self.home.world.root().join("etc-claude-code")
    }

    fn file(&self) -> PathBuf {
        self.folder().join("managed-settings.d/toolcoach.json")
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = self.home.world.command(args);
        feed(command.env("TOOLCOACH_MANAGED_SETTINGS", self.folder()), b"")
    }

    #[track_caller]
    fn does(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn findings(&self, check: &str) -> Vec<Value> {
        let output = self.run(&["doctor", "--client", "claude", "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        findings.filter(|finding| finding["check"] == check).cloned().collect()
    }
}

const INSTALL: [&str; 4] = ["install", "--scope", "managed", "--yes"];
const UNINSTALL: [&str; 4] = ["uninstall", "--scope", "managed", "--yes"];

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn every_user_gets_the_hook_and_loses_it_without_a_trace() {
    let machine = Machine::new();
    // The administrator has no Claude Code in his own home.
    let page = machine.does(&["install", "--scope", "managed", "--dry-run"]);
    assert!(page.contains("+        \"hooks\"") || page.contains("PostToolUse"), "{page}");
    assert!(!machine.folder().exists());
    let page = machine.does(&INSTALL);
    assert!(page.contains("every user of this machine has the hook"), "{page}");
    let text = fs::read_to_string(machine.file()).unwrap();
    let settings: Value = serde_json::from_str(&text).unwrap();
    let events: Vec<&String> = settings["hooks"].as_object().unwrap().keys().collect();
    assert_eq!(events.len(), 3, "{events:?}");
    assert_eq!(settings["hooks"]["PostToolUse"][0]["hooks"][0]["command"], json!(binary()));
    assert_eq!(machine.does(&INSTALL).matches("is up to date").count(), 1);
    assert_eq!(fs::read_to_string(machine.file()).unwrap(), text);
    // The user's own files have nothing of it.
    assert!(!machine.home.path(".claude").exists());
    machine.does(&UNINSTALL);
    assert!(!machine.folder().exists(), "the folders made for it are gone too");
}

#[test]
fn what_else_the_administrator_manages_stays() {
    let machine = Machine::new();
    let other = machine.folder().join("managed-settings.json");
    let part = machine.folder().join("managed-settings.d/10-telemetry.json");
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    for path in [&other, &part] {
        fs::write(path, "{ \"model\": \"opus\" }").unwrap();
    }
    machine.does(&INSTALL);
    machine.does(&UNINSTALL);
    for path in [&other, &part] {
        assert_eq!(fs::read_to_string(path).unwrap(), "{ \"model\": \"opus\" }");
    }
    assert!(!machine.file().exists());
    // Nor is a file of ours that somebody added to overwritten.
    fs::write(machine.file(), "{ \"model\": \"opus\" }").unwrap();
    machine.does(&INSTALL);
    assert!(fs::read_to_string(machine.file()).unwrap().contains("\"model\": \"opus\""));
    machine.does(&UNINSTALL);
    assert_eq!(fs::read_to_string(machine.file()).unwrap(), "{ \"model\": \"opus\" }");
    // A file that is not understood stops it.
    fs::write(machine.file(), "{ broken").unwrap();
    assert_eq!(machine.run(&INSTALL).status.code(), Some(1));
    assert_eq!(fs::read_to_string(machine.file()).unwrap(), "{ broken");
}

/// An administrator's mask often keeps others out; these files are for others.
#[test]
fn all_users_can_read_it_whatever_the_mask() {
    let machine = Machine::new();
    let mut command = machine.home.world.program(
        "/bin/sh",
        &[
            "-c",
            "umask 077; exec \"$0\" \"$@\"",
            binary(),
            "install",
            "--scope",
            "managed",
            "--yes",
        ],
    );
    let output = feed(command.env("TOOLCOACH_MANAGED_SETTINGS", machine.folder()), b"");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(mode(&machine.file()), 0o644);
    assert_eq!(mode(machine.file().parent().unwrap()), 0o755);
    assert_eq!(mode(&machine.folder()), 0o755);
}

#[test]
fn a_user_does_not_register_it_a_second_time() {
    let machine = Machine::new();
    machine.does(&INSTALL);
    let mine = machine.home.claude("{}");
    let page = machine.does(&["install", "--yes"]);
    assert!(page.contains("skipped, because the administrator's"), "{page}");
    assert_eq!(fs::read_to_string(&mine).unwrap(), "{}");
    let found = machine.findings("agents");
    assert!(found[0]["found"].as_str().unwrap().contains("by your administrator's settings"));
    assert_eq!(found[0]["path"], json!(machine.file()));
    // By name it is done all the same, and said. Claude Code runs equal commands once.
    let page = machine.does(&["install", "--client", "claude", "--yes"]);
    assert!(page.contains("but one at another path a second time"), "{page}");
    assert_eq!(machine.findings("once")[0]["status"], "ok");
    let other = fs::read_to_string(&mine).unwrap().replace(binary(), "/opt/toolcoach");
    fs::write(&mine, other).unwrap();
    let once = machine.findings("once");
    assert_eq!(once[0]["status"], "warning", "{once:?}");
    assert_eq!(once[0]["command"], "toolcoach uninstall --client claude --scope user");
    // Where only the administrator's hooks run, this is one of them.
    fs::write(machine.folder().join("managed-settings.json"), "{\"allowManagedHooksOnly\": true}")
        .unwrap();
    assert_eq!(machine.findings("hooks-on")[0]["status"], "ok");
    machine.does(&UNINSTALL);
    assert_eq!(machine.findings("hooks-on")[0]["status"], "failure");
}

#[test]
fn other_agents_have_no_such_settings() {
    let machine = Machine::new();
    let output = machine.run(&["install", "--client", "codex", "--scope", "managed", "--yes"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), &*stderr),
        (Some(1), "toolcoach: Codex has no managed settings\n")
    );
    assert!(!machine.folder().exists());
}

/// In the system's own folder only root may write; whoever runs the tests, this runs as nobody.
#[test]
fn who_is_not_root_is_told() {
    let machine = Machine::new();
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let mut words = vec![binary(), "install", "--scope", "managed", "--yes"];
    if is_root {
        if !have("setpriv") {
            return;
        }
        words.splice(0..0, ["setpriv", "--reuid=65534", "--clear-groups"]);
    }
    let mut command = machine.home.world.program("/usr/bin/env", &words);
    let output = feed(command.env("PATH", "/usr/bin:/bin").current_dir("/"), b"");
    let stderr = String::from_utf8(output.stderr).unwrap();
    if is_root && stderr.contains("ermission denied") {
        eprintln!("skipped: nobody may not start {binary}", binary = binary());
        return;
    }
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("run this as root, for instance with sudo"), "{stderr}");
}
