//! `toolcoach replay --html`: a page to share, with nothing in it of the recordings' own.

use std::fs;

use serde_json::{Value, json};

use crate::docs::browser;
use crate::harness::{World, have};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The page on these recordings.
pub fn page(world: &World, paths: &[&str]) -> String {
    let file = world.root().join("replay.html");
    let arguments = [&["replay", "--html", file.to_str().unwrap()], paths].concat();
    let (code, told, error) = world.told(&arguments);
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(told, format!("Wrote {}\n", file.display()));
    fs::read_to_string(file).unwrap()
}

/// Puts a mark into each text of a value, names of fields too where they are the recording's own.
fn marked(value: &Value, at: &mut usize) -> Value {
    let keep = ["hook_event_name", "tool_name", "timestamp", "type", "role", "version", "x_agent"];
    match value {
        Value::String(text) => {
            *at += 1;
            Value::String(format!("{text} zqmark{at}"))
        }
        Value::Array(items) => items.iter().map(|item| marked(item, at)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let is_kept = keep.contains(&name.as_str());
                (name.clone(), if is_kept { value.clone() } else { marked(value, at) })
            })
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn no_word_of_a_recording_is_on_the_page() {
    let world = World::new();
    world.settings(
        r#"{"rules":[{"id":"zqmark-rule","program":"zqtool","text":"zqmark advice about the zqmark project"}]}"#,
    );
    let mut lines = Vec::new();
    let mut at = 0;
    for (nth, (tool, input)) in [
        ("Bash", json!({ "command": "grep -rn secretword . ; cd /zqmark/home/project" })),
        ("Bash", json!({ "command": "npm test 2>&1 | tail -5 # zqmark" })),
        ("Bash", json!({ "command": "zqtool run" })),
        ("Bash", json!({ "command": "git push -f origin zqmark-branch" })),
        ("Bash", json!({ "command": "ls zqmark" })),
    ]
    .into_iter()
    .enumerate()
    {
        lines.push(marked(
            &json!({ "hook_event_name": "PostToolUse", "tool_name": tool, "session_id": format!("session{nth}"),
                "tool_use_id": format!("call{nth}"), "cwd": "/zqmark/home/project", "transcript_path": "/zqmark/t.jsonl",
                "timestamp": format!("2026-11-0{}T10:00:00.000Z", nth + 1), "tool_input": input,
                "tool_response": { "stdout": "output", "stderr": "" } }),
            &mut at,
        ));
    }
    assert!(at > 30, "marks in every field: {at}");
    // A folder, a file and an unreadable line with marks of their own.
    let folder = world.work().join("zqmark-folder");
    fs::create_dir(&folder).unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(folder.join("zqmark.jsonl"), text + "{\"zqmark\": torn\n").unwrap();
    fs::write(folder.join("zqmark.jsonl.gz"), "zqmark, and no gzip").unwrap();
    let page = page(&world, &[folder.to_str().unwrap()]);
    let report = world.told(&["replay", "--json", folder.to_str().unwrap()]).1;
    assert!(
        report.contains("zqmark") && report.contains("zqmark-rule"),
        "the marks are read: {report}"
    );
    for part in [
        "5",
        "masked-exit-pipe",
        "git-push-force",
        "grep-recursive",
        "Custom rules would have given 1 more line",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let root = world.root().to_string_lossy().into_owned();
    for foreign in
        ["zqmark", "zqtool", "secretword", "session0", "call0", "zqmark-rule", root.as_str()]
    {
        assert!(!page.contains(foreign), "{foreign} in {page}");
    }
    for foreign in ["http:", "https:", "src=", "url(", "@import", "<script"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("If followed") && !page.to_lowercase().contains("saved"), "{page}");
}

#[test]
fn transcripts_leave_nothing_of_theirs_on_the_page() {
    let world = World::new();
    let fixtures = format!("{ROOT}/tests/fixtures/transcripts");
    let page = page(&world, &[&fixtures]);
    let report: Value =
        serde_json::from_str(&world.told(&["replay", "--json", &fixtures]).1).unwrap();
    assert!(page.contains(&format!("<b>{}</b>", report["calls"])), "{page}");
    // What the rule book brings along may be the same by chance.
    let book = world.told(&["rules", "--format", "markdown"]).1;
    let mut seen = 0;
    for example in report["rules"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|rule| rule["examples"].as_array().unwrap())
    {
        for field in ["about", "advice"] {
            let text = example[field].as_str().unwrap();
            if book.contains(text) {
                continue;
            }
            assert!(!page.contains(text), "{text}");
            seen += 1;
        }
    }
    assert!(seen > 0, "the fixtures have advice");
    assert!(!page.contains(ROOT) && !page.contains("fixtures"), "{page}");
}

#[test]
fn a_habit_of_many_sessions_comes_with_a_line_for_claude_md() {
    let world = World::new();
    let call = |session: usize, command: &str| {
        json!({ "hook_event_name": "PostToolUse", "session_id": format!("s{session}"), "cwd": "/x", "tool_name": "Bash",
            "tool_input": { "command": command }, "tool_response": "" })
        .to_string()
    };
    let piped = "npm test 2>&1 | tail -5";
    let two_of = |all: usize| {
        let lines = (0..all).map(|session| call(session, if session < 2 { piped } else { "ls" }));
        lines.collect::<Vec<_>>().join("\n")
    };
    world.file("few.jsonl", &two_of(6));
    let heading = "A third of the sessions or more have these habits.";
    assert!(!world.told(&["replay", "few.jsonl"]).1.contains(heading), "two sessions are no habit");
    world.file("many.jsonl", &format!("{}\n{}", two_of(9), call(3, piped)));
    let (_, page, _) = world.told(&["replay", "many.jsonl"]);
    assert!(page.contains(heading), "{page}");
    assert!(page.contains("\n  - Read a test run's status with `set -o pipefail`, or leave out the pipe:\n    `| tail` hides a failure.\n"), "{page}");
    world.file("rare.jsonl", &format!("{}\n{}", two_of(10), call(3, piped)));
    assert!(!world.told(&["replay", "rare.jsonl"]).1.contains(heading), "3 of 10 are too few");
    let html = world.root().join("page.html");
    world.told(&["replay", "--html", html.to_str().unwrap(), "many.jsonl"]);
    assert!(fs::read_to_string(html).unwrap().contains("What could prevent it"));
}

#[test]
fn a_page_that_cannot_be_written_is_an_error() {
    let world = World::new();
    let fixtures = format!("{ROOT}/tests/fixtures/transcripts");
    let (code, told, error) = world.told(&["replay", "--html", "/nowhere/x.html", &fixtures]);
    assert_eq!((code, told.as_str()), (1, ""));
    assert!(error.starts_with("toolcoach: cannot write /nowhere/x.html: "), "{error}");
    assert_eq!(world.told(&["replay", "--html", "x.html", "--json", &fixtures]).0, 2);
}

#[test]
fn the_page_of_a_replay_holds_up_in_a_browser() {
    if !have("chromium") {
        return;
    }
    let world = World::new();
    let fixtures = format!("{ROOT}/tests/fixtures/transcripts");
    browser::holds_up("replay", &page(&world, &[&fixtures]));
}
