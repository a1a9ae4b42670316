//! `toolcoach install` and `uninstall`: what they write into agents' settings, and that every other
//! byte stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::harness::{World, binary, feed, have};

/// Settings as people have them.
const REAL: [&str; 12] = [
    "{}",
    "{}\n",
    "{\n}\n",
    "",
    "{\n  \"$schema\": \"https://json.schemastore.org/claude-code-settings.json\",\n  \"model\": \"opus\",\n  \"n\": 1.0,\n  \"big\": 123456789012345678901234567890,\n  \"e\": 1E+2\n}\n",
    "{\"model\":\"opus\",\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"say done\"}]}]}}",
    "{\n    \"hooks\": {\n        \"PostToolUse\": [\n            {\n                \"matcher\": \"Edit|Write\",\n                \"hooks\": [{ \"type\": \"command\", \"command\": \"/opt/toolcoach/bin/format\" }]\n            }\n        ]\n    },\n    \"z\": [],\n    \"a\": {}\n}\n",
    "{\r\n\t\"env\": {\"A\": \"\\u00e9\\ud83d\\ude00 \\\\ \\\" }\"},\r\n\t\"hooks\": {}\r\n}\r\n",
    "{\n  \"hooks\": {\n    \"PostToolUse\": [],\n    \"disabled\": [\"x\"],\n    \"later\": true\n  }\n}",
    "{ \"permissions\" : { \"allow\" : [ \"Bash(git *)\" ] } , \"hooks\" : { \"PostToolUse\" : [ { \"hooks\" : [ ] } ] } }\n\n",
    "  \n{\n\"a\": 1}",
    "{\n\t\"statusLine\": {\n\t\t\"type\": \"command\",\n\t\t\"command\": \"toolcoach --stats\"\n\t}\n}",
];

/// A world with agents' settings in it.
pub struct Home {
    pub world: World,
}

impl Home {
    pub fn new() -> Self {
        Self { world: World::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.world.root().join("home").join(name)
    }

    pub fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub fn claude(&self, text: &str) -> PathBuf {
        self.put(".claude/settings.json", text)
    }

    fn run(&self, args: &[&str]) -> Output {
        self.world.run(args, b"")
    }

    #[track_caller]
    pub fn does(&self, args: &[&str]) -> String {
        let (code, stdout, stderr) = self.world.told(args);
        assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}: {stdout}");
        stdout
    }

    /// Every file below home and work with its bytes.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    walk(&path, found);
                } else {
                    found.insert(path.clone(), fs::read(&path).unwrap_or_default());
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.path(""), &mut found);
        walk(&self.world.work(), &mut found);
        found
    }
}

pub fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Every command of ours in settings, by its event.
pub fn ours(settings: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (event, groups) in settings["hooks"].as_object().into_iter().flatten() {
        for group in groups.as_array().into_iter().flatten() {
            for hook in group["hooks"].as_array().into_iter().flatten() {
                if hook["command"].as_str().is_some_and(|command| command.contains(binary())) {
                    found.push((event.clone(), group.clone()));
                }
            }
        }
    }
    found
}

const EVENTS: [&str; 3] = ["PostToolUse", "PostToolUseFailure", "SessionStart"];

#[test]
fn settings_get_their_bytes_back() {
    for text in REAL {
        let home = Home::new();
        let path = home.claude(text);
        home.does(&["install", "--yes"]);
        let installed = fs::read(&path).unwrap();
        let settings = read(&path);
        let found = ours(&settings);
        assert_eq!(
            found.iter().map(|(event, _)| event.as_str()).collect::<Vec<_>>(),
            EVENTS,
            "{text}"
        );
        assert_eq!(
            found[0].1,
            json!({ "matcher": "*", "hooks": [
            { "type": "command", "command": binary(), "args": ["hook"], "timeout": 5 }] })
        );
        assert_eq!(found[2].1["matcher"], "startup|compact|clear");
        // Again, nothing.
        assert!(home.does(&["install", "--yes"]).contains("Nothing to do."));
        assert_eq!(fs::read(&path).unwrap(), installed);
        home.does(&["uninstall", "--yes"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(home.files().len(), 1, "{:?}", home.files().keys());
        assert!(home.does(&["uninstall", "--yes"]).contains("No settings contain"));
    }
}

#[test]
fn the_hook_that_was_written_answers_as_a_client_would_run_it() {
    let home = Home::new();
    let path = home.claude("{}");
    home.does(&["install", "--yes"]);
    let settings = read(&path);
    let hook = &settings["hooks"]["PostToolUse"][0]["hooks"][0];
    let args: Vec<&str> =
        hook["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
    assert_eq!(hook["command"], binary());
    let answer = crate::harness::answer(
        &home.world.run(&args, &home.world.bash("git push -f origin main").json()),
    );
    assert!(answer.unwrap().contains("git-push-force"));
}

#[test]
fn the_event_for_batches_is_registered_on_request_and_stays() {
    let home = Home::new();
    home.does(&["install", "--client", "claude", "--batch", "--yes"]);
    let settings = home.path(".claude/settings.json");
    let events = || ours(&read(&settings)).into_iter().map(|(event, _)| event).collect::<Vec<_>>();
    let all = ["PostToolUse", "PostToolUseFailure", "SessionStart", "PostToolBatch"];
    assert!(all.iter().all(|event| events().iter().any(|found| found == event)), "{:?}", events());
    home.does(&["install", "--client", "claude", "--matcher", "Bash", "--yes"]);
    assert_eq!(events().len(), all.len());
    home.does(&["uninstall", "--yes"]);
    assert!(!settings.exists());
}

#[test]
fn what_others_wrote_since_stays() {
    for text in &REAL[4..] {
        let home = Home::new();
        let path = home.claude(text);
        home.does(&["install", "--yes"]);
        let installed = fs::read_to_string(&path).unwrap();
        // The client adds a key, as it does when the user allows something.
        let brace = installed.rfind('}').unwrap();
        let changed =
            format!("{}, \"added\": [1.50]{}", installed[..brace].trim_end(), &installed[brace..]);
        fs::write(&path, &changed).unwrap();
        home.does(&["uninstall", "--yes"]);
        let after = fs::read_to_string(&path).unwrap();
        assert!(after.contains("\"added\": [1.50]") && !after.contains(binary()), "{after}");
        let mut left: Value = serde_json::from_str(&after).unwrap();
        let mut before: Value = serde_json::from_str(text).unwrap();
        left.as_object_mut().unwrap().remove("added");
        // Empty containers are not told from those that were made.
        for value in [&mut left, &mut before] {
            if let Some(hooks) = value["hooks"].as_object_mut() {
                hooks.retain(|_, groups| *groups != json!([]));
            }
            if value["hooks"].as_object().is_none_or(serde_json::Map::is_empty) {
                value.as_object_mut().unwrap().remove("hooks");
            }
        }
        assert_eq!(left, before);
    }
}

#[test]
fn entries_of_other_versions_are_renewed_and_those_of_others_are_not_touched() {
    let home = Home::new();
    let others = json!({ "type": "command", "command": "/opt/toolcoach/notify hook" });
    let text = json!({ "hooks": {
        "PostToolUse": [
            { "matcher": "Bash|Read", "hooks": [
                { "type": "command", "command": "/old/bin/toolcoach" }, others] },
            { "hooks": [{ "type": "command", "command": "toolcoach hook | tee log" }] }],
        "PreToolUse": [{ "hooks": [{ "type": "command", "command": "\"$HOME/.cargo/bin/toolcoach\" hook" }] }],
    } });
    let path = home.claude(&serde_json::to_string_pretty(&text).unwrap());
    home.does(&["install", "--yes"]);
    let settings = read(&path);
    assert_eq!(ours(&settings).len(), 3);
    let groups = settings["hooks"]["PostToolUse"].as_array().unwrap();
    assert_eq!(groups[0]["hooks"], json!([others]));
    assert_eq!(groups[1], text["hooks"]["PostToolUse"][1]);
    assert_eq!(groups[2]["matcher"], "Bash|Read", "the matcher that was there is kept");
    assert_eq!(settings["hooks"].get("PreToolUse"), None);
    home.does(&["install", "--yes", "--matcher", "*"]);
    assert_eq!(read(&path)["hooks"]["PostToolUse"][2]["matcher"], "*");
    home.does(&["uninstall", "--yes"]);
    assert_eq!(
        read(&path),
        json!({ "hooks": { "PostToolUse": [
        { "matcher": "Bash|Read", "hooks": [others] }, text["hooks"]["PostToolUse"][1]] } })
    );
}

#[test]
fn without_records_the_entries_go_all_the_same() {
    let home = Home::new();
    fs::create_dir(home.path(".copilot")).unwrap();
    let path = home.claude(REAL[5]);
    home.does(&["install", "--yes"]);
    fs::remove_dir_all(home.world.state()).unwrap();
    home.does(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), REAL[5]);
    assert_eq!(home.files().len(), 1);
}

#[test]
fn nothing_is_written_unasked() {
    let home = Home::new();
    home.claude(REAL[6]);
    let before = home.files();
    let (code, stdout, stderr) = home.world.told(&["install"]);
    assert_eq!(code, 2);
    assert!(stdout.contains("will get the hook") && stderr.contains("--yes"), "{stdout}{stderr}");
    let diff = home.does(&["install", "--dry-run"]);
    assert!(
        diff.contains("\n--- ") && diff.contains("\n@@ ") && diff.contains("\n+        ]"),
        "{diff}"
    );
    assert_eq!(home.files(), before);
    assert!(!home.world.state().exists());
    home.does(&["install", "--yes"]);
    let before = home.files();
    assert_eq!(home.run(&["uninstall"]).status.code(), Some(2));
    assert!(home.does(&["uninstall", "--dry-run"]).contains("\n-"));
    assert_eq!(home.files(), before);
    if have("patch") {
        // The diff is one that programs understand.
        home.does(&["uninstall", "--yes"]);
        let path = home.path(".claude/settings.json");
        let diff = home.does(&["install", "--dry-run"]);
        let mut patch = std::process::Command::new("patch");
        assert!(feed(patch.arg(&path), diff.as_bytes()).status.success());
        assert_eq!(ours(&read(&path)).len(), 3);
    }
}

#[cfg(unix)]
#[test]
fn on_a_terminal_it_asks() {
    if !have("script") {
        return;
    }
    let home = Home::new();
    let path = home.claude("{}");
    for (answer, expected) in [("n", false), ("", false), ("y", true)] {
        let mut script = std::process::Command::new("script");
        script
            .args(["-qec", &format!("{binary} install", binary = binary()), "/dev/null"])
            .env("HOME", home.path(""));
        script.env("PATH", format!("{}:/usr/bin:/bin", home.world.root().join("bin").display()));
        script.env("TOOLCOACH_STATE_DIR", home.world.state()).env_remove("CLAUDE_CONFIG_DIR");
        let output = feed(script.current_dir(home.world.work()), format!("{answer}\n").as_bytes());
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains("Write this file? [y/N]"), "{told}");
        assert_eq!(told.contains("Nothing was written."), !expected, "{told}");
        assert_eq!(!ours(&read(&path)).is_empty(), expected, "{told}");
    }
}

/// Runs an install again if the others kept it waiting for too long.
#[test]
fn two_at_once_leave_one_entry() {
    let home = Home::new();
    let path = home.claude(REAL[6]);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let home = &home;
            scope.spawn(move || {
                let matcher = if number % 2 == 0 { "*" } else { "Bash" };
                let (code, _, stderr) =
                    home.world.told_in_turn(&["install", "--yes", "--matcher", matcher]);
                assert_eq!((code, stderr.as_str()), (0, ""));
            });
        }
    });
    assert_eq!(ours(&read(&path)).len(), 3);
    home.does(&["uninstall", "--yes"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), REAL[6]);
    assert_eq!(home.files().len(), 1);
}

#[test]
fn purge_removes_what_is_ours_and_nothing_else() {
    let home = Home::new();
    home.claude(REAL[4]);
    home.does(&["install", "--yes"]);
    home.world.settings("{}");
    home.world.bash("git push -f origin main").session("s").says("git-push-force");
    home.does(&["mute", "all", "--for", "1h"]);
    let state = home.world.state();
    fs::write(state.join("sessions/notes.jsonl"), "mine").unwrap();
    let told = home.does(&["uninstall", "--purge", "--dry-run"]);
    assert!(told.contains("(state)") && told.contains("(your settings)"), "{told}");
    assert!(state.join("mutes.json").exists());
    assert_eq!(home.run(&["uninstall", "--purge"]).status.code(), Some(2));
    home.does(&["uninstall", "--purge", "--yes"]);
    assert_eq!(home.world.stored().keys().collect::<Vec<_>>(), ["sessions/notes.jsonl"]);
    assert_eq!(home.files().len(), 1, "{:?}", home.files().keys());
    fs::remove_dir_all(&state).unwrap();
    assert!(home.does(&["uninstall", "--purge", "--yes"]).contains("has no files here"));
    assert!(!home.world.root().join("state/installs.lock").exists());
}
