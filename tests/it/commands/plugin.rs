//! The plugin for Claude Code: its files follow from Cargo.toml and from what `install` writes, and
//! it is quiet where the program is missing.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::commands::install::{Home, ours, read};
use crate::docs::pages;
use crate::harness::have;
#[cfg(unix)]
use crate::harness::{World, answer, binary, feed};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the plugin runs for an event: the program in its own folder, else the one on PATH. A program that is not there is no error, unlike with `args`
/// and no shell; `command` is a word of the shell itself, and `exec` leaves no process waiting.
const RUN: &str = "PATH=\"${CLAUDE_PLUGIN_ROOT}/bin:$PATH\"; command -v toolcoach >/dev/null 2>&1 || exit 0; \
                   exec toolcoach hook";

/// What it runs once, when a session begins: `systemMessage` is for the user, not for the model.
const TELL: &str = "PATH=\"${CLAUDE_PLUGIN_ROOT}/bin:$PATH\"; command -v toolcoach >/dev/null 2>&1 || echo '{\"systemMessage\":\"toolcoach: the plugin is enabled, \
                    but the program toolcoach is not on PATH, so there is no advice. The README says how to install it.\"}'";

fn file(path: &str) -> Value {
    read(&Path::new(ROOT).join(path))
}

/// `hooks/hooks.json`, made from the entries that `install` writes into a project's settings.
fn hooks() -> Value {
    let home = Home::new();
    home.does(&["install", "--client", "claude", "--scope", "project", "--yes"]);
    let mut hooks = read(&home.world.work().join(".claude/settings.json"))["hooks"].take();
    let mut timeout = Value::Null;
    for group in hooks
        .as_object_mut()
        .unwrap()
        .values_mut()
        .flat_map(|groups| groups.as_array_mut().unwrap())
    {
        for hook in group["hooks"].as_array_mut().unwrap() {
            let hook = hook.as_object_mut().unwrap();
            assert_eq!(hook["command"], "toolcoach");
            assert_eq!(hook.remove("args"), Some(json!(["hook"])));
            hook["command"] = json!(RUN);
            timeout = hook["timeout"].clone();
        }
    }
    hooks["SessionStart"].as_array_mut().unwrap().push(json!({
        "matcher": "startup",
        "hooks": [{ "type": "command", "command": TELL, "timeout": timeout }],
    }));
    json!({ "description": env!("CARGO_PKG_DESCRIPTION"), "hooks": hooks })
}

#[test]
fn the_example_settings_are_what_install_writes() {
    let mut example = file("hooks.example.json");
    for (event, groups) in hooks()["hooks"].as_object().unwrap() {
        // With the bare name, which every version of Claude Code runs as the hook.
        let mut group = groups[0].clone();
        group["hooks"][0]["command"] = json!("toolcoach");
        assert_eq!(example["hooks"][event].take(), json!([group]));
        example["hooks"].as_object_mut().unwrap().remove(event);
    }
    assert_eq!(example, json!({ "hooks": {} }));
}

#[test]
fn its_files_are_fresh() {
    let plugin = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "description": env!("CARGO_PKG_DESCRIPTION"),
        "license": env!("CARGO_PKG_LICENSE"),
        "author": { "name": env!("CARGO_PKG_NAME") },
        "network": { "hosts": [] },
    });
    // The version stands in the plugin alone: Claude Code would take the one here before it.
    let marketplace = json!({
        "name": env!("CARGO_PKG_NAME"),
        "description": env!("CARGO_PKG_DESCRIPTION"),
        "owner": { "name": env!("CARGO_PKG_NAME") },
        "plugins": [{
            "name": env!("CARGO_PKG_NAME"),
            "source": "./",
            "description": env!("CARGO_PKG_DESCRIPTION"),
        }],
    });
    for (path, fresh) in [
        (".claude-plugin/plugin.json", plugin),
        (".claude-plugin/marketplace.json", marketplace),
        ("hooks/hooks.json", hooks()),
    ] {
        let fresh = serde_json::to_string_pretty(&fresh).unwrap() + "\n";
        fs::create_dir_all(Path::new(ROOT).join(path).parent().unwrap()).unwrap();
        let kept = fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_default();
        pages::check(path, &kept, &fresh, || fresh.clone());
    }
}

/// Where the program is.
#[cfg(unix)]
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Path,
    Plugin,
    Nowhere,
}

/// What a shell makes of `command` of the plugin, with the program at `place`.
#[cfg(unix)]
fn shell(world: &World, command: &str, place: Place, input: &[u8]) -> std::process::Output {
    let bin = world.root().join("bin");
    let plugin = world.root().join("the plugin");
    for (folder, is_there) in
        [(&bin, place == Place::Path), (&plugin.join("bin"), place == Place::Plugin)]
    {
        fs::create_dir_all(folder).unwrap();
        let _ = fs::remove_file(folder.join("toolcoach"));
        if is_there {
            std::os::unix::fs::symlink(binary(), folder.join("toolcoach")).unwrap();
        }
    }
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", command])
        .env_clear()
        .env("PATH", &bin)
        .env("CLAUDE_PLUGIN_ROOT", &plugin)
        .env("HOME", world.root().join("home"));
    shell.env("TOOLCOACH_STATE_DIR", world.state()).current_dir(world.work());
    feed(&mut shell, input)
}

#[cfg(unix)]
#[test]
fn a_missing_program_is_reported_once_a_session_and_not_on_calls() {
    let kept = file("hooks/hooks.json");
    let world = World::new();
    let event = world.bash("git push -f origin main").json();
    for name in ["PostToolUse", "PostToolUseFailure"] {
        let command = kept["hooks"][name][0]["hooks"][0]["command"].as_str().unwrap();
        for place in [Place::Path, Place::Plugin] {
            // Each in a session of its own: advice is not repeated.
            let event = world
                .bash("git push -f origin main")
                .session(&format!("{name}{}", place as u8))
                .json();
            assert!(
                answer(&shell(&world, command, place, &event)).unwrap().contains("git-push-force")
            );
        }
        let silent = shell(&world, command, Place::Nowhere, &event);
        assert!(
            silent.status.success() && silent.stdout.is_empty() && silent.stderr.is_empty(),
            "{silent:?}"
        );
    }
    let groups = kept["hooks"]["SessionStart"].as_array().unwrap();
    let start = groups.iter().find(|group| group["matcher"] == "startup").unwrap();
    let command = start["hooks"][0]["command"].as_str().unwrap();
    for place in [Place::Path, Place::Plugin] {
        let there = shell(&world, command, place, b"{}");
        assert!(
            there.status.success() && there.stdout.is_empty() && there.stderr.is_empty(),
            "{there:?}"
        );
    }
    let told = shell(&world, command, Place::Nowhere, b"{}").stdout;
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(told.as_object().unwrap().len(), 1);
    let text = told["systemMessage"].as_str().unwrap();
    assert!(text.contains("the program toolcoach is not on PATH"), "{text}");
}

/// The command `/toolcoach:why`: the one line of it that a shell runs is the one that it may run.
#[cfg(unix)]
#[test]
fn why_shows_what_explain_shows_and_says_where_the_program_is_missing() {
    let text = fs::read_to_string(Path::new(ROOT).join("commands/why.md")).unwrap();
    let (head, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
    let line = body.lines().next().unwrap().strip_prefix("!`").unwrap().strip_suffix('`').unwrap();
    assert!(head.lines().any(|field| field == format!("allowed-tools: Bash({line})")), "{head}");
    let world = World::new();
    let script = world.root().join("the plugin/hooks/why.sh");
    fs::create_dir_all(script.parent().unwrap()).unwrap();
    fs::copy(Path::new(ROOT).join("hooks/why.sh"), &script).unwrap();
    // PATH has nothing but the program.
    let run = |place| shell(&world, &line.replacen("sh ", "/bin/sh ", 1), place, b"");
    let missing = run(Place::Nowhere);
    let told = String::from_utf8(missing.stdout).unwrap();
    assert!(missing.status.success() && told.contains("is not on PATH"), "{told}");
    world.bash("git push -f origin main").session("s").says("git-push-force");
    for place in [Place::Path, Place::Plugin] {
        let shown = run(place);
        let told = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.status.success() && told.starts_with("git-push-force"), "{told}");
        assert!(shown.stderr.is_empty());
    }
}

#[test]
fn install_leaves_claude_code_to_an_enabled_plugin() {
    let enabled = r#"{ "enabledPlugins": { "other@x": true, "toolcoach@toolcoach": true } }"#;
    let home = Home::new();
    let path = home.claude(enabled);
    let told = home.does(&["install", "--yes"]);
    assert!(
        told.contains("Claude Code: skipped, because the plugin toolcoach@toolcoach, enabled in "),
        "{told}"
    );
    assert!(
        told.contains("claude plugin disable toolcoach@toolcoach")
            && told.contains("Nothing to do."),
        "{told}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), enabled);
    // `--client` adds the entry all the same, and the page says so.
    let told = home.does(&["install", "--yes", "--client", "claude"]);
    assert!(told.contains("each call starts two processes"), "{told}");
    assert_eq!(ours(&read(&path)).len(), 3);
    assert!(home.does(&["install", "--yes"]).contains("each call starts two processes"));

    for disabled in [
        r#"{ "enabledPlugins": { "toolcoach@toolcoach": false } }"#,
        r#"{ "enabledPlugins": { "toolcoach-x@y": true, "x@toolcoach": true } }"#,
        r#"{ "enabledPlugins": ["toolcoach@toolcoach"] }"#,
    ] {
        let home = Home::new();
        let path = home.claude(disabled);
        assert!(!home.does(&["install", "--yes"]).contains("plugin"), "{disabled}");
        assert_eq!(ours(&read(&path)).len(), 3);
    }

    // A project's settings count more than the user's, and its user's own more than the project's.
    let home = Home::new();
    home.claude("{}");
    home.world.file(".claude/settings.json", enabled);
    assert!(home.does(&["install", "--yes"]).contains("skipped"));
    home.world.file(".claude/settings.local.json", &enabled.replace("true }", "false }"));
    assert!(!home.does(&["install", "--yes"]).contains("skipped"));
}

/// Claude Code's own judgement of the files, where it is there.
#[test]
fn claude_code_finds_nothing_wrong_with_it() {
    if !have("claude") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let mut claude = Command::new("claude");
    claude.args(["plugin", "validate", "--strict", ROOT]).env_clear().env("HOME", home.path());
    let output = claude.env("PATH", std::env::var_os("PATH").unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
