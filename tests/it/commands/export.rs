//! Stores of a team: exported for others' eyes, and counted together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::stats::{report, stats, used};
use super::stats_effect::with_units;
use crate::harness::World;

/// A store with all that an export copies: sessions, a sub-agent, an answered and a failed call,
/// days, a file that is known, and an input that was not understood.
fn store() -> World {
    let world = used();
    with_units(&world, "masked-exit-pipe", (200, 60), (100, 70));
    with_units(&world, "cat-view-file", (30, 15), (4, 2));
    world
        .bash("cargo test 2>&1 | tail -3")
        .session("a")
        .agent("helper")
        .id("t9")
        .says("masked-exit-pipe");
    world.bash("cat /secret/place/file.py").session("a").id("t10").failed("Exit code 1").answer();
    world
        .call("Read", json!({ "file_path": "/secret/place/file.py" }))
        .session("a")
        .id("t11")
        .answer();
    world
}

/// Every file below a folder with its text, by its path there.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// Every hash in texts: 16 hexadecimal digits.
fn hashes<'t>(texts: impl IntoIterator<Item = &'t String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        for word in text.split(|c: char| !c.is_ascii_hexdigit()) {
            if word.len() == 16 {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

fn export(world: &World, target: &str) -> PathBuf {
    let (code, page, stderr) = world.told(&["export", target]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{page}");
    world.work().join(target)
}

/// What a report says of the lines, without what is this machine's and this moment's.
fn figures(mut report: Value) -> Value {
    let fields = report.as_object_mut().unwrap();
    for key in ["folder", "now_ms", "storage_bytes", "criteria", "breakers", "muted", "filter"] {
        assert!(fields.remove(key).is_some(), "{key}");
    }
    report
}

#[test]
fn an_export_gives_the_same_figures() {
    let world = store();
    let out = export(&world, "out");
    let before = figures(report(&world, &[]));
    assert!(before["calls"].as_u64().unwrap() > 5 && before["sessions"] == 2, "{before}");
    assert_eq!(figures(report(&world, &["--state", out.to_str().unwrap()])), before);
    // And on another machine, which has nothing of its own.
    let other = World::new();
    assert_eq!(figures(report(&other, &["--state", out.to_str().unwrap()])), before);
    assert!(!other.state().exists(), "nothing was written there");
    // Reading it leaves nothing behind either.
    assert!(files(&out).keys().all(|name| name.ends_with(".jsonl")), "{:?}", files(&out).keys());
    // An export of an export is one too.
    let again = other
        .program(crate::harness::binary(), &["export", "again"])
        .env("TOOLCOACH_STATE_DIR", &out)
        .status()
        .unwrap();
    assert!(again.success());
    let again = other.work().join("again");
    assert_eq!(figures(report(&other, &["--state", again.to_str().unwrap()])), before);
}

#[test]
fn an_export_shares_no_hash_with_the_original_or_with_another_one() {
    let world = store();
    let original = world.stored();
    let (one, two) = (files(&export(&world, "one")), files(&export(&world, "two")));
    // The names of the files are hashes too.
    let all = |files: &BTreeMap<String, String>| hashes(files.keys().chain(files.values()));
    let [before, one_hashes, two_hashes] = [all(&original), all(&one), all(&two)];
    assert!(before.len() > 15, "{before:?}");
    assert_eq!(one_hashes.len(), two_hashes.len());
    assert!(before.is_disjoint(&one_hashes) && before.is_disjoint(&two_hashes));
    assert!(one_hashes.is_disjoint(&two_hashes), "each export has a key of its own");
    // What belonged together still does: the warnings of a call, and the agents of a session.
    let ids = |files: &BTreeMap<String, String>, ending: &str| -> BTreeSet<String> {
        let lines = files.iter().filter(|(name, _)| name.ends_with(ending));
        lines
            .flat_map(|(_, text)| text.lines())
            .filter_map(|line| {
                serde_json::from_str::<Value>(line).ok()?["call"].as_str().map(str::to_owned)
            })
            .collect()
    };
    let said = ids(&one, "warnings.jsonl");
    assert!(!said.is_empty() && said.is_subset(&ids(&one, "calls.jsonl")));
    let agents: Vec<&String> = one.keys().filter(|name| name.contains('-')).collect();
    let session = agents[0].split('-').next().unwrap();
    assert!(one.keys().any(|name| name.starts_with(&format!("{session}.calls"))), "{agents:?}");
}

/// The privacy of the original holds for the copy, and what is not this program's does not leave.
#[test]
fn nothing_else_leaves_the_machine() {
    let world = store();
    world.told(&["mute", "git-push-force"]);
    world.file(".toolcoach.json", r#"{"rules": [{"id": "x", "program": "y", "text": "z"}]}"#);
    world.told(&["trust", "--yes"]);
    // A line of somebody else, a torn one, and one with a name that no version writes.
    let calls =
        fs::read_dir(world.state().join("sessions")).unwrap().map(|entry| entry.unwrap().path());
    let calls =
        calls.filter(|path| path.to_string_lossy().ends_with(".calls.jsonl")).min().unwrap();
    let mut text = fs::read_to_string(&calls).unwrap();
    text += "password=hunter2 is not json\n{\"v\":1,\"t\":1,\"call\":\"torn hunter2\n";
    text += "{\"v\":1,\"t\":1,\"call\":\"hunter2 as an id\",\"tool\":\"hunter2 as a tool\",\"hunter2\":1,\"size\":0,\"us\":1,\"via\":\"none\",\"client\":\"x\",\"ok\":true}\n";
    fs::write(&calls, text).unwrap();
    fs::write(world.state().join("notes.txt"), "hunter2").unwrap();
    let out = files(&export(&world, "out"));
    for (name, text) in &out {
        for word in [
            "hunter2",
            "secret",
            "file.py",
            "helper",
            "grep -rn",
            "git push",
            world.work().to_str().unwrap(),
        ] {
            assert!(!text.contains(word) && !name.contains(word), "{word} in {name}: {text}");
        }
        assert!(
            name.starts_with("sessions/")
                || ["history.jsonl", "errors.jsonl"].contains(&name.as_str()),
            "{name}"
        );
    }
    assert!(out.values().any(|text| text.contains("\"tool\":\"other\"")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = world.work().join("out");
        assert_eq!((mode(&folder), mode(&folder.join("history.jsonl"))), (0o700, 0o600));
    }
}

/// Where the client's own ids of calls are kept, they stay on the machine.
#[test]
fn the_ids_of_calls_that_are_kept_do_not_leave() {
    let world = World::new();
    world.settings(r#"{"tool_use_id": true}"#);
    world.bash("ls").session("a").id("toolu_01secret").is_silent();
    assert!(world.stored().values().any(|text| text.contains("toolu_01secret")));
    let out = files(&export(&world, "out"));
    assert!(out.values().all(|text| !text.contains("toolu")), "{out:?}");
    assert_eq!(report(&world, &["--state", "out"])["calls"], 1);
}

#[test]
fn an_export_goes_to_a_new_folder() {
    let world = used();
    fs::create_dir(world.work().join("empty")).unwrap();
    export(&world, "empty");
    let (code, _, stderr) = world.told(&["export", "empty"]);
    assert!(code == 1 && stderr.contains("empty is not empty"), "{stderr}");
    let (code, page, _) = world.told(&["export"]);
    assert!(code == 0 && page.contains("toolcoach stats --state toolcoach-export"), "{page}");
    world.file("file", "");
    assert_eq!(world.told(&["export", "file"]).0, 1);
    assert_eq!(world.told(&["export", "missing/deep"]).0, 0);
    // The store stays as it was.
    assert_eq!(report(&world, &[])["calls"], 5);
    // One that was never used gives an empty one.
    let fresh = World::new();
    export(&fresh, "none");
    assert_eq!(report(&fresh, &["--state", "none"])["calls"], 0);
}

#[test]
fn several_stores_are_counted_together() {
    let [one, two] = [used(), used()];
    // The same rule on two machines, in strata that exist on both and on one.
    with_units(&one, "masked-exit-pipe", (200, 60), (100, 70));
    with_units(&two, "masked-exit-pipe", (100, 50), (50, 40));
    with_units(&two, "cat-view-file", (30, 15), (4, 2));
    let (first, second) = (one.state(), two.state());
    let folders = ["--state", first.to_str().unwrap(), second.to_str().unwrap()];
    let all = World::new();
    let [a, b] = [report(&one, &[]), report(&two, &[])];
    let before = [one.stored(), two.stored()];
    let merged = report(&all, &folders);
    assert_eq!(merged["machines"], 2);
    for key in ["calls", "sessions", "answered", "advice", "skipped_lines"] {
        let sum = a[key].as_u64().unwrap() + b[key].as_u64().unwrap();
        assert_eq!(merged[key], sum, "{key}");
    }
    let units = |report: &Value, rule: &str, arm: &str| {
        let effects = report["effects"].as_array().unwrap().iter();
        effects
            .filter(|line| line["rule"] == rule)
            .map(|line| line[arm]["units"].as_u64().unwrap())
            .sum::<u64>()
    };
    for (rule, told, held_out) in [("masked-exit-pipe", 600, 300), ("cat-view-file", 60, 8)] {
        assert_eq!(
            (units(&merged, rule, "told"), units(&merged, rule, "held_out")),
            (told, held_out)
        );
    }
    // By stratum: what is pooled has the difference of the sums, since both have the same shares.
    let difference = merged["effects"][0]["again_difference"].as_f64().unwrap();
    assert!((difference - (220.0 / 600.0 - 220.0 / 300.0)).abs() < 0.005, "{difference}");
    let page = stats(&all, &folders);
    assert!(page.lines().next().unwrap().ends_with(", 2 machines"), "{page}");
    let health = stats(&all, &[&["--health"], &folders[..]].concat());
    assert!(health.contains(" in 2 state folders\n"), "{health}");
    stats(&all, &[&folders[..], &["--format", "prometheus"]].concat());
    // A folder that is named twice, also by another path, counts once.
    let twice = [&folders[..], &[folders[1]]].concat();
    assert_eq!(report(&all, &twice)["machines"], 2);
    let filtered = [&folders[..], &["--client", "codex"]].concat();
    assert_eq!(report(&all, &filtered)["calls"], 2);
    // Nobody's files change.
    assert_eq!([one.stored(), two.stored()], before);
    assert!(!all.state().exists());
}

#[test]
fn a_store_that_is_none_is_named_and_left_out() {
    let world = used();
    let good = world.state();
    world.file("other/notes.txt", "x");
    world.file("file", "x");
    world.file("odd/sessions", "a file");
    let bad = ["missing", "other", "file", "odd"];
    let args =
        [&["stats", "--format", "json", "--state"][..], &bad, &[good.to_str().unwrap()]].concat();
    let (code, page, stderr) = world.told(&args);
    let report: Value = serde_json::from_str(&page).unwrap();
    assert_eq!((code, &report["machines"], &report["calls"]), (0, &json!(1), &json!(5)));
    assert_eq!(stderr.lines().count(), 4, "{stderr}");
    for (line, name) in stderr.lines().zip(bad) {
        assert!(line.starts_with(&format!("toolcoach: {name}: ")), "{line}");
        assert!(line.ends_with("; it is left out"), "{line}");
    }
    let (code, page, stderr) = world.told(&[&["stats", "--state"][..], &bad].concat());
    assert_eq!((code, page.as_str()), (1, ""));
    assert!(
        stderr
            .ends_with("toolcoach: none of these folders is a state folder or an export of one\n"),
        "{stderr}"
    );
    assert_eq!(world.told(&["stats", "--state"]).0, 2);
}
