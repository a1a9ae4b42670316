//! `toolcoach replay`, over transcripts of real sessions in which the hook was registered, and made
//! ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::harness::{World, have};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/transcripts");

/// Copies the transcripts below `from` into `to`, with the working directory of `world` for that of
/// the session.
fn copy(world: &World, from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(world, &path, &target);
        } else {
            let text = fs::read_to_string(path).unwrap();
            fs::write(target, text.replace("/home/dev/app", &world.work().to_string_lossy()))
                .unwrap();
        }
    }
}

/// A world in which a real session took place, and its transcripts.
fn session(client: &str) -> (World, PathBuf) {
    let world = World::new();
    world.file("src/app.py", "import os\n");
    world.file("web/long.txt", "1\n");
    fs::create_dir(world.work().join(".git")).unwrap();
    // It was not changed after the session.
    let long = fs::File::options().append(true).open(world.work().join("web/long.txt")).unwrap();
    long.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    let transcripts = world.root().join("transcripts");
    copy(&world, &Path::new(FIXTURES).join(client), &transcripts);
    (world, transcripts)
}

/// Every line of JSON below a folder.
fn lines(folder: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(lines(&path));
        } else {
            let text = fs::read_to_string(path).unwrap();
            found.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    found
}

pub fn report(world: &World, args: &[&str]) -> Value {
    let (code, stdout, stderr) = world
        .told(&[&["replay", "--json", "--examples", "100", "--have", "git,npm,rg"], args].concat());
    assert_eq!((code, stderr.as_str()), (0, ""));
    serde_json::from_str(&stdout).unwrap()
}

/// How often each rule spoke, and the lines that were said.
fn said(report: &Value) -> (BTreeMap<String, u64>, BTreeSet<String>) {
    let rules = report["rules"].as_object().unwrap();
    let spoke = rules.iter().filter(|(_, rule)| rule["said"] != 0);
    let counts = spoke.map(|(id, rule)| (id.clone(), rule["said"].as_u64().unwrap())).collect();
    let examples = rules.values().flat_map(|rule| rule["examples"].as_array().unwrap());
    (counts, examples.map(|example| example["advice"].as_str().unwrap().to_owned()).collect())
}

/// The same of what stands in transcripts because the hook said it.
fn heard(texts: Vec<String>) -> (BTreeMap<String, u64>, BTreeSet<String>) {
    let mut counts = BTreeMap::new();
    for text in &texts {
        let rule = text.rsplit_once('(').unwrap().1.trim_end_matches(')');
        *counts.entry(rule.to_owned()).or_default() += 1;
    }
    (counts, texts.into_iter().collect())
}

#[test]
fn it_says_what_the_hook_said_in_a_session_of_claude_code() {
    let (world, transcripts) = session("claude");
    let contexts = lines(&transcripts).into_iter().filter_map(|line| {
        let attachment = &line["attachment"];
        (attachment["type"] == "hook_additional_context").then(|| attachment["content"].clone())
    });
    let texts: Vec<String> = contexts
        .flat_map(|content| serde_json::from_value::<Vec<String>>(content).unwrap())
        .collect();
    assert_eq!(texts.len(), 14);
    let report = report(&world, &[transcripts.to_str().unwrap()]);
    assert_eq!(said(&report), heard(texts));
    // Among them: a call that failed three times, lines read three times, a reset between two
    // alike, a sub-agent.
    assert_eq!(report["rules"]["git-add-all"]["said"], 2);
    assert_eq!(report["rules"]["git-push-force"]["said"], 3);
    assert_eq!(report["calls"], 30);
    assert_eq!(report["sessions"], 1);
    assert_eq!(report["clients"], json!({ "claude": 30 }));
    assert_eq!(
        report["left_out"]["unhooked_calls"], 2,
        "a wrong input and an edit that matched nothing"
    );
    assert_eq!(
        (report["from"].as_str(), report["to"].as_str()),
        (Some("2026-11-23"), Some("2026-11-23"))
    );
}

#[test]
fn it_says_what_the_hook_said_in_a_session_of_codex() {
    let (world, transcripts) = session("codex");
    let texts = lines(&transcripts).into_iter().filter_map(|line| {
        let text = line.pointer("/payload/content/0/text")?.as_str()?.to_owned();
        text.starts_with("[toolcoach]").then_some(text)
    });
    let texts: Vec<String> = texts.collect();
    assert_eq!(texts.len(), 4);
    let report = report(&world, &[transcripts.to_str().unwrap()]);
    assert_eq!(said(&report), heard(texts));
    assert_eq!(report["clients"], json!({ "codex": 6 }));
    assert_eq!(report["left_out"]["unhooked_calls"], 3, "two patches and a command that goes on");
}

#[test]
fn the_report_does_not_hang_on_the_number_of_threads() {
    let (world, transcripts) = session("claude");
    for n in 0..12 {
        let text =
            fs::read_to_string(transcripts.join("1e27ff39-87f5-457a-83ed-8dcb5c755201.jsonl"))
                .unwrap();
        let text = text
            .replace("1e27ff39", &format!("{n:08x}"))
            .replace("\"uuid\":\"", &format!("\"uuid\":\"{n}"));
        fs::write(transcripts.join(format!("{n:08x}.jsonl")), text).unwrap();
    }
    let of = |jobs: &str| {
        let mut report = report(&world, &["--jobs", jobs, transcripts.to_str().unwrap()]);
        assert!(report["time_us"]["total"].as_u64().unwrap() > 0);
        report.as_object_mut().unwrap().remove("time_us");
        report
    };
    let alone = of("1");
    assert_eq!(alone["sessions"], 13);
    for jobs in ["2", "3", "16"] {
        assert_eq!(of(jobs), alone, "{jobs} threads");
    }
}

#[test]
fn a_session_that_was_forked_is_counted_once() {
    let (world, transcripts) = session("claude");
    let id = "1e27ff39-87f5-457a-83ed-8dcb5c755201";
    let alone = report(&world, &[transcripts.to_str().unwrap()]);
    let text = fs::read_to_string(transcripts.join(format!("{id}.jsonl"))).unwrap();
    fs::write(transcripts.join("fork.jsonl"), text.replace(id, "fork")).unwrap();
    let both = report(&world, &[transcripts.to_str().unwrap()]);
    assert_eq!(both["calls"], alone["calls"]);
    assert_eq!(both["left_out"]["copied_calls"], 29, "27, and 2 without a hook");
    assert_eq!(said(&both), said(&alone));
}

#[test]
fn the_page_fits_eighty_columns() {
    let (world, transcripts) = session("claude");
    let (code, page, stderr) = world.told(&["replay", transcripts.to_str().unwrap()]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    for part in [
        "calls       30 in 1 session, 2026-11-23\n",
        "silent      53.3 %; 14 calls would have got a line, about ",
        "left out    2 calls without a hook\n",
        "\ngit-push-force            3 times in 1 session\n  > git push --force\n    [toolcoach] git push --force overwrites",
        "\nWhy a rule exists and when it is silent:\n  toolcoach rules RULE\n",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    for line in page.lines() {
        assert!(line.chars().count() <= 80 && !line.chars().any(char::is_control), "{line:?}");
        assert_eq!(line, line.trim_end(), "{line:?}");
    }
    let (_, page, _) = world.told(&[
        "replay",
        "--rule",
        "git-add-all",
        "--examples",
        "0",
        transcripts.to_str().unwrap(),
    ]);
    assert!(page.contains("\ngit-add-all               2 times in 1 session\n\n"), "{page}");
    assert!(!page.contains("git-push-force") && !page.contains('>'), "{page}");
    let (code, _, stderr) =
        world.told(&["replay", "--rule", "git-ad-all", transcripts.to_str().unwrap()]);
    assert!(code == 2 && stderr.contains("git-add-all"), "{stderr}");
}

#[test]
fn hook_inputs_are_read_plain_and_packed_and_what_is_foreign_is_counted() {
    let world = World::new();
    let call = |command: &str, more: Value| {
        let mut call = json!({
            "hook_event_name": "PostToolUse", "session_id": "s", "cwd": "/x", "tool_name": "Bash",
            "tool_input": { "command": command }, "tool_response": "",
        });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call.to_string()
    };
    let text = [
        call("git push -f origin main", json!({})),
        call("git push -f origin main", json!({ "x_agent_id": "a", "timestamp": "2026-03-01T00:00:00Z" })),
        call("git push -f origin main", json!({ "x_event_fires": false })),
        json!({ "cmd": "git add -A", "n": 3 }).to_string(),
        json!({ "hook_event_name": "PreToolUse", "tool_name": "Bash" }).to_string(),
        json!({ "level": "info" }).to_string(),
        "not JSON".to_owned(),
        "[1]".to_owned(),
        String::new(),
        json!({ "type": "user", "sessionId": "s", "message": { "content": [{ "type": "tool_result", "tool_use_id": "never" }] } }).to_string(),
        "{\"cut\":".to_owned(),
    ]
    .join("\n");
    fs::write(world.work().join("a.jsonl"), &text).unwrap();
    let report = report(&world, &["a.jsonl"]);
    assert_eq!(report["calls"], 3);
    assert_eq!(report["sessions"], 1);
    assert_eq!(report["rules"]["git-push-force"]["said"], 2, "a sub-agent has a memory of its own");
    assert_eq!(report["rules"]["git-add-all"]["said"], 1);
    assert_eq!(
        report["left_out"],
        json!({
            "unhooked_calls": 1, "copied_calls": 0, "unreadable_lines": 3, "foreign_lines": 2, "unreadable_files": [],
        })
    );
    let (_, page, _) = world.told(&["replay", "a.jsonl"]);
    assert!(
        page.contains("left out    1 call without a hook, 3 unreadable lines, 2 foreign lines\n"),
        "{page}"
    );
    if have("gzip") {
        assert!(Command::new("gzip").arg(world.work().join("a.jsonl")).status().unwrap().success());
        let mut packed = self::report(&world, &["."]);
        packed["time_us"] = report["time_us"].clone();
        assert_eq!(packed, report);
    }
}

#[test]
fn transcripts_of_older_versions_are_understood() {
    let world = World::new();
    let line = |kind: &str, more: Value, block: Value| {
        let mut line = json!({
            "type": kind, "sessionId": "s", "version": "1.0.50", "cwd": "/x", "timestamp": "2025-07-01T10:00:00.000Z",
            "message": { "role": kind, "content": [block] },
        });
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line.to_string()
    };
    let used = |id: &str, command: &str, more: Value| {
        line(
            "assistant",
            more,
            json!({ "type": "tool_use", "id": id, "name": "Bash", "input": { "command": command } }),
        )
    };
    let ended = |id: &str, content: Value, failed: bool, more: Value| {
        line(
            "user",
            more,
            json!({ "type": "tool_result", "tool_use_id": id, "content": content, "is_error": failed }),
        )
    };
    let side = |uuid: &str, parent: Value| json!({ "isSidechain": true, "uuid": uuid, "parentUuid": parent });
    let add = "git add -A";
    let text = [
        json!({ "type": "summary", "summary": "Pushing", "leafUuid": "x" }).to_string(),
        used("a", add, json!({})),
        ended(
            "a",
            json!("ok"),
            false,
            json!({ "toolUseResult": { "stdout": "ok", "stderr": "" } }),
        ),
        // Two sub-agents whose lines stand among those of the session, without ids.
        used("b", add, side("1", Value::Null)),
        used("c", add, side("2", Value::Null)),
        ended("b", json!([{ "type": "text", "text": "ok" }]), false, side("3", json!("1"))),
        ended("c", json!("ok"), false, side("4", json!("2"))),
        used("d", add, side("5", json!("3"))),
        ended("d", json!("ok"), false, side("6", json!("5"))),
        // Never run.
        used("e", "git push -f", json!({})),
        ended("e", json!("The user doesn't want to proceed with this tool use."), true, json!({})),
    ]
    .join("\n");
    fs::write(world.work().join("s.jsonl"), text).unwrap();
    let report = report(&world, &["s.jsonl"]);
    assert_eq!(report["calls"], 4);
    assert_eq!(report["rules"]["git-add-all"]["said"], 3, "{report}");
    assert_eq!(report["left_out"]["unhooked_calls"], 1);
    assert_eq!(report["left_out"]["foreign_lines"], 0);
}

#[test]
fn a_command_with_a_secret_is_not_shown() {
    let world = World::new();
    let key = "ghp_0123456789abcdefABCDEF0123456789abcd";
    let line = json!({ "cmd": format!("curl -H 'Authorization: token {key}' https://api.github.com/user") });
    fs::write(world.work().join("a.jsonl"), line.to_string()).unwrap();
    let report = report(&world, &["a.jsonl"]);
    assert_eq!(report["rules"]["secret-on-cmdline"]["said"], 1);
    assert!(
        !report.to_string().contains(key) && report.to_string().contains("curl ... (not shown"),
        "{report}"
    );
}

#[test]
fn the_users_settings_count_and_mutes_do_not() {
    let (world, transcripts) = session("claude");
    world.settings(r#"{ "disable": ["git-add-all"] }"#);
    world.told(&["mute", "git-push-force"]);
    let report = report(&world, &[transcripts.to_str().unwrap()]);
    assert_eq!(report["rules"]["git-add-all"]["said"], 0);
    assert_eq!(report["rules"]["git-push-force"]["said"], 3);
}

#[test]
fn without_a_path_the_agents_own_folders_are_read() {
    let (world, transcripts) = session("claude");
    let (code, stdout, stderr) = world.told(&["replay"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(
        stderr.starts_with(
            "toolcoach: no transcripts of Claude Code or Codex in ~/.claude/projects, ~/.codex/sessions, \
             ~/.codex/archived_sessions; name a file"
        ),
        "{stderr}"
    );
    let home = world.root().join("home");
    copy(&world, &transcripts, &home.join(".claude/projects/-home-dev-app"));
    copy(&world, &Path::new(FIXTURES).join("codex"), &home.join(".codex/sessions/2026/11/23"));
    assert_eq!(report(&world, &[])["clients"], json!({ "claude": 30, "codex": 6 }));
    let (_, page, _) = world.told(&["replay"]);
    let found = "read        2 files of Claude Code in ~/.claude/projects\n            1 file of Codex in ~/.codex/sessions\n";
    assert!(page.starts_with(found) && page.contains("\n  toolcoach install\n"), "{page}");
    let (_, page, _) = world.told(&["replay", transcripts.to_str().unwrap()]);
    assert!(page.starts_with("calls "), "{page}");
    let elsewhere =
        world.command(&["replay", "--json"]).env("CLAUDE_CONFIG_DIR", "/nowhere").output().unwrap();
    let report: Value = serde_json::from_slice(&elsewhere.stdout).unwrap();
    assert_eq!(report["clients"], json!({ "codex": 6 }));
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let (code, stdout, stderr) = World::new().told(&["replay", "nowhere.jsonl"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.starts_with("toolcoach: nowhere.jsonl: No such file"), "{stderr}");
}

#[test]
fn nothing_is_written() {
    fn all(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let of = |path: PathBuf| {
            let below = if path.is_dir() { all(&path) } else { Vec::new() };
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            below.into_iter().chain([(path, time)]).collect::<Vec<_>>()
        };
        let mut found: Vec<_> = entries.flat_map(of).collect();
        found.sort();
        found
    }
    let (world, transcripts) = session("claude");
    let before = all(world.root());
    report(&world, &[transcripts.to_str().unwrap()]);
    world.told(&["replay", transcripts.to_str().unwrap()]);
    assert_eq!(all(world.root()), before);
}

#[test]
fn nobody_has_to_read_to_the_end() {
    let (world, transcripts) = session("claude");
    let mut child = world
        .command(&["replay", transcripts.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
