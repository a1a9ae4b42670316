//! A company's settings stand above the user's, and trust projects by what their file says.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{World, have};

const PUSH: &str = "git push -f origin main";

/// Writes the company's settings of a world.
fn company(world: &World, content: Value) -> PathBuf {
    let path = world.root().join("etc/config.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content.to_string()).unwrap();
    path
}

#[test]
fn what_a_company_disables_no_user_enables() {
    let world = World::new();
    let path = company(&world, json!({ "disable": ["git-push-force"] }));
    world.settings(r#"{"pin": ["git-push-force"], "enable": ["git-push-force"]}"#);
    world.bash(PUSH).is_silent();
    let report = world.bash(PUSH).explain();
    assert_eq!(report["advice"][0]["silenced"], format!("disabled in {}", path.display()));
    let (_, _, stderr) = world.told(&["rules"]);
    let told = format!("`git-push-force` is disabled in {}, so it is silent", path.display());
    assert_eq!(stderr.matches(&told).count(), 2, "{stderr}");
    let (_, page, _) = world.told(&["rules", "git-push-force"]);
    assert!(page.contains("It is now disabled in"), "{page}");
    fs::remove_file(path).unwrap();
    world.bash(PUSH).says("git-push-force");
}

#[test]
fn what_a_company_pins_no_file_and_no_mute_of_its_own_silences() {
    let world = World::new();
    world.settings(r#"{"disable": ["git-push-force"]}"#);
    world.bash(PUSH).is_silent();
    let path = company(&world, json!({ "pin": ["git-push-force"] }));
    world.bash(PUSH).says("git-push-force");
    world.file(".toolcoach.json", r#"{"disable": ["git-push-force"]}"#);
    world.bash(PUSH).says("git-push-force");
    let (code, page, _) = world.told(&["check"]);
    let told = format!("`git-push-force` is pinned in {}, so it speaks", path.display());
    assert!(code == 1 && page.matches(&told).count() == 2, "{page}");
    let (_, page, _) = world.told(&["rules", "git-push-force"]);
    let kept = format!("\nIt cannot be switched off: {} keeps it on.\n", path.display());
    assert!(page.ends_with(&kept) && !page.contains("toolcoach mute"), "{page}");
    let (code, _, stderr) = world.told(&["mute", "git-push-force", "--for", "1h"]);
    assert!(code == 1 && stderr.contains("so it cannot be muted by itself"), "{stderr}");
    assert_eq!(world.told(&["mute", "git-no-verify"]).0, 0, "another one can be muted");
    // A mute from before the company pinned it does not count either, but all is all.
    fs::remove_file(&path).unwrap();
    assert_eq!(world.told(&["mute", "git-push-force"]).0, 0);
    company(&world, json!({ "pin": ["git-push-force"] }));
    world.bash(PUSH).says("git-push-force");
    assert_eq!(world.told(&["mute", "all", "--for", "1h"]).0, 0);
    world.bash(PUSH).is_silent();
}

#[test]
fn a_companys_rules_come_first_and_cannot_be_switched_off() {
    let world = World::new();
    let rule = |text: &str| json!([{ "id": "own", "program": "npm", "text": text }]);
    company(&world, json!({ "rules": rule("the company says so") }));
    world.settings(&json!({ "disable": ["own"], "rules": rule("the user says so") }).to_string());
    let said = world.bash("npm install").answer().unwrap();
    assert_eq!(said, "[toolcoach] the company says so (own)");
    let (_, list, stderr) = world.told(&["rules"]);
    assert!(list.contains("own"), "{list}");
    for told in ["there is already a custom rule `own`", "`own` is pinned in"] {
        assert!(stderr.contains(told), "{stderr}");
    }
}

#[test]
fn a_companys_share_of_the_hold_out_counts() {
    let world = World::new();
    company(&world, json!({ "holdout": 1.0 }));
    world.settings(r#"{"holdout": 0.0}"#);
    // The state folder gets its key with the first call.
    let said = |n: usize| {
        let call = world.bash("grep -rn foo .").session(&format!("s{n}")).id("t1");
        call.env("TOOLCOACH_HOLDOUT", "").answer().is_some()
    };
    assert!((0..4).all(|n| !said(n)), "all of it is held out");
    let (_, page, _) = world.told(&["check"]);
    assert!(page.contains("config.json:1:13: `holdout` is 1 in "), "{page}");
    company(&world, json!({ "holdout": 0.0 }));
    assert!((4..8).all(said));
}

#[test]
fn a_broken_file_of_a_company_is_said_and_does_not_stop_the_hook() {
    let world = World::new();
    let path = world.root().join("etc/config.json");
    company(&world, json!({}));
    for (content, place) in [
        ("broken", ":1:1: "),
        ("{\"disable\": [\"git-no-verify\"], \"x\": 1}", ":1:32: unknown key `x`"),
    ] {
        fs::write(&path, content).unwrap();
        world.bash(PUSH).says("git-push-force");
        for args in [&["explain", "--", PUSH][..], &["rules"]] {
            let (_, _, stderr) = world.told(args);
            assert!(stderr.contains(&format!("{}{place}", path.display())), "{stderr}");
        }
        let (code, page, _) = world.told(&["check"]);
        assert!(code == 1 && page.contains(place), "{page}");
        // A file at the company's place is a company's, whoever names it.
        let (code, page, _) = world.told(&["check", &path.to_string_lossy()]);
        assert!(code == 1 && page.contains(place), "{page}");
    }
    world.bash("git commit --no-verify -m x").is_silent();
    assert_eq!(world.lines("errors.jsonl").last().unwrap()["kind"], "settings-invalid");
}

/// What doctor finds about the company's file.
fn finding(world: &World) -> Vec<Value> {
    let (_, report, _) = world.told(&["doctor", "--json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["check"] == "company").cloned().collect()
}

#[test]
fn the_doctor_names_a_companys_file_where_there_is_one() {
    let world = World::new();
    assert!(finding(&world).is_empty());
    let path = company(
        &world,
        json!({ "disable": ["git-push-force"], "pin": ["rm-rf-dangerous"],
            "rules": [{ "id": "own", "program": "npm", "text": "x" }] }),
    );
    let found = finding(&world);
    let text = found[0]["found"].as_str().unwrap();
    if found[0]["status"] == "ok" {
        assert_eq!(text, "valid: it disables 1, pins 1, adds 1 custom rule, trusts 0 projects");
    }
    assert_eq!(found[0]["path"], json!(path));
    fs::write(&path, "broken").unwrap();
    let found = finding(&world);
    assert_eq!((&found[0]["status"], &found[0]["line"]), (&json!("failure"), &json!(1)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        company(&world, json!({}));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        let found = finding(&world);
        assert_eq!(found[1]["status"], "warning");
        assert!(found[1]["command"].as_str().unwrap().starts_with("sudo chmod go-w /"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(finding(&world).len(), 1);
    }
}

/// A settings file of a project, and its SHA-256 as `sha256sum` prints it.
const RULES: &str =
    "{\"rules\": [{\"id\": \"use-pnpm\", \"program\": \"npm\", \"text\": \"use pnpm\"}]}\n";
const SUM: &str = "8272a7a5b6cfd5877266f81eff4ebe12191baee62be77900f5da073dcfc15f5d";

/// A world with a repository in `app` that has this remote.
fn repository(remote: &str) -> World {
    let world = World::new();
    world.file("app/.toolcoach.json", RULES);
    world.file("app/.git/HEAD", "ref: refs/heads/main\n");
    world.file("app/.git/config", &format!("[remote \"origin\"]\n\turl = {remote}\n"));
    world.file("app/src/x", "");
    world
}

fn speaks(world: &World, folder: &str) -> bool {
    let call = world.bash("npm install").field("cwd", json!(world.work().join(folder)));
    call.answer().is_some()
}

fn trusts(remote: &str, sum: &str) -> Value {
    json!({ "trust": [{ "remote": "github.com/other/app", "sha256": sum }, { "remote": remote, "sha256": sum }] })
}

#[test]
fn a_company_trusts_a_project_by_its_remote_and_the_sum_of_its_file() {
    let world = repository("git@github.com:Acme/app.git");
    assert!(!speaks(&world, "app"));
    company(&world, trusts("https://github.com/acme/app", SUM));
    assert!(speaks(&world, "app") && speaks(&world, "app/src"));
    let explained =
        crate::harness::feed(world.command(&["rules"]).current_dir(world.work().join("app")), b"");
    assert!(explained.stderr.is_empty(), "it is not said to wait for trust: {explained:?}");
    // Neither half is enough.
    company(&world, trusts("https://github.com/acme/app", &"0".repeat(64)));
    assert!(!speaks(&world, "app"), "a remote alone never trusts");
    company(&world, trusts("https://github.com/acme/else", SUM));
    assert!(!speaks(&world, "app"), "nor does the text alone");
    company(&world, trusts("https://github.com/acme/app", SUM));
    world.file("app/.toolcoach.json", &RULES.replace("use pnpm", "use bun"));
    assert!(!speaks(&world, "app"), "a changed file is another one");
    world.file("app/.toolcoach.json", RULES);
    assert!(speaks(&world, "app"));
    // Outside of a repository nothing says where a file comes from.
    world.file("plain/.toolcoach.json", RULES);
    assert!(!speaks(&world, "plain"));
    // The user can still revoke nothing of it, and `trust` says that it is so.
    let output =
        crate::harness::feed(world.command(&["trust"]).current_dir(world.work().join("app")), b"");
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("These rules are already trusted."), "{page}");
}

/// An archive with a `.git/config` of its own brings the remote along, but not the text.
#[test]
fn a_forged_remote_trusts_nothing_else() {
    let world = repository("https://github.com/acme/app");
    company(&world, trusts("github.com/acme/app", SUM));
    assert!(speaks(&world, "app"));
    world.file(
        "app/.toolcoach.json",
        "{\"rules\": [{\"id\": \"evil\", \"program\": \"npm\", \"text\": \"run this\"}]}",
    );
    assert!(!speaks(&world, "app"));
    // A user may trust what the company does not.
    let output = crate::harness::feed(
        world.command(&["trust", "--yes"]).current_dir(world.work().join("app")),
        b"",
    );
    assert!(output.status.success());
    assert!(speaks(&world, "app"));
}

#[test]
fn a_linked_work_tree_has_the_remotes_of_its_repository() {
    let world = repository("https://github.com/acme/app");
    company(&world, trusts("github.com/acme/app", SUM));
    world.file("app/.git/worktrees/two/commondir", "../..\n");
    world.file("app/.git/worktrees/two/HEAD", "ref: refs/heads/two\n");
    world.file("two/.git", "gitdir: ../app/.git/worktrees/two\n");
    assert!(!speaks(&world, "two"));
    world.file("two/.toolcoach.json", RULES);
    assert!(speaks(&world, "two"));
}

#[test]
fn the_sum_is_what_sha256sum_prints() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    fs::write(&path, RULES).unwrap();
    if have("sha256sum") {
        let output = Command::new("sha256sum").arg(path).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().starts_with(SUM));
    }
}
