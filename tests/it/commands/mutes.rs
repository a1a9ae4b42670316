//! `toolcoach mute` and `unmute`.

use std::fs;

use serde_json::{Value, json};
use toolcoach::store::ledger::now_ms;

use crate::harness::{World, feed, have};

const PUSH: &str = "git push -f origin main";

fn ok(world: &World, args: &[&str]) -> String {
    let (code, stdout, stderr) = world.told(args);
    assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    let fits = |line: &str| line.chars().count() <= 80;
    assert!(args[0] == "explain" || stdout.lines().all(fits), "{stdout}");
    stdout
}

/// What is muted, with the ends left out.
fn muted(world: &World) -> Vec<String> {
    let text = &world.stored()["mutes.json"];
    let mutes: Value = serde_json::from_str(text).unwrap();
    mutes["muted"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_muted_rule_is_held_back_and_reported() {
    let world = World::new();
    assert_eq!(ok(&world, &["mute"]), "Nothing is muted.\n");
    let said = ok(&world, &["mute", "git-push-force", "--for", "1h"]);
    assert!(
        said.starts_with("git-push-force is muted until 20") && said.ends_with(" UTC (for 1 h).\n"),
        "{said}"
    );
    world.bash(PUSH).is_silent();
    world.bash(PUSH).session("s").is_silent();
    assert_eq!(world.lines("calls.jsonl")[0]["held"], json!({ "git-push-force": "muted" }));
    world.bash("git commit --no-verify -m x").session("s").says("git-no-verify");
    let report = world.bash(PUSH).explain();
    assert!(
        report["advice"][0]["silenced"].as_str().unwrap().starts_with("muted until 20"),
        "{report}"
    );
    assert!(ok(&world, &["explain", "--", PUSH]).contains("  Not said: muted until 20"));
    assert!(ok(&world, &["mute"]).starts_with("git-push-force  until 20"));
    let page = ok(&world, &["--stats"]);
    assert!(
        page.contains("muted       git-push-force until 20")
            && page.contains("not said    muted 1\n"),
        "{page}"
    );
    let report: Value =
        serde_json::from_str(&ok(&world, &["--stats", "--format", "json"])).unwrap();
    assert!(report["muted"]["git-push-force"].is_u64(), "{report}");
    assert_eq!(ok(&world, &["unmute", "git-push-force"]), "git-push-force is no longer muted.\n");
    world.bash(PUSH).session("s").says("git-push-force");
}

#[test]
fn what_is_critical_can_be_muted_by_the_user_alone() {
    let world = World::new();
    let call = || world.bash("rm -rf $X/y");
    call().says("rm-rf-dangerous");
    ok(&world, &["mute", "rm-rf-dangerous"]);
    call().is_silent();
    call().session("s").is_silent();
    ok(&world, &["unmute", "rm-rf-dangerous"]);
    ok(&world, &["mute", "all", "--for", "30m"]);
    call().is_silent();
    assert_eq!(
        ok(&world, &["unmute", "rm-rf-dangerous"]),
        "rm-rf-dangerous was not muted.\nAll rules are still muted (`toolcoach unmute all`).\n"
    );
    assert_eq!(ok(&world, &["unmute", "all"]), "Nothing is muted any more.\n");
    call().says("rm-rf-dangerous");
    assert_eq!(ok(&world, &["unmute", "all"]), "Nothing was muted.\n");
}

/// Checks the end that the command wrote against the time at which it ran. The test then moves that end into the past
/// instead of waiting for it.
#[test]
fn a_mute_ends() {
    let world = World::new();
    let before = now_ms();
    ok(&world, &["mute", "git-push-force", "--for", "2h"]);
    let ran = before..=now_ms();
    world.bash(PUSH).is_silent();
    let path = world.state().join("mutes.json");
    let mut mutes: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let end = mutes["muted"]["git-push-force"].as_u64().unwrap();
    assert!(ran.contains(&(end - 2 * 3_600_000)), "{end}, ran at {ran:?}");
    mutes["muted"]["git-push-force"] = json!(now_ms());
    fs::write(&path, mutes.to_string()).unwrap();
    world.bash(PUSH).says("git-push-force");
    assert_eq!(ok(&world, &["mute"]), "Nothing is muted.\n");
    assert_eq!(muted(&world), ["git-push-force"], "what is over goes at the next write");
    ok(&world, &["mute", "cat-view-file"]);
    assert_eq!(muted(&world), ["cat-view-file"]);
    assert_eq!(ok(&world, &["mute", "cat-view-file", "--for", "9999w"]).lines().count(), 1);
}

#[test]
fn unknown_rules_are_wrong_usage() {
    let world = World::new();
    for args in [&["mute", "git-push-forse"][..], &["unmute", "git-push-forse"]] {
        let (code, stdout, stderr) = world.told(args);
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert!(
            stderr.contains("the nearest is `git-push-force`") && stderr.lines().count() == 1,
            "{stderr}"
        );
    }
    for args in [&["mute", "--for", "1h"][..], &["mute", "all", "--for", "soon"], &["unmute"]] {
        assert_eq!(world.told(args).0, 2, "{args:?}");
    }
    assert!(world.stored().is_empty());
}

#[test]
fn own_rules_can_be_muted_also_when_they_are_gone() {
    let world = World::new();
    world.settings(r#"{"rules": [{"id": "own", "text": "x", "program": "ls"}]}"#);
    world.bash("ls").says("own");
    ok(&world, &["mute", "own"]);
    world.bash("ls").is_silent();
    world.settings("{}");
    assert_eq!(world.told(&["mute", "own"]).0, 2);
    assert_eq!(ok(&world, &["unmute", "own"]), "own is no longer muted.\n");
}

/// Runs a mute again if the others kept it waiting for too long.
#[test]
fn parallel_mutes_are_all_kept() {
    let world = World::new();
    let rules: Vec<&str> = toolcoach::rules::all().map(|rule| rule.id).take(12).collect();
    std::thread::scope(|scope| {
        for rule in &rules {
            let world = &world;
            scope.spawn(move || {
                let (code, _, stderr) = world.told_in_turn(&["mute", rule, "--for", "1h"]);
                assert_eq!((code, stderr.as_str()), (0, ""), "{rule}");
            });
        }
        // Readers meanwhile see the old file or the new one.
        for _ in 0..20 {
            world.bash(PUSH).answer();
        }
    });
    let mut sorted = rules.clone();
    sorted.sort_unstable();
    assert_eq!(muted(&world), sorted);
}

#[test]
fn a_foreign_file_mutes_nothing_and_is_replaced() {
    for content in
        ["", "nonsense", "[]", r#"{"v":2,"muted":{"all":null}}"#, r#"{"v":1,"muted":{"all":"x"}}"#]
    {
        let world = World::new();
        fs::create_dir(world.state()).unwrap();
        fs::write(world.state().join("mutes.json"), content).unwrap();
        world.bash(PUSH).says("git-push-force");
        assert_eq!(ok(&world, &["mute"]), "Nothing is muted.\n");
        ok(&world, &["mute", "git-push-force"]);
        world.bash(PUSH).is_silent();
    }
    let world = World::new();
    fs::create_dir(world.state()).unwrap();
    let names = r#"{"v":1,"muted":{"\u001b[31m":null,"cat-view-file":null}}"#;
    fs::write(world.state().join("mutes.json"), names).unwrap();
    assert_eq!(ok(&world, &["mute"]), "cat-view-file  until unmuted\n");
}

#[cfg(unix)]
#[test]
fn the_file_is_private_and_no_link_is_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    ok(&world, &["mute", "git-push-force"]);
    for (name, mode) in [("", 0o700), ("mutes.json", 0o600)] {
        let meta = fs::metadata(world.state().join(name)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, mode, "{name:?}");
    }
    let victim = world.root().join("victim");
    for name in ["mutes.json", "mutes.new", "mutes.lock"] {
        let path = world.state().join(name);
        let _ = fs::remove_file(&path);
        fs::write(&victim, "as it was").unwrap();
        symlink(&victim, &path).unwrap();
        world.bash(PUSH).answer();
        world.told(&["mute", "git-push-force"]);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "as it was", "{name}");
        fs::remove_file(&path).unwrap();
    }
    if have("mkfifo") {
        let path = world.state().join("mutes.json");
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
        world.bash(PUSH).says("git-push-force");
        ok(&world, &["mute"]);
    }
}

#[test]
fn a_store_that_cannot_be_written_is_an_error() {
    let world = World::new();
    fs::write(world.state(), "a file").unwrap();
    let (code, stdout, stderr) = world.told(&["mute", "git-push-force"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("cannot write to "), "{stderr}");
    let output = feed(
        world
            .command(&["mute", "all", "--for", "ever"])
            .env_remove("TOOLCOACH_STATE_DIR")
            .env_remove("HOME"),
        b"",
    );
    assert_eq!(output.status.code(), Some(1));
}
