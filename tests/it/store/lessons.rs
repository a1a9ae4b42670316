//! Lessons: what a new session is told of what the agents of its project do again and again.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::{Call, World};

pub const GREP: &str = "grep -rn foo .";
const ADD: &str = "git add -A";
const TAIL: &str = "cargo test | tail -5";
const CAT: &str = "rg -rn foo";

/// A share of which no test depends, so that lots are drawn.
pub const LOTS: &str = "0.2";

/// The start of a session in a folder, as Claude Code 2.1.330 tells it.
pub fn start<'w>(world: &'w World, session: &str, source: &str) -> Call<'w> {
    world
        .call("", json!({}))
        .field("hook_event_name", json!("SessionStart"))
        .field("source", json!(source))
        .session(session)
}

/// What a new session is told, by rule, without a lot.
pub fn told(world: &World, session: &str) -> Vec<String> {
    rules(start(world, session, "startup").answer())
}

fn rules(answer: Option<String>) -> Vec<String> {
    let id = |line: &str| line.rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    answer.iter().flat_map(|text| text.lines()).map(id).collect()
}

/// Sessions of the project, each with these commands.
pub fn sessions(world: &World, names: &[&str], commands: &[&str]) {
    for session in names {
        for (n, command) in commands.iter().enumerate() {
            world.bash(command).session(session).id(&format!("{session}-{n}")).answer();
        }
    }
}

/// A world whose project has a habit: `grep -r`, in 3 of 10 sessions.
pub fn habit() -> World {
    let world = World::new();
    sessions(&world, &["a", "b", "c"], &["ls", GREP, "ls"]);
    sessions(&world, &["d", "e", "f", "g", "h", "i", "j"], &["ls"]);
    world
}

pub fn lessons(world: &World) -> Vec<Value> {
    let lines = world.lines("warnings.jsonl").into_iter();
    lines.filter(|line| line.get("lesson").is_some()).collect()
}

fn file(world: &World) -> PathBuf {
    world.state().join("lessons.json")
}

#[test]
fn two_sessions_make_no_habit_and_three_of_ten_do() {
    let world = World::new();
    sessions(&world, &["a", "b"], &[GREP, GREP, GREP]);
    assert!(told(&world, "x").is_empty());
    sessions(&world, &["c"], &[GREP]);
    assert_eq!(told(&world, "y"), ["grep-recursive"]);
    sessions(&world, &["d", "e", "f", "g", "h", "i", "j"], &["ls"]);
    assert_eq!(told(&world, "z"), ["grep-recursive"]);
}

#[test]
fn a_lesson_is_a_sentence_of_ours_that_says_where_it_is_from() {
    let answer = start(&habit(), "n", "startup").answer().unwrap();
    assert_eq!(
        answer,
        "[toolcoach] from earlier sessions here: Search a tree with `rg` or `git grep`: `grep -r` also reads ignored, \
         hidden and binary files. (grep-recursive)"
    );
}

#[test]
fn only_a_new_session_of_the_project_is_told() {
    let world = habit();
    for source in ["resume", "compact", "clear", "fork", ""] {
        start(&world, "n", source).is_silent();
    }
    start(&world, "n1", "startup").agent("helper").is_silent();
    world
        .call("", json!({}))
        .field("hook_event_name", json!("SessionStart"))
        .session("n2")
        .is_silent();
    let elsewhere = world.root().join("home");
    start(&world, "n3", "startup").field("cwd", json!(elsewhere)).is_silent();
    // A person who tries the hook has no session.
    let start_without_session = world
        .call("", json!({}))
        .field("hook_event_name", json!("SessionStart"))
        .field("source", json!("startup"));
    start_without_session.is_silent();
    // These do not pass it on, or were not seen to.
    for client in ["kiro", "cursor", "droid", "opencode"] {
        let event = start(&world, &format!("n-{client}"), "startup");
        let output = world.run(&["hook", "--client", client], &event.json());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(matches!(text.as_str(), "" | "{}\n"), "{client}: {text}");
    }
    assert!(lessons(&world).is_empty());
    assert_eq!(told(&world, "n4"), ["grep-recursive"]);
    // It is told once.
    assert!(told(&world, "n4").is_empty());
    // A session with a call is not new.
    sessions(&world, &["n5"], &["ls"]);
    assert!(told(&world, "n5").is_empty());
}

#[test]
fn each_client_gets_the_start_in_its_form() {
    let world = habit();
    for (client, fields) in [
        ("codex", json!({ "transcript_path": "/h/.codex/sessions/rollout-1.jsonl" })),
        ("gemini", json!({ "timestamp": "2026-11-30T09:58:39.626Z" })),
        ("qwen", json!({ "timestamp": "2026-11-30T09:58:17.416Z", "permission_mode": "yolo" })),
    ] {
        let mut event = start(&world, client, "startup");
        for (name, value) in fields.as_object().unwrap() {
            event = event.field(name, value.clone());
        }
        let output = world.run(&[], &event.json());
        let reply: Value = serde_json::from_slice(&output.stdout).unwrap();
        let reply = &reply["hookSpecificOutput"];
        assert_eq!(reply["hookEventName"], "SessionStart", "{client}");
        assert!(
            reply["additionalContext"].as_str().unwrap().contains("grep-recursive"),
            "{client}"
        );
    }
}

#[test]
fn a_sentence_about_a_tool_is_for_clients_that_have_it() {
    let world = World::new();
    sessions(&world, &["a", "b", "c"], &["sed -i 's/a/b/' src.py"]);
    world.file("src.py", "a\n");
    sessions(&world, &["d", "e", "f"], &["sed -i 's/a/b/' src.py"]);
    assert_eq!(told(&world, "n"), ["sed-inplace-edit"]);
    let codex = start(&world, "o", "startup")
        .field("transcript_path", json!("/h/.codex/sessions/rollout-1.jsonl"));
    codex.is_silent();
}

#[test]
fn settings_and_mutes_switch_it_off() {
    let world = habit();
    world.settings(r#"{"lessons": false}"#);
    assert!(told(&world, "a1").is_empty());
    world.settings(r#"{"lessons": true}"#);
    world.file(".toolcoach.json", r#"{"lessons": false}"#);
    assert!(told(&world, "a2").is_empty());
    world.file(".toolcoach.json", r#"{"lessons": true}"#);
    world.settings(r#"{"disable": ["grep-recursive"]}"#);
    assert!(told(&world, "a3").is_empty());
    world.settings("{}");
    world.told(&["mute", "grep-recursive"]);
    assert!(told(&world, "a4").is_empty());
    world.told(&["unmute", "grep-recursive"]);
    start(&world, "a5", "startup").env("TOOLCOACH_DISABLE", "1").is_silent();
    assert_eq!(told(&world, "a6"), ["grep-recursive"]);
}

#[test]
fn switched_off_nothing_is_kept() {
    let world = World::new();
    world.settings(r#"{"lessons": false}"#);
    sessions(&world, &["a", "b", "c"], &[GREP]);
    assert!(!file(&world).exists());
}

#[cfg(unix)]
#[test]
fn a_store_that_cannot_be_written_gets_silence() {
    let world = habit();
    let sessions = world.state().join("sessions");
    fs::rename(&sessions, world.state().join("kept")).unwrap();
    fs::write(&sessions, "no folder").unwrap();
    assert!(told(&world, "n").is_empty(), "the last sessions cannot be read");
    fs::remove_file(&sessions).unwrap();
    fs::rename(world.state().join("kept"), &sessions).unwrap();
    // What would be noted cannot be.
    let ledger = toolcoach::store::ledger::Ledger::new(&world.state(), "n", None);
    let warnings = sessions.join(format!("{}.warnings.jsonl", ledger.stem()));
    fs::create_dir(&warnings).unwrap();
    assert!(told(&world, "n").is_empty());
    fs::remove_dir(&warnings).unwrap();
    assert_eq!(told(&world, "n"), ["grep-recursive"]);
}

#[test]
fn any_content_of_the_file_is_survived() {
    for content in ["", "nonsense", "[]", r#"{"v":2,"projects":{}}"#, r#"{"v":1,"projects":[]}"#] {
        let world = habit();
        fs::write(file(&world), content).unwrap();
        assert!(told(&world, "n").is_empty(), "{content}");
        sessions(&world, &["x", "y", "z"], &[GREP]);
        assert_eq!(told(&world, "o"), ["grep-recursive"], "{content}");
    }
    // Whatever it says is due, only rules of this program have lessons.
    let world = habit();
    let text = fs::read_to_string(file(&world)).unwrap();
    fs::write(
        file(&world),
        text.replace(r#""due":{"#, r#""due":{"no-such-rule":"111","git-reset-hard":"111","#),
    )
    .unwrap();
    assert_eq!(told(&world, "n"), ["grep-recursive"]);
}

#[test]
fn at_most_three_are_told_and_an_empty_place_stays_empty() {
    let world = World::new();
    sessions(&world, &["a", "b", "c"], &[GREP, ADD, TAIL, CAT]);
    sessions(&world, &["d"], &[GREP, TAIL, CAT]);
    let mut all = told(&world, "n");
    all.sort();
    assert_eq!(all, ["grep-recursive", "masked-exit-pipe", "rg-replace"]);
    let mut heard: BTreeMap<usize, u32> = BTreeMap::new();
    for n in 0..60 {
        let rules = rules(
            start(&world, &format!("n{n}"), "startup").env("TOOLCOACH_HOLDOUT", LOTS).answer(),
        );
        assert!(!rules.contains(&"git-add-all".to_owned()), "the fourth takes no empty place");
        *heard.entry(rules.len()).or_default() += 1;
    }
    assert_eq!(heard.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3], "{heard:?}");
    let drawn = lessons(&world);
    assert_eq!(drawn.len(), 3 * 61);
    assert_eq!(drawn.iter().filter(|line| line.get("arm").is_some()).count(), 180);
}

#[test]
fn a_habit_is_learnt_after_ten_clean_sessions_that_were_not_told() {
    let world = habit();
    // Told sessions do not count, however clean.
    for n in 0..12 {
        let session = format!("told{n}");
        assert_eq!(told(&world, &session), ["grep-recursive"]);
        sessions(&world, &[&session], &["ls"]);
    }
    assert_eq!(told(&world, "still"), ["grep-recursive"]);
    // Their start is not seen, so they are not told. `d` to `j` are clean too.
    sessions(&world, &["k"], &["ls"]);
    assert_eq!(told(&world, "n1"), ["grep-recursive"], "two of the last ten show it");
    sessions(&world, &["l"], &["ls"]);
    assert!(told(&world, "n2").is_empty(), "one of the last ten shows it");
    // It is due again once it is a habit again.
    sessions(&world, &["o", "p"], &[GREP]);
    assert!(told(&world, "n3").is_empty());
    sessions(&world, &["q"], &[GREP]);
    assert_eq!(told(&world, "n4"), ["grep-recursive"]);
}

#[test]
fn only_the_main_memory_and_its_first_calls_show_a_habit() {
    let world = World::new();
    for session in ["a", "b", "c"] {
        world.bash(GREP).session(session).id("1").agent("helper").answer();
        world.bash("ls").session(session).id("2").is_silent();
    }
    assert!(told(&world, "n").is_empty());
    let world = World::new();
    for session in ["a", "b", "c"] {
        for n in 0..100 {
            world.bash("ls").session(session).id(&n.to_string()).is_silent();
        }
        world.bash(GREP).session(session).id("last").says("grep-recursive");
    }
    assert!(told(&world, "n").is_empty());
}

#[test]
fn a_lesson_has_no_word_of_the_project() {
    let world = World::new();
    let secret = "xyzzy-plugh";
    world.file(&format!("{secret}/x"), "");
    let cwd = json!(world.work().join(secret));
    for session in ["a", "b", "c"] {
        let session = format!("{secret}-{session}");
        let call = world.bash(&format!("grep -rn {secret} . | tail")).session(&session).id("1");
        call.field("cwd", cwd.clone()).answer();
    }
    let answer = start(&world, secret, "startup").field("cwd", cwd).answer().unwrap();
    assert!(!answer.contains(secret), "{answer}");
    assert!(file(&world).exists());
    for (name, text) in world.stored() {
        assert!(!name.contains(secret) && !text.contains(secret), "{name}: {text}");
    }
}

#[test]
fn the_command_shows_what_is_due() {
    let world = World::new();
    let (code, text, _) = world.told(&["lessons"]);
    assert_eq!(code, 0);
    assert!(text.starts_with("No lesson is due here."), "{text}");
    assert_eq!(world.told(&["lessons", "--markdown"]).1, "");
    let world = habit();
    let (_, text, _) = world.told(&["lessons"]);
    assert!(
        text.contains("grep-recursive: in 3 of 10 sessions") && text.contains("not known yet"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let (code, block, stderr) = world.told(&["lessons", "--markdown"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(
        block,
        "## Habits to avoid\n\n- Search a tree with `rg` or `git grep`: `grep -r` also reads ignored, hidden and binary files.\n"
    );
    for n in 0..4 {
        start(&world, &format!("n{n}"), "startup").env("TOOLCOACH_HOLDOUT", LOTS).answer();
        sessions(&world, &[&format!("n{n}")], &[GREP]);
    }
    let (_, text, _) = world.told(&["lessons"]);
    assert!(text.contains("came up in ") && text.contains("difference in points: "), "{text}");
    world.settings(r#"{"lessons": false}"#);
    assert!(world.told(&["lessons"]).1.starts_with("Lessons are switched off"));
}
