//! The user's settings and the project's: what they change, and what happens when they are wrong.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{World, feed, have};

const PUSH: &str = "git push -f origin main";

/// What holds back the only rule of the last call that one was held back in.
fn held(world: &World, rule: &str) -> Option<String> {
    let calls = world.lines("calls.jsonl");
    let held: Vec<&Value> = calls.iter().filter_map(|call| call["held"].get(rule)).collect();
    held.last().map(|why| why.as_str().unwrap().to_owned())
}

#[test]
fn a_disabled_rule_is_not_said_and_explain_says_where() {
    let world = World::new();
    let path = world.settings(r#"{"disable": ["git-push-force"]}"#);
    world.bash(PUSH).is_silent();
    world.bash(PUSH).session("s").is_silent();
    assert_eq!(held(&world, "git-push-force").as_deref(), Some("disabled"));
    world.bash("git commit --no-verify -m x").session("s").says("git-no-verify");
    let report = world.bash(PUSH).explain();
    assert_eq!(report["advice"][0]["silenced"], format!("disabled in {}", path.display()));
    let (_, page, _) = world.told(&["explain", "--", PUSH]);
    assert!(page.contains("  Not said: disabled in "), "{page}");
    let (_, list, _) = world.told(&["rules"]);
    assert!(list.contains("Switched off or muted: git-push-force."), "{list}");
    let (_, page, _) = world.told(&["rules", "git-push-force"]);
    assert!(
        page.contains("It is now disabled in ") && page.contains("toolcoach mute git-push-force"),
        "{page}"
    );
}

#[test]
fn what_is_switched_off_leaves_room_for_the_next() {
    let world = World::new();
    let call = world.bash("git add -A && git commit --no-verify -m x");
    let first = call.answer().unwrap();
    assert!(first.contains("(git-no-verify)") || first.contains("(git-add-all)"), "{first}");
    let (said, other) = if first.contains("(git-add-all)") {
        ("git-add-all", "git-no-verify")
    } else {
        ("git-no-verify", "git-add-all")
    };
    world.settings(&json!({ "disable": [said] }).to_string());
    call.says(other);
}

#[test]
fn the_file_is_found_where_each_variable_says() {
    let world = World::new();
    world.settings(r#"{"disable": ["git-push-force"]}"#);
    let elsewhere = world.root().join("elsewhere");
    fs::create_dir_all(elsewhere.join("toolcoach")).unwrap();
    let file = elsewhere.join("toolcoach/config.json");
    fs::write(&file, r#"{"disable": ["git-no-verify"]}"#).unwrap();
    let elsewhere = elsewhere.to_str().unwrap();
    for (name, value) in
        [("XDG_CONFIG_HOME", elsewhere), ("TOOLCOACH_CONFIG", file.to_str().unwrap())]
    {
        world.bash(PUSH).env(name, value).says("git-push-force");
        world.bash("git commit --no-verify -m x").env(name, value).is_silent();
    }
    world.bash(PUSH).env("XDG_CONFIG_HOME", "").is_silent();
    world.bash(PUSH).env("XDG_CONFIG_HOME", "not/absolute").is_silent();
    // A file that is named and not there is told; one that nobody named is not missed.
    let missing = world.bash(PUSH).env("TOOLCOACH_CONFIG", "/nowhere/config.json");
    missing.says("git-push-force");
    assert_eq!(world.lines("errors.jsonl")[0]["kind"], "settings-unreadable");
}

#[test]
fn budgets_are_the_users() {
    let world = World::new();
    world.settings(r#"{"budget": {"warnings": 1, "hints": 1, "gap": 0}}"#);
    let call = |n: usize, command: &str| {
        world.bash(command).session("s").id(&format!("t{n}")).answer().is_some()
    };
    assert!(call(1, "git commit --no-verify -m x"));
    assert!(!call(2, "git commit --no-verify -m y"));
    assert_eq!(held(&world, "git-no-verify").as_deref(), Some("budget"));
    assert!(!call(9, "ls"));
    assert!(call(3, "grep -rn foo ."));
    assert!(!call(4, "find . -name '*.py'"));
    // What is critical is outside of any budget.
    world.settings(r#"{"budget": {"warnings": 0, "hints": 0}}"#);
    assert!(call(5, "rm -rf $X/y"));
    // No gap, and room for more.
    world.settings(r#"{"budget": {"hints": 3, "gap": 0}}"#);
    assert!(call(6, "find . -name '*.py'"));
}

#[test]
fn a_project_can_only_make_it_say_less() {
    let world = World::new();
    let file = world.work().join(".toolcoach.json");
    world.file(
        ".toolcoach.json",
        r#"{"disable": ["git-push-force"], "budget": {"warnings": 100, "hints": 0}}"#,
    );
    world.settings(r#"{"budget": {"warnings": 1}}"#);
    let call = |n: usize, command: &str| {
        world.bash(command).session("s").id(&format!("t{n}")).answer().is_some()
    };
    assert!(!call(1, PUSH));
    assert_eq!(held(&world, "git-push-force").as_deref(), Some("disabled"));
    assert!(!call(9, "ls"));
    assert!(!call(2, "grep -rn foo ."));
    assert_eq!(held(&world, "grep-recursive").as_deref(), Some("budget"));
    assert!(call(3, "git commit --no-verify -m x"));
    assert!(!call(4, "git commit --no-verify -m y"), "a project cannot raise the budget");
    let report = world.bash(PUSH).explain();
    assert_eq!(report["advice"][0]["silenced"], format!("disabled in {}", file.display()));
    // What a project may not say does not count, and the rest of its file does.
    for (key, value) in [
        ("enable", json!([])),
        ("pin", json!([])),
        ("retention_days", json!(1)),
        ("holdout", json!(0)),
        ("client", json!("codex")),
    ] {
        let content = json!({ "disable": ["git-push-force"], key: value });
        fs::write(&file, content.to_string()).unwrap();
        world.bash(PUSH).is_silent();
        let (_, _, stderr) = world.told(&["explain", "--", PUSH]);
        assert!(
            stderr.contains(&format!("{}:1:", file.display())) && stderr.contains(key),
            "{stderr}"
        );
    }
    assert_eq!(world.lines("errors.jsonl").last().unwrap()["kind"], "settings-invalid");
}

#[test]
fn a_projects_file_is_looked_for_up_to_its_work_tree() {
    let world = World::new();
    let off = r#"{"disable": ["git-push-force"]}"#;
    world.file(".toolcoach.json", off);
    world.file("repo/.git/HEAD", "ref: refs/heads/main\n");
    world.file("repo/a/b/x", "");
    world.file("plain/x", "");
    let at = |folder: &str| {
        world.bash(PUSH).field("cwd", json!(world.work().join(folder))).answer().is_none()
    };
    assert!(at(""));
    assert!(!at("plain"), "outside of a work tree no folder above counts");
    assert!(!at("repo/a/b"), "nor above the root of a work tree");
    world.file("repo/.toolcoach.json", off);
    assert!(at("repo/a/b") && at("repo"));
    world.file("repo/a/.toolcoach.json", "{}");
    assert!(!at("repo/a/b"), "the nearest counts");
    // The folder in which the session began counts where the shell has left it.
    let call = world.bash(PUSH).field("cwd", json!("/"));
    call.says("git-push-force");
    let repo = world.work().join("repo");
    world
        .bash(PUSH)
        .field("cwd", json!("/"))
        .env("CLAUDE_PROJECT_DIR", repo.to_str().unwrap())
        .is_silent();
}

#[test]
fn the_agent_can_be_set() {
    let world = World::new();
    // Codex brings no rg of its own.
    world.programs(&[]);
    world.bash("grep -rn foo .").says("grep-recursive");
    world.settings(r#"{"client": "codex"}"#);
    world.bash("grep -rn foo .").is_silent();
    let output = world.run(&["hook", "--client", "claude"], &world.bash("grep -rn foo .").json());
    assert!(!output.stdout.is_empty(), "the command line counts more");
}

/// Content of a settings file, and where and what explain says is wrong.
const BROKEN: [(&str, &str); 23] = [
    ("", ":1:1: EOF while parsing a value"),
    ("\u{feff}{\"new\": 1}", ":1:2: unknown key `new`, expected one of `$schema`, `disable`"),
    ("[]", ":1:1: invalid type: sequence, expected a JSON object"),
    ("{\n  \"disable\": [\"a\",]\n}", ":2:"),
    ("{\n  // no comments\n}", ":2:3: this is a comment; settings are plain JSON"),
    ("{\"disabled\": []}", ":1:2: unknown key `disabled`; the nearest is `disable`"),
    ("{\n\n  \"disable\": \"x\"}", ":3:"),
    ("{\"disable\": [\n  1]}", ":2:3: expected a rule's id"),
    ("{\"disable\": [\"Grep\"]}", ":1:14: expected a rule's id"),
    ("{\"disable\": null}", "invalid type: null"),
    ("{\"budget\": {\"hint\": 1}}", ":1:13: unknown key `hint`; the nearest is `hints`"),
    ("{\"budget\": [1, 2, 3]}", "expected a JSON object"),
    ("{\"budget\": {\"gap\": -1}}", "expected a whole number from 0 to 1000"),
    ("{\"deadline_ms\": 76}", ":1:17: expected a whole number from 1 to 75"),
    ("{\"deadline_ms\": \"5\"}", "expected a whole number from 1 to 75"),
    ("{\"client\": \"emacs\"}", "expected claude, codex, gemini"),
    ("{\"client\": 1}", "invalid type: integer `1`, expected claude, codex, gemini"),
    ("{\"rules\": [\n {\"id\": \"x\"}]}", ":2:2: a custom rule needs `text`"),
    (
        "{\"rules\": [\n\n {\"id\": \"x\", \"text\": \"y\"}]}",
        ":3:2: a custom rule needs `program` or `tool`",
    ),
    (
        "{\"rules\": [{\"id\": \"x\", \"text\": \"y\", \"program\": \"a\", \"tool\": \"b\"}]}",
        ":1:12: a custom rule has `program` or `tool`, not both",
    ),
    (
        "{\"rules\": [{\"id\": \"x\", \"text\": \"a\\nb\", \"program\": \"a\"}]}",
        "without control characters",
    ),
    (
        "{\"rules\": [{\"id\": \"x\", \"text\": \"y\", \"program\": \"a\", \"extra\": 1}]}",
        "unknown key `extra`",
    ),
    ("{\"rules\": [{\"id\": \"x\", \"text\": \"y\", \"program\": []}]}", "expected at least one"),
];

#[test]
fn a_broken_file_is_ignored_by_the_hook_and_told_by_the_rest() {
    for (content, expected) in BROKEN {
        let world = World::new();
        let path = world.settings(content);
        world.bash(PUSH).says("git-push-force");
        world.bash("ls").is_silent();
        let errors = world.lines("errors.jsonl");
        assert_eq!(errors.len(), 2, "{content}");
        assert_eq!(errors[0]["kind"], "settings-invalid", "{content}");
        for args in
            [&["explain", "--", PUSH][..], &["rules"], &["mute", "git-push-force", "--for", "1s"]]
        {
            let (code, stdout, stderr) = world.told(args);
            assert_eq!(code, 0, "{args:?}: {stderr}");
            assert!(!stdout.is_empty(), "{args:?}");
            assert_eq!(stderr.lines().count(), 1, "{stderr}");
            let told = format!("toolcoach: {}:", path.display());
            assert!(stderr.starts_with(&told) && stderr.contains(expected), "{content}: {stderr}");
        }
    }
}

#[test]
fn unknown_rules_are_reported_with_their_position_and_the_rest_counts() {
    let world = World::new();
    let path = world.settings(
        "{\n  \"disable\": [\"git-push-force\",\n    \"grep-recursve\"],\n  \"pin\": [\"zzz\"],\n  \"enable\": [\"git-push\"]\n}",
    );
    world.bash(PUSH).is_silent();
    assert!(world.lines("errors.jsonl").is_empty());
    let (code, _, stderr) = world.told(&["explain", "--", PUSH]);
    assert_eq!(code, 0);
    let told: Vec<String> =
        stderr.lines().map(|line| line.replace(&*path.to_string_lossy(), "F")).collect();
    assert_eq!(
        told,
        [
            "toolcoach: F:3:5: there is no rule `grep-recursve`; the nearest is `grep-recursive`",
            "toolcoach: F:5:14: there is no rule `git-push`; the nearest is `git-push-force`",
            "toolcoach: F:4:11: there is no rule `zzz`",
        ]
    );
}

/// A settings file that cannot be read: what is made in its place, and what explain says.
fn unreadable(name: &str, expected: &str, make: impl Fn(&Path)) {
    let world = World::new();
    let path = world.settings("");
    fs::remove_file(&path).unwrap();
    make(&path);
    world.bash(PUSH).says("git-push-force");
    let errors = world.lines("errors.jsonl");
    assert_eq!(
        errors.first().map(|line| &line["kind"]),
        Some(&json!("settings-unreadable")),
        "{name}"
    );
    let (code, _, stderr) = world.told(&["explain", "--", PUSH]);
    assert_eq!(code, 0, "{name}");
    let is_told = stderr.contains(expected) && !stderr.contains("a project's");
    assert!(is_told, "{name}: {stderr}");
}

#[test]
fn whatever_stands_in_its_place_is_survived() {
    unreadable("a folder", "not a regular file", |path| fs::create_dir(path).unwrap());
    let of_length = |length: usize| {
        let text = "{\"disable\": [\"git-push-force\"]}";
        text.to_owned() + &" ".repeat(length - text.len())
    };
    unreadable("a huge file", "larger than 256 KiB", |path| {
        fs::write(path, of_length((256 << 10) + 1)).unwrap();
    });
    let world = World::new();
    world.settings(&of_length(256 << 10));
    world.bash(PUSH).is_silent();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        unreadable("a device", "not a regular file", |path| symlink("/dev/zero", path).unwrap());
        // Each libc has words of its own for it.
        unreadable("a link to itself", "ymbolic link", |path| symlink(path, path).unwrap());
        if have("mkfifo") {
            unreadable("a FIFO", "not a regular file", |path| {
                assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
            });
        }
        let probe = World::new();
        let path = probe.settings("{}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
        if fs::read(&path).is_ok() {
            eprintln!("skipped: this user may read everything");
        } else {
            unreadable("a secret", "denied", |path| {
                fs::write(path, "{}").unwrap();
                fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
            });
        }
    }
    let world = World::new();
    fs::write(world.settings(""), b"{\n \"client\": \"\xff\"}").unwrap();
    let (_, _, stderr) = world.told(&["rules"]);
    assert!(stderr.contains(":2:13: this is not UTF-8"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn the_users_file_may_be_a_link_and_a_projects_may_not() {
    use std::os::unix::fs::symlink;
    let world = World::new();
    let path = world.settings("");
    fs::remove_file(&path).unwrap();
    let target = world.root().join("dotfiles.json");
    fs::write(&target, "\u{feff}{\"disable\": [\"git-push-force\"]}").unwrap();
    symlink(&target, &path).unwrap();
    world.bash(PUSH).is_silent();
    fs::remove_file(&path).unwrap();
    symlink(&target, world.work().join(".toolcoach.json")).unwrap();
    world.bash(PUSH).says("git-push-force");
    let (_, _, stderr) = world.told(&["explain", "--", PUSH]);
    assert!(
        stderr.contains(".toolcoach.json: a project's settings must not be a symbolic link"),
        "{stderr}"
    );
}

#[test]
fn what_a_file_says_cannot_write_on_the_terminal() {
    let world = World::new();
    let key = format!("\\u001b[31m\\u202e{}", "k".repeat(5000));
    world.file(".toolcoach.json", &format!("{{\"{key}\": 1}}"));
    let (_, _, stderr) = world.told(&["explain", "--", PUSH]);
    assert!(!stderr.contains(['\u{1b}', '\u{202e}']) && stderr.len() < 600, "{stderr:?}");
    let folder = world.work().join("a\u{1b}[31mb");
    fs::create_dir(&folder).unwrap();
    for content in ["{\"disable\": [\"git-push-force\"]}", "broken", "{\"rules\": []}"] {
        fs::write(folder.join(".toolcoach.json"), content).unwrap();
        for args in [&["explain", "--", PUSH][..], &["trust"], &["trust", "--revoke"], &["rules"]] {
            let output = feed(world.command(args).current_dir(&folder), b"");
            assert!(
                ![output.stdout, output.stderr].concat().contains(&0x1b),
                "{args:?} on {content}"
            );
        }
    }
}

#[test]
fn nothing_is_looked_for_on_a_silent_call() {
    let world = World::new();
    world.file(".toolcoach.json", "broken");
    world.bash("ls").session("s").is_silent();
    world.bash("rg foo").session("s").is_silent();
    assert!(world.lines("errors.jsonl").is_empty(), "the project's file was read");
    world.bash(PUSH).session("s").says("git-push-force");
    assert_eq!(world.lines("errors.jsonl").len(), 1);
}

#[test]
fn a_bad_event_is_counted_as_before() {
    let world = World::new();
    world.settings("broken");
    assert_eq!(world.hook(b"nonsense"), None);
    assert_eq!(world.lines("errors.jsonl")[0]["kind"], "not-an-object");
}
