//! A project's custom rules speak only after `toolcoach trust`, and only while the file is what the
//! user saw.

use std::fs;

use serde_json::json;

use crate::harness::{World, binary, feed, have};

const FILE: &str = ".toolcoach.json";

const RULES: &str = r#"{"rules": [
  {"id": "use-pnpm", "program": "npm", "text": "this project uses pnpm"},
  {"id": "other", "tool": "Read", "text": "read it not", "severity": "critical"}
]}"#;

fn silent(world: &World) -> bool {
    world.bash("npm install").answer().is_none()
}

#[test]
fn rules_speak_once_trusted_and_until_the_file_changes() {
    let world = World::new();
    world.file(FILE, RULES);
    let path = world.work().join(FILE);
    assert!(silent(&world));
    world.call("Read", json!({ "file_path": "/x" })).is_silent();
    let (code, page, stderr) = world.told(&["explain", "--", "npm install"]);
    assert_eq!(code, 0);
    assert!(page.contains("Nothing to say"), "{page}");
    assert_eq!(
        stderr,
        format!(
            "toolcoach: {}: 2 custom rules are not trusted (run `toolcoach trust`)\n",
            path.display()
        )
    );
    let (_, list, _) = world.told(&["rules"]);
    assert!(!list.contains("use-pnpm"), "{list}");

    // Nobody can be asked here.
    let (code, shown, stderr) = world.told(&["trust"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--yes"), "{stderr}");
    for part in [
        "use-pnpm (hint), on npm",
        "[toolcoach] this project uses pnpm (use-pnpm)",
        "other (critical, never held back), on Read",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(silent(&world));

    let (code, _, stderr) = world.told(&["trust", "--yes"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    world.bash("npm install").says("use-pnpm");
    world.bash("cd x && npm ci").session("s").says("use-pnpm");
    world.call("Read", json!({ "file_path": "/x" })).says("other");
    world.bash("ls").is_silent();
    assert_eq!(world.told(&["explain", "--", "npm install"]).2, "");
    assert!(world.told(&["rules"]).1.contains("use-pnpm"));
    assert!(world.told(&["trust"]).1.contains("These rules are already trusted."));

    // A changed file is another one.
    for change in
        [RULES.replace("pnpm\"}", "pnpm now\"}"), format!("{RULES} "), RULES.replace("npm", "ls")]
    {
        fs::write(&path, &change).unwrap();
        assert!(silent(&world), "{change}");
        assert!(world.told(&["explain", "--", "npm install"]).2.contains("not trusted"));
        fs::write(&path, RULES).unwrap();
        assert!(!silent(&world), "as it was it is trusted still");
    }
    fs::write(&path, RULES.replace("uses pnpm", "uses bun")).unwrap();
    assert_eq!(world.told(&["trust", "--yes"]).0, 0);
    world.bash("npm install").says("use-pnpm");
    fs::write(&path, RULES).unwrap();
    assert!(silent(&world), "the last word counts");

    assert_eq!(world.told(&["trust", "--yes"]).0, 0);
    assert_eq!(world.told(&["trust", "--revoke"]).0, 0);
    assert!(silent(&world));
}

/// At a terminal the user is asked; anything but a yes is a no.
#[cfg(target_os = "linux")]
#[test]
fn the_user_is_asked() {
    if !have("script") {
        return;
    }
    let world = World::new();
    world.file(FILE, RULES);
    for (typed, trusted) in [("\n", false), ("n\n", false), ("", false), ("y\n", true)] {
        let mut script = std::process::Command::new("script");
        script
            .args(["-qec", &format!("{binary} trust", binary = binary()), "/dev/null"])
            .current_dir(world.work());
        script.env("TOOLCOACH_STATE_DIR", world.state()).env("HOME", world.root().join("home"));
        script
            .env_remove("TOOLCOACH_CONFIG")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("CLAUDE_PROJECT_DIR");
        let output = feed(&mut script, typed.as_bytes());
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(shown.contains("(use-pnpm)") && shown.contains("[y/N]"), "{typed:?}: {shown}");
        assert_eq!(!silent(&world), trusted, "{typed:?}: {shown}");
    }
}

#[test]
fn trust_is_of_one_folder() {
    let world = World::new();
    world.file(FILE, RULES);
    world.file("b/.toolcoach.json", RULES);
    world.file("b/.git/HEAD", "ref: refs/heads/main\n");
    world.file("b/deep/er/x", "");
    assert_eq!(world.told(&["trust", "--yes"]).0, 0);
    let at = |folder: &str| world.bash("npm i").field("cwd", json!(world.work().join(folder)));
    at("").says("use-pnpm");
    at("b").is_silent();
    at("b/deep/er").is_silent();
    let output =
        feed(world.command(&["trust", "--yes"]).current_dir(world.work().join("b/deep")), b"");
    assert!(output.status.success());
    at("b/deep/er").says("use-pnpm");
    // The state folder knows neither path nor text.
    let stored = &world.stored()["trust.json"];
    assert!(!stored.contains("pnpm") && !stored.contains("work"), "{stored}");
}

#[cfg(unix)]
#[test]
fn a_folder_reached_by_a_link_is_the_same_one() {
    let world = World::new();
    world.file("p/.toolcoach.json", RULES);
    std::os::unix::fs::symlink(world.work().join("p"), world.work().join("link")).unwrap();
    let output =
        feed(world.command(&["trust", "--yes"]).current_dir(world.work().join("link")), b"");
    assert!(output.status.success());
    for folder in ["p", "link"] {
        world.bash("npm i").field("cwd", json!(world.work().join(folder))).says("use-pnpm");
    }
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(world.state().join("trust.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_that_cannot_be_trusted_is_reported() {
    let world = World::new();
    let (code, _, stderr) = world.told(&["trust", "--yes"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("no .toolcoach.json in this folder"), "{stderr}");
    world.file(FILE, "{\"rules\": 1}");
    let (code, _, stderr) = world.told(&["trust", "--yes"]);
    assert_eq!(code, 1);
    assert!(stderr.contains(".toolcoach.json:1:11: "), "{stderr}");
    assert_eq!(world.told(&["trust", "--revoke"]).0, 0, "what is broken can be revoked");
    world.file(FILE, "{\"disable\": []}");
    let (code, stdout, _) = world.told(&["trust", "--yes"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("has no custom rules"), "{stdout}");
    assert_eq!(world.told(&["trust", "--yes", "--revoke"]).0, 2);
}

#[test]
fn a_users_own_rule_comes_before_a_projects_of_the_same_name() {
    let world = World::new();
    world.settings(r#"{"rules": [{"id": "use-pnpm", "program": "npm", "text": "mine"}]}"#);
    world.file(FILE, RULES);
    assert_eq!(world.told(&["trust", "--yes"]).0, 0);
    assert_eq!(world.bash("npm i").answer().unwrap(), "[toolcoach] mine (use-pnpm)");
    // It can still be switched off by name.
    world.file(FILE, r#"{"disable": ["use-pnpm"]}"#);
    world.bash("npm i").is_silent();
}

#[test]
fn a_foreign_record_trusts_nothing() {
    let world = World::new();
    world.file(FILE, RULES);
    fs::create_dir(world.state()).unwrap();
    for content in ["", "{}", "nonsense", r#"{"v":2,"keys":[1,2],"projects":{}}"#] {
        fs::write(world.state().join("trust.json"), content).unwrap();
        assert!(silent(&world), "{content}");
    }
    assert_eq!(world.told(&["trust", "--yes"]).0, 0);
    assert!(!silent(&world));
}
