//! Agents' settings that `install` must leave alone, whatever is in their place.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::commands::pages::one_line;
use crate::harness::{World, feed, have};

fn claude(world: &World) -> std::path::PathBuf {
    let folder = world.root().join("home/.claude");
    fs::create_dir_all(&folder).unwrap();
    folder.join("settings.json")
}

/// Neither command changes the file, and `install` says why; `uninstall` too, where it cannot pass
/// it over.
#[track_caller]
fn refused(world: &World, expected: &str, both: bool) {
    let path = claude(world);
    let before = fs::read(&path).ok();
    for args in [&["install", "--yes"][..], &["install", "--dry-run"], &["uninstall", "--yes"]] {
        let (code, _, stderr) = world.told(args);
        if both || args[0] == "install" {
            let told = format!("toolcoach: {}:", path.display());
            assert!(stderr.starts_with(&told) && stderr.contains(expected), "{args:?}: {stderr}");
            assert_eq!((code, stderr.lines().count()), (1, 1), "{args:?}: {stderr}");
        }
        assert!(fs::read(&path).ok() == before, "{args:?} changed it");
        let folder = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(folder, 1, "{args:?} left something beside it");
    }
}

#[test]
fn what_is_not_understood_is_told_with_its_place_and_left_alone() {
    for (text, expected) in [
        ("{\n  // mine\n  \"a\": 1\n}\n", ":2:3: this is a comment"),
        ("{\n  \"a\": [1,],\n}\n", ":2:11: trailing comma"),
        ("{\n  \"a\": 1,\n}\n", ":3:1: trailing comma"),
        ("\u{feff}{}", ":1:1: it begins with a byte order mark"),
        ("{\"a\": 1,\n \"b\": {\"c\": 1, \"c\": 2}}", ":2:18: duplicate key `c`"),
        ("{\"hooks\": {}, \"hooks\": {}}", "duplicate key `hooks`"),
        ("{\"a\": 1, \"\\u0061\": 2}", "duplicate key `a`"),
        ("[]", ":1:1: expected an object"),
        ("\"x\"", ":1:1: expected an object"),
        ("{} {}", ":1:4: trailing characters"),
        ("{\"a\": 'x'}", ":1:7: expected value"),
        ("{\n  \"hooks\": []\n}", ":2:12: expected an object"),
        ("{\n  \"hooks\": null\n}", ":2:12: expected an object"),
        ("{\"hooks\": {\"PostToolUse\": {}}}", ":1:27: expected an array"),
        ("{\"hooks\": {\"SessionStart\":\n [\"x\"]}}", ":2:3: expected an object"),
        (
            "{\"hooks\": {\"PostToolUse\": [{\"matcher\": \"*\"}]}}",
            ":1:28: this group has no `hooks`",
        ),
        ("{\"hooks\": {\"PostToolUse\": [{\"hooks\": \"x\"}]}}", ":1:38: expected an array"),
        ("{\"hooks\": {\"PostToolUse\": [{\"hooks\": [\"x\"]}]}}", ":1:39: expected an object"),
        ("{\"a\": \"\u{1}\"}", "control character"),
        ("{\"a\": 1", "EOF while parsing"),
    ] {
        let world = World::new();
        fs::write(claude(&world), text).unwrap();
        refused(&world, expected, false);
    }
    let world = World::new();
    fs::write(claude(&world), b"{\n \"a\": \"\xff\"}").unwrap();
    refused(&world, ":2:8: this is not UTF-8", false);
    let world = World::new();
    fs::write(claude(&world), format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000)))
        .unwrap();
    refused(&world, "recursion limit", false);
    let world = World::new();
    fs::write(claude(&world), format!("{{\"a\": \"{}\"}}", "x".repeat(5 << 20))).unwrap();
    refused(&world, "larger than 4 MiB", false);
    let world = World::new();
    fs::create_dir(claude(&world)).unwrap();
    refused(&world, "not a regular file", false);
    let world = World::new();
    fs::write(claude(&world), "{\n  \"hooks\": {}, // of toolcoach\n}").unwrap();
    refused(&world, ":2:16: this is a comment", true);
}

#[test]
fn one_file_that_is_not_understood_stops_all() {
    let world = World::new();
    fs::write(claude(&world), "{}").unwrap();
    fs::create_dir(world.root().join("home/.gemini")).unwrap();
    fs::write(world.root().join("home/.gemini/settings.json"), "{ // x\n}").unwrap();
    let (code, _, stderr) = world.told(&["install", "--yes"]);
    assert_eq!(code, 1);
    assert!(stderr.contains(".gemini/settings.json:1:3: "), "{stderr}");
    assert_eq!(fs::read_to_string(claude(&world)).unwrap(), "{}");
    let (code, _, _) = world.told(&["install", "--yes", "--client", "claude"]);
    assert_eq!(code, 0);
}

#[test]
fn a_missing_home_or_agent_is_reported() {
    let world = World::new();
    let (code, _, stderr) = world.told(&["install", "--yes"]);
    assert_eq!((code, stderr.contains("no agent was found")), (1, true), "{stderr}");
    for args in [
        &["install", "--yes"][..],
        &["install", "--yes", "--client", "claude"],
        &["uninstall", "--yes"],
    ] {
        for home in [None, Some(""), Some("relative")] {
            let mut command = world.command(args);
            let command = command.env_remove("HOME").envs(home.map(|home| ("HOME", home)));
            let output = feed(command, b"");
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(
                (output.status.code(), stderr.contains("set HOME")),
                (Some(1), true),
                "{args:?}: {stderr}"
            );
        }
    }
    // A program on PATH is an agent, too.
    world.programs(&["codex"]);
    world.told(&["install", "--yes"]);
    assert!(world.root().join("home/.codex/hooks.json").is_file());
    world.told(&["uninstall", "--yes"]);
    assert!(!world.root().join("home/.codex").exists());
    assert_eq!(world.told(&["install", "--client", "emacs"]).0, 2);
    assert_eq!(world.told(&["install", "--matcher", ""]).0, 2);
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_modes_stay_modes() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    let path = claude(&world);
    let dotfiles = world.root().join("dotfiles");
    fs::create_dir(&dotfiles).unwrap();
    let target = dotfiles.join("claude.json");
    fs::write(&target, "{\"a\": 1}\n").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../../dotfiles/claude.json", &path).unwrap();
    let (code, stdout, _) = world.told(&["install", "--yes"]);
    assert!(code == 0 && one_line(&stdout).contains("(a link to "), "{stdout}");
    let state = |expected: bool| {
        assert!(path.is_symlink());
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o640);
        assert_eq!(fs::read_dir(&dotfiles).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(&target).unwrap().contains("toolcoach"), expected);
    };
    state(true);
    world.told(&["uninstall", "--yes"]);
    state(false);
    assert_eq!(fs::read_to_string(&target).unwrap(), "{\"a\": 1}\n");
    // The records know the file by where the link leads, should the link be gone.
    world.told(&["install", "--yes"]);
    fs::remove_file(&path).unwrap();
    world.told(&["uninstall", "--yes"]);
    state_of(&target);
    for link in [path.clone(), dotfiles.join("nothing")] {
        let world = World::new();
        let path = claude(&world);
        symlink(if link == path { &path } else { &link }, &path).unwrap();
        let (code, _, stderr) = world.told(&["install", "--yes"]);
        assert_eq!((code, stderr.contains("symbolic link")), (1, true), "{stderr}");
        assert!(path.is_symlink());
    }
}

#[cfg(unix)]
fn state_of(target: &Path) {
    assert_eq!(fs::read_to_string(target).unwrap(), "{\"a\": 1}\n");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_left_as_it_is() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    let path = claude(&world);
    symlink(&path, &path).unwrap();
    let (code, _, stderr) = world.told(&["install", "--yes"]);
    // Each libc has words of its own for it.
    assert_eq!((code, stderr.contains("ymbolic link")), (1, true), "{stderr}");
    fs::remove_file(&path).unwrap();
    // A file that its owner has made read-only.
    fs::write(&path, "{}").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let (code, _, stderr) = world.told(&["install", "--yes"]);
    assert_eq!((code, stderr.contains("read-only")), (1, true), "{stderr}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    if have("mkfifo") {
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let (code, _, stderr) = world.told(&["install", "--yes"]);
        assert_eq!((code, stderr.contains("not a regular file")), (1, true), "{stderr}");
    }
    // Folders in which nothing can be made: /proc for everybody, a read-only one for all but root.
    let world = World::new();
    let mut command = world.command(&["install", "--yes", "--client", "claude"]);
    let output = feed(command.env("CLAUDE_CONFIG_DIR", "/proc/self"), b"");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        (output.status.code(), stderr.contains("cannot write /proc/")),
        (Some(1), true),
        "{stderr}"
    );
    let path = claude(&world);
    fs::write(&path, "{}").unwrap();
    let folder = path.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
    } else {
        let (code, _, stderr) = world.told(&["install", "--yes"]);
        assert_eq!((code, stderr.contains("cannot write")), (1, true), "{stderr}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    // Without a place for the way back nothing is written.
    let world = World::new();
    let path = claude(&world);
    fs::write(&path, "{}").unwrap();
    fs::write(world.state(), "in the way").unwrap();
    let (code, _, stderr) = world.told(&["install", "--yes"]);
    assert_eq!((code, stderr.contains("cannot write to")), (1, true), "{stderr}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
}

/// Any JSON value, at most a few levels deep.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        "[ -~\u{e9}\u{1f600}\\n\\t]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ -~]{0,8}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// Hooks as other programs have them.
fn hooks() -> impl Strategy<Value = Value> {
    let hook = "[a-z/ ]{1,12}".prop_map(|command| json!({ "type": "command", "command": command }));
    let group = (prop::option::of("[A-Z][a-z|]{0,6}"), prop::collection::vec(hook, 0..3)).prop_map(
        |(matcher, hooks)| match matcher {
            Some(matcher) => json!({ "matcher": matcher, "hooks": hooks }),
            None => json!({ "hooks": hooks }),
        },
    );
    let event =
        prop::sample::select(vec!["PostToolUse", "PostToolUseFailure", "SessionStart", "Stop"]);
    prop::collection::btree_map(event, prop::collection::vec(group, 0..3), 0..4)
        .prop_map(|map| json!(map))
}

/// White space of all kinds, or none.
struct Spaces {
    numbers: Vec<usize>,
    at: usize,
    none: bool,
}

impl Spaces {
    fn next(&mut self) -> &'static str {
        const SPACES: [&str; 8] = ["", "", " ", "\n", "\n  ", "\t", "\r\n", " \n\t"];
        self.at += 1;
        if self.none {
            ""
        } else {
            SPACES[self.numbers[self.at % self.numbers.len()] % SPACES.len()]
        }
    }

    /// Writes a value with white space wherever JSON allows it.
    fn written(&mut self, value: &Value) -> String {
        let (open, close, parts): (_, _, Vec<String>) = match value {
            Value::Array(items) => ('[', ']', items.iter().map(|item| self.around(item)).collect()),
            Value::Object(members) => {
                let member = |(key, item): (&String, &Value)| {
                    let key = self.around(&json!(key));
                    format!("{key}:{}", self.around(item))
                };
                ('{', '}', members.iter().map(member).collect())
            }
            other => return other.to_string(),
        };
        let inside = if parts.is_empty() { self.next().to_owned() } else { parts.join(",") };
        format!("{open}{inside}{close}")
    }

    fn around(&mut self, value: &Value) -> String {
        format!("{}{}{}", self.next(), self.written(value), self.next())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_settings_get_their_bytes_back(
        rest in prop::collection::btree_map("[ -~]{0,8}", value(), 0..4),
        hooks in prop::option::of(hooks()),
        spaces in prop::collection::vec(0..8_usize, 64),
        style in 0..3_usize,
        keeps_records in any::<bool>(),
    ) {
        let mut settings = json!(rest);
        if let Some(hooks) = &hooks {
            settings["hooks"] = hooks.clone();
        }
        let text = match style {
            2 => serde_json::to_string_pretty(&settings).unwrap(),
            style => Spaces { numbers: spaces, at: 0, none: style == 0 }.around(&settings),
        };
        // As it reads back: the last digit of a number may be another.
        let settings: Value = serde_json::from_str(&text).unwrap();
        let hooks = hooks.is_some().then(|| settings["hooks"].clone());
        let world = World::new();
        let path = claude(&world);
        fs::write(&path, &text).unwrap();
        let run = |args: &[&str]| {
            let (code, _, stderr) = world.told(args);
            prop_assert_eq!(code, 0, "{}: {}", text, stderr);
            Ok(())
        };
        run(&["install", "--yes"])?;
        let installed = fs::read_to_string(&path).unwrap();
        let parsed: Value = serde_json::from_str(&installed).unwrap();
        for (key, value) in settings.as_object().unwrap() {
            if key == "hooks" {
                for (event, groups) in value.as_object().unwrap() {
                    let found = parsed["hooks"][event].as_array().unwrap();
                    let groups = groups.as_array().unwrap();
                    prop_assert_eq!(&found[..groups.len()], &groups[..]);
                }
            } else {
                prop_assert_eq!(&parsed[key], value);
            }
        }
        run(&["install", "--yes"])?;
        prop_assert_eq!(&fs::read_to_string(&path).unwrap(), &installed);
        if keeps_records {
            run(&["uninstall", "--yes"])?;
            prop_assert_eq!(fs::read_to_string(&path).unwrap(), text);
        } else {
            fs::remove_dir_all(world.state()).unwrap();
            run(&["uninstall", "--yes"])?;
            let left = fs::read_to_string(&path).unwrap();
            let is_full = |value: &Value| !matches!(value, Value::Array(items) if items.is_empty());
            let events = hooks.as_ref().and_then(Value::as_object);
            if settings != json!({}) && events.is_none_or(|events| !events.is_empty() && events.values().all(is_full)) {
                // Nothing but what is empty is lost by taking out what was put in.
                prop_assert_eq!(&left, &text);
            }
            let left: Value = serde_json::from_str(&left).unwrap();
            for (key, value) in settings.as_object().unwrap().iter().filter(|(key, _)| *key != "hooks") {
                prop_assert_eq!(&left[key], value);
            }
            for (event, groups) in hooks.iter().flat_map(|hooks| hooks.as_object().unwrap()) {
                if groups != &json!([]) {
                    prop_assert_eq!(&left["hooks"][event], groups);
                }
            }
        }
    }
}
