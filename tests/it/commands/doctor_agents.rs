//! `toolcoach doctor` on what agents make of their settings: where no hook runs, it says so.

use std::fs;

use serde_json::{Value, json};

use crate::commands::doctor::{Clinic, when_quick};
use crate::harness::{binary, feed};

/// The diagnoses of one check, as `[status, found]`.
fn of(clinic: &Clinic, check: &str) -> Vec<(String, String)> {
    let (_, report) = clinic.report(&[]);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(|finding| finding["check"] == check)
        .map(|finding| (text(finding, "status"), text(finding, "found")))
        .collect()
}

/// Entries for which Claude Code drops all hooks, with the place of each.
#[test]
fn an_entry_that_costs_all_hooks() {
    for (entry, found) in [
        (
            json!([{ "matcher": { "tools": ["Write"] }, "hooks": [{ "type": "command", "command": "true" }] }]),
            "`matcher` is not a string",
        ),
        (json!([{ "matcher": ["Write"], "hooks": [] }]), "`matcher` is not a string"),
        (json!([{ "matcher": null, "hooks": [] }]), "`matcher` is not a string"),
        (json!([{ "type": "command", "command": "true" }]), "has no `hooks` list"),
        (json!([{ "matcher": "*", "command": "true" }]), "has no `hooks` list"),
        (json!([{ "hooks": "true" }]), "`hooks` is not a list"),
        (json!(["true"]), "this entry is not an object"),
        (json!({ "hooks": [] }), "`PreToolUse` is not a list"),
        (json!("true"), "`PreToolUse` is not a list"),
        (json!([{ "hooks": ["true"] }]), "this hook is not an object"),
        (json!([{ "hooks": [{ "command": "true" }] }]), "has no `type`"),
        (json!([{ "hooks": [{ "type": "command" }] }]), "has no `command`"),
        (json!([{ "hooks": [{ "type": "command", "command": ["true"] }] }]), "has no `command`"),
        (json!([{ "hooks": [{ "type": "prompt" }] }]), "has no `prompt`"),
        (
            json!([{ "hooks": [{ "type": "command", "command": "true", "timeout": "5" }] }]),
            "`timeout` is not a number",
        ),
    ] {
        let clinic = Clinic::new();
        clinic.change(|settings| settings["hooks"]["PreToolUse"] = entry.clone());
        let text = fs::read_to_string(clinic.claude()).unwrap();
        let finding = clinic.has("entries", "failure", found);
        let line = finding["line"].as_u64().unwrap() as usize;
        let event = text.lines().position(|line| line.contains("PreToolUse")).unwrap() + 1;
        assert!(line >= event && line <= event + 12, "{finding}");
        assert!(finding["column"].as_u64().unwrap() > 1, "{finding}");
        // install tells it before it asks.
        let (code, stdout, _) = clinic.world().told(&["install", "--yes"]);
        assert_eq!((code, stdout.contains(found)), (0, true), "{stdout}");
        clinic.change(|settings| {
            settings["hooks"].as_object_mut().unwrap().remove("PreToolUse");
        });
        clinic.is_well();
    }
    for fine in [
        json!([]),
        json!([{ "hooks": [] }]),
        json!([{ "matcher": "", "hooks": [{ "type": "prompt", "prompt": "x" }] }]),
        json!([{ "hooks": [{ "type": "of later versions", "timeout": 1.5 }] }]),
    ] {
        let clinic = Clinic::new();
        clinic.change(|settings| settings["hooks"]["Stop"] = fine);
        clinic.change(|settings| settings["hooks"]["note"] = json!("mine"));
        clinic.is_well();
    }
}

#[test]
fn matchers_that_let_no_call_through_or_few() {
    for matcher in ["bash", "(", "Bash(git push:*)", "Nope", "bash|read"] {
        let clinic = Clinic::new();
        clinic.change(|settings| settings["hooks"]["PostToolUse"][0]["matcher"] = json!(matcher));
        let finding = clinic.has("matcher", "failure", "names no tool");
        assert!(of(&clinic, "agents")[0].1.ends_with("for calls of no tool"));
        let (code, _, stderr) = clinic.world().told(&["install", "--yes", "--matcher", matcher]);
        assert_eq!((code, stderr.contains("names no tool of Claude Code")), (2, true), "{stderr}");
        clinic.mend(&finding);
        clinic.is_well();
    }
    // Gemini CLI has its own names, and a server's tool may have any.
    let clinic = Clinic::new();
    clinic.home.put(".gemini/settings.json", "{}\n");
    for (matcher, status) in [("Bash|Read", "warning"), ("run_shell_command", "ok")] {
        clinic.home.does(&["install", "--yes", "--client", "gemini", "--matcher", matcher]);
        let of_gemini = of(&clinic, "matcher").pop().unwrap();
        assert_eq!(of_gemini.0, status, "{}", of_gemini.1);
    }
    for (matcher, tools) in
        [("Bash", "Bash"), ("Bash|Read", "Bash, Read"), ("^(Edit|Write)$", "Edit, Write")]
    {
        let clinic = Clinic::new();
        clinic.home.does(&["install", "--yes", "--matcher", matcher]);
        clinic.is_well();
        let (_, found) = of(&clinic, "agents").remove(0);
        assert_eq!(found, format!("has the hook, for calls of {tools}"));
    }
    for matcher in ["*", "", ".*"] {
        let clinic = Clinic::new();
        clinic.change(|settings| settings["hooks"]["PostToolUse"][0]["matcher"] = json!(matcher));
        let (_, found) = of(&clinic, "agents").remove(0);
        assert_eq!(found, "has the hook, for all your calls", "{matcher}");
    }
}

#[test]
fn a_hook_that_is_switched_off_by_its_name() {
    for pointer in ["hooksConfig", "hooks"] {
        let clinic = Clinic::new();
        clinic.home.put(".gemini/settings.json", "{}\n");
        clinic.home.does(&["install", "--yes", "--client", "gemini"]);
        let path = clinic.home.path(".gemini/settings.json");
        let text = fs::read_to_string(&path).unwrap();
        let mut settings: Value = serde_json::from_str(&text).unwrap();
        let state = |name: &str, settings: &mut Value| {
            settings[pointer]["disabled"] = json!([name]);
            fs::write(&path, settings.to_string()).unwrap();
            of(&clinic, "hooks-on").pop().unwrap()
        };
        assert_eq!(state("other", &mut settings).0, "ok");
        let (status, found) = state(&format!("{binary} hook", binary = binary()), &mut settings);
        assert_eq!((status.as_str(), found.contains("switched off by name")), ("failure", true));
    }
}

#[test]
fn limits_in_the_wrong_unit_and_hooks_that_nobody_waits_for() {
    for (key, value, check, found) in [
        ("timeout", json!(5000), "time-limit", "5000 s: Claude Code counts seconds"),
        ("async", json!(true), "time-limit", "does not wait"),
        ("if", json!("Bash(git *)"), "matcher", "`if` allows: Bash(git *)"),
    ] {
        let clinic = Clinic::new();
        clinic.change(|settings| {
            settings["hooks"]["PostToolUse"][0]["hooks"][0][key] = value.clone();
        });
        let finding = clinic.has(check, "warning", found);
        clinic.mend(&finding);
        clinic.is_well();
    }
    for (key, value) in [("timeout", json!(600)), ("async", json!(false))] {
        let clinic = Clinic::new();
        clinic.change(|settings| settings["hooks"]["PostToolUse"][0]["hooks"][0][key] = value);
        clinic.is_well();
    }
}

#[test]
fn what_an_administrator_manages() {
    let clinic = Clinic::new();
    let folder = clinic.world().root().join("managed");
    fs::create_dir_all(folder.join("managed-settings.d")).unwrap();
    let report = || {
        let mut command = clinic.world().command(&["doctor", "--json"]);
        let output = feed(command.env("TOOLCOACH_MANAGED_SETTINGS", &folder), b"");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let all = report["findings"].as_array().unwrap();
        all.iter().find(|finding| finding["check"] == "hooks-on").unwrap().clone()
    };
    assert_eq!(report()["status"], "ok");
    let ours = fs::read_to_string(clinic.claude()).unwrap();
    for name in ["managed-settings.json", "managed-settings.d/10-hooks.json"] {
        let path = folder.join(name);
        for (text, found) in [
            ("{\"allowManagedHooksOnly\": true}", "only their own hooks"),
            ("{\"strictPluginOnlyCustomization\": [\"hooks\"]}", "only their own hooks"),
            ("{\"disableAllHooks\": true}", "all hooks are switched off"),
        ] {
            fs::write(&path, text).unwrap();
            let finding = report();
            assert_eq!(finding["status"], "failure", "{finding}");
            assert!(finding["found"].as_str().unwrap().contains(found), "{finding}");
            assert_eq!(finding["path"], json!(path));
        }
        for text in ["{\"allowManagedHooksOnly\": false}", "{\"model\": \"opus\"}", "{}"] {
            fs::write(&path, text).unwrap();
            assert_eq!(report()["status"], "ok", "{text}");
        }
        // The administrator may have the hook.
        fs::write(&path, ours.replacen('{', "{\"allowManagedHooksOnly\": true,", 1)).unwrap();
        assert_eq!(report()["status"], "ok");
        fs::remove_file(&path).unwrap();
    }
    // The user cannot forbid other hooks than the administrator's.
    clinic.change(|settings| settings["allowManagedHooksOnly"] = json!(true));
    assert_eq!(report()["status"], "ok");
}

/// A line with a look in front is tried out as any other.
#[test]
fn the_line_of_the_plugin_among_the_settings() {
    let clinic = Clinic::new();
    clinic.world().programs(&["rg", "fd"]);
    let bin = clinic.world().root().join("bin/toolcoach");
    std::os::unix::fs::symlink(binary(), bin).unwrap();
    let line = "command -v toolcoach >/dev/null 2>&1 || exit 0; exec toolcoach hook";
    clinic.change(|settings| {
        for event in ["PostToolUse", "PostToolUseFailure", "SessionStart"] {
            settings["hooks"][event][0]["hooks"][0] =
                json!({ "type": "command", "command": line, "timeout": 5 });
        }
    });
    clinic.is_well();
    assert_eq!(when_quick(|| of(&clinic, "answer"))[0].0, "ok");
    clinic.world().programs(&["rg", "fd"]);
    clinic.has("program", "failure", "toolcoach is not on PATH");
}

/// On a busy machine a trial may fail that the next one would not.
#[test]
fn a_trial_that_fails_once_is_repeated() {
    let clinic = Clinic::new();
    let count = clinic.world().root().join("count");
    let script = |failures: u32| {
        format!(
            "#!/bin/sh\n[ \"$1\" = --version ] && exec '{binary}' --version\necho x >>'{count}'\n\
             [ $(wc -l <'{count}') -le {failures} ] && exit 0\nexec '{binary}' hook\n",
            binary = binary(),
            count = count.display()
        )
        .replace("$(wc -l", "$(/usr/bin/wc -l")
    };
    clinic.starts(&script(2));
    assert_eq!(when_quick(|| of(&clinic, "answer"))[0].0, "ok");
    fs::remove_file(&count).unwrap();
    clinic.starts(&script(99));
    let other = clinic.world().root().join("other/toolcoach");
    fs::write(other, script(99)).unwrap();
    assert_eq!(of(&clinic, "answer")[0].0, "failure");
    assert_eq!(fs::read_to_string(&count).unwrap().lines().count(), 3);
}

/// Locks that fail, as on some file systems over a network.
#[cfg(target_os = "linux")]
#[test]
fn a_file_system_that_locks_nothing() {
    if !crate::faults::steering::can_trace() {
        return;
    }
    for error in ["ENOLCK", "EOPNOTSUPP"] {
        let clinic = Clinic::new();
        let inject = format!("inject=flock:error={error}");
        let args =
            ["-o", "/dev/null", "-e", "trace=flock", "-e", &inject, binary(), "doctor", "--json"];
        let mut command = clinic.world().program("/usr/bin/strace", &args);
        let report: Value = serde_json::from_slice(&feed(&mut command, b"").stdout).unwrap();
        let all = report["findings"].as_array().unwrap();
        let found = all.iter().find(|finding| finding["check"] == "file-system").unwrap();
        assert_eq!(found["status"], "warning", "{found}");
        assert!(found["found"].as_str().unwrap().contains("cannot be locked"), "{found}");
    }
}

/// Under `strictPluginOnlyCustomization` the hook of a plugin still runs.
#[test]
fn a_plugin_where_an_administrator_allows_only_plugins() {
    let clinic = Clinic::new();
    let folder = clinic.world().root().join("managed");
    fs::create_dir_all(&folder).unwrap();
    let root = clinic.home.path(".claude/plugins/cache/tools/toolcoach/1");
    let text = fs::read_to_string(clinic.claude()).unwrap();
    clinic.home.put(".claude/plugins/cache/tools/toolcoach/1/hooks/hooks.json", &text);
    let list = json!({ "version": 2, "plugins": { "toolcoach@tools": [{ "installPath": root }] } });
    clinic.home.put(".claude/plugins/installed_plugins.json", &list.to_string());
    let plugins = json!({ "toolcoach@tools": true });
    clinic.home.claude(&json!({ "enabledPlugins": plugins }).to_string());
    for (key, status) in
        [("strictPluginOnlyCustomization", "ok"), ("allowManagedHooksOnly", "failure")]
    {
        fs::write(folder.join("managed-settings.json"), json!({ key: true }).to_string()).unwrap();
        let mut command = clinic.world().command(&["doctor", "--json"]);
        let output = feed(command.env("TOOLCOACH_MANAGED_SETTINGS", &folder), b"");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let all = report["findings"].as_array().unwrap();
        let finding = all.iter().find(|finding| finding["check"] == "hooks-on").unwrap();
        assert_eq!(finding["status"], status, "{key}: {finding}");
    }
}

/// The plugin of this repository finds the program in its own folder, and so does doctor.
#[test]
fn the_plugin_with_the_program_in_its_folder() {
    let clinic = Clinic::new();
    let root = clinic.home.path(".claude/plugins/cache/tools/toolcoach/1");
    let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/hooks.json");
    let text = fs::read_to_string(hooks).unwrap();
    clinic.home.put(".claude/plugins/cache/tools/toolcoach/1/hooks/hooks.json", &text);
    let list = json!({ "version": 2, "plugins": { "toolcoach@tools": [{ "installPath": root }] } });
    clinic.home.put(".claude/plugins/installed_plugins.json", &list.to_string());
    let plugins = json!({ "toolcoach@tools": true });
    clinic.home.claude(&json!({ "enabledPlugins": plugins }).to_string());
    clinic.world().programs(&["rg", "fd"]);
    clinic.has("program", "failure", "toolcoach is not on PATH here");
    fs::create_dir(root.join("bin")).unwrap();
    std::os::unix::fs::symlink(binary(), root.join("bin/toolcoach")).unwrap();
    clinic.is_well();
    assert_eq!(when_quick(|| of(&clinic, "answer"))[0].0, "ok");
}
