//! Lessons: what a new session is told of what the agents of its project do again and again.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use toolcoach::store::ledger::now_ms;

use crate::commands::stats::report;
use crate::harness::{Call, World};
use crate::store::ledger;
use crate::store::totals::{date, days_ago, keep_up};

const GREP: &str = "grep -rn foo .";
const ADD: &str = "git add -A";
const TAIL: &str = "cargo test | tail -5";
const CAT: &str = "rg -rn foo";

/// A share of which no test depends, so that lots are drawn.
const LOTS: &str = "0.2";

/// The start of a session in a folder, as Claude Code 2.1.330 tells it.
fn start<'w>(world: &'w World, session: &str, source: &str) -> Call<'w> {
    world
        .call("", json!({}))
        .field("hook_event_name", json!("SessionStart"))
        .field("source", json!(source))
        .session(session)
}

/// What a new session is told, by rule, without a lot.
fn told(world: &World, session: &str) -> Vec<String> {
    rules(start(world, session, "startup").answer())
}

fn rules(answer: Option<String>) -> Vec<String> {
    let id = |line: &str| line.rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    answer.iter().flat_map(|text| text.lines()).map(id).collect()
}

/// Sessions of the project, each with these commands.
fn sessions(world: &World, names: &[&str], commands: &[&str]) {
    for session in names {
        for (n, command) in commands.iter().enumerate() {
            world.bash(command).session(session).id(&format!("{session}-{n}")).answer();
        }
    }
}

/// A world whose project has a habit: `grep -r`, in 3 of 10 sessions.
fn habit() -> World {
    let world = World::new();
    sessions(&world, &["a", "b", "c"], &["ls", GREP, "ls"]);
    sessions(&world, &["d", "e", "f", "g", "h", "i", "j"], &["ls"]);
    world
}

fn lessons(world: &World) -> Vec<Value> {
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
fn whatever_stands_in_the_file_is_survived() {
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
fn the_lot_is_even_and_apart_from_that_of_the_rule() {
    let world = habit();
    let mut counts = BTreeMap::new();
    for n in 0..400 {
        let session = format!("n{n}");
        let heard = start(&world, &session, "startup").env("TOOLCOACH_HOLDOUT", "0.5").answer();
        let advice =
            world.bash(GREP).session(&session).id("1").env("TOOLCOACH_HOLDOUT", "0.5").answer();
        *counts.entry((heard.is_some(), advice.is_some())).or_insert(0) += 1;
    }
    // A fair coin leaves 100 +- 44 in one run of 400,000.
    let is_even = |count: &i32| (56..=144).contains(count);
    assert!(counts.len() == 4 && counts.values().all(is_even), "{counts:?}");
    for line in lessons(&world) {
        assert_eq!(
            (&line["share"], line["lesson"].as_str()),
            (&json!(0.5), Some("grep-recursive"))
        );
    }
    // The rule's own units know the arm of the lesson.
    let lines = world.lines("warnings.jsonl");
    let units: Vec<&Value> = lines.iter().filter(|line| line["unit"] == true).collect();
    for unit in &units {
        let own =
            |line: &&Value| line.get("lesson").is_some() && line["session"] == unit["session"];
        let lesson = lines.iter().find(own).unwrap();
        assert_eq!(unit["lesson_arm"], lesson["arm"]);
    }
    assert_eq!(units.len(), 400);
}

#[test]
fn a_sub_agents_unit_knows_the_lesson_of_its_session() {
    let world = habit();
    start(&world, "n", "startup").env("TOOLCOACH_HOLDOUT", LOTS).answer();
    let call = |agent: &str, id: &str| {
        world.bash(GREP).session("n").id(id).agent(agent).env("TOOLCOACH_HOLDOUT", LOTS).answer();
    };
    call("helper", "1");
    let unit = world.lines("warnings.jsonl").into_iter().find(|line| line["unit"] == true).unwrap();
    assert_eq!(unit["lesson_arm"], lessons(&world)[0]["arm"]);
    // Of another rule no lesson was due.
    world.bash(ADD).session("n").id("2").env("TOOLCOACH_HOLDOUT", LOTS).answer();
    let other =
        world.lines("warnings.jsonl").into_iter().find(|line| line["rule"] == "git-add-all");
    assert!(other.unwrap().get("lesson_arm").is_none());
}

#[test]
fn without_a_hold_out_lessons_are_told_and_make_no_unit() {
    let world = habit();
    world.settings(r#"{"holdout": 0}"#);
    for n in 0..8 {
        start(&world, &format!("n{n}"), "startup")
            .env("TOOLCOACH_HOLDOUT", "")
            .says("grep-recursive");
        sessions(&world, &[&format!("n{n}")], &[GREP]);
    }
    assert!(
        lessons(&world).iter().all(|line| line.get("arm").is_none() && line.get("share").is_none())
    );
    assert_eq!(report(&world, &[])["lessons"], json!([]));
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

/// The one lesson of the report.
fn figures(world: &World) -> Value {
    let report = report(world, &[]);
    assert_eq!(report["lessons"].as_array().unwrap().len(), 1, "{}", report["lessons"]);
    report["lessons"][0].clone()
}

#[test]
fn units_and_their_end_are_counted() {
    let world = habit();
    // By the parity of its number, a session does it again after its start.
    let mut expected = BTreeMap::from([("told", [0, 0]), ("held_out", [0, 0])]);
    for n in 0..40 {
        let session = format!("n{n}");
        let heard = start(&world, &session, "startup").env("TOOLCOACH_HOLDOUT", LOTS).answer();
        let arm = expected.get_mut(if heard.is_some() { "told" } else { "held_out" }).unwrap();
        // A session without a call is none.
        if n % 4 == 3 {
            continue;
        }
        let shows = n % 2 == 0;
        sessions(&world, &[&session], &["ls", if shows { GREP } else { "ls -a" }]);
        *arm = [arm[0] + 1, arm[1] + i32::from(shows)];
    }
    let line = figures(&world);
    for (arm, [units, shown]) in expected {
        assert_eq!(
            (&line[arm]["units"], &line[arm]["shown"]),
            (&json!(units), &json!(shown)),
            "{arm}"
        );
        assert_eq!(line[arm]["open"], units - shown, "these sessions go on");
    }
    assert_eq!((&line["rule"], &line["verdict"]), (&json!("grep-recursive"), &json!("too-few")));
    assert!(line["difference"].is_f64() && line["low"].as_f64() <= line["high"].as_f64());
    let page = world.told(&["--stats"]).1;
    assert!(page.contains("Do lessons at the start of a session change anything?"), "{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
}

/// Makes every ledger older: each line, and the files.
fn age(world: &World, days: u64) {
    let span = now_ms() - days_ago(days);
    for (name, text) in world.stored() {
        let path = world.state().join(&name);
        if name.ends_with(".jsonl") {
            let older = |line: &str| {
                let mut line: Value = serde_json::from_str(line).unwrap();
                line["t"] = json!(line["t"].as_u64().unwrap() - span);
                line.to_string() + "\n"
            };
            fs::write(&path, text.lines().map(older).collect::<String>()).unwrap();
            date(&path, days_ago(days));
        }
    }
}

#[test]
fn what_was_counted_stays_when_ledgers_are_folded() {
    let world = habit();
    for n in 0..20 {
        let session = format!("n{n}");
        start(&world, &session, "startup").env("TOOLCOACH_HOLDOUT", LOTS).answer();
        for (id, command) in [("1", "ls"), ("2", if n % 4 < 3 { GREP } else { "ls -a" })] {
            world.bash(command).session(&session).id(id).env("TOOLCOACH_HOLDOUT", LOTS).answer();
        }
    }
    age(&world, 9);
    let (before, due) = (report(&world, &[]), world.told(&["lessons", "--markdown"]).1);
    assert_eq!(before["lessons"][0]["told"]["open"], 0, "they have ended");
    keep_up(&world.state());
    let after = report(&world, &[]);
    assert!(!world.stored().keys().any(|name| name.contains("sessions/")), "all are folded");
    for part in ["lessons", "effect", "effects"] {
        assert_eq!(before[part], after[part], "{part}");
    }
    let days = world.lines("history.jsonl");
    let of_rule = days.iter().find(|day| day["rule"] == "grep-recursive").unwrap();
    assert!(
        of_rule["lesson_effect"]["told"]["200000"]["told"]["units"].as_u64() > Some(0),
        "{of_rule}"
    );
    assert!(of_rule["lessons"]["500000"]["told"]["units"].as_u64() > Some(0), "{of_rule}");
    ledger::check(&world, &mut BTreeMap::new());
    // What the sessions showed is still known, though no ledger is left to say so.
    assert_eq!(world.told(&["lessons", "--markdown"]).1, due);
    assert!(due.contains("git grep"), "{due}");
}

#[test]
fn a_judged_lesson_is_told_to_nine_of_ten() {
    let world = habit();
    let day = |told: (u64, u64), held_out: (u64, u64)| {
        let arm = |(again, units)| json!({ "units": units, "again": again });
        json!({
            "v": 1, "day": "2026-11-20", "client": "claude", "rule": "grep-recursive",
            "lessons": { "500000": { "told": arm(told), "held_out": arm(held_out) } },
        })
    };
    let history = world.state().join("history.jsonl");
    fs::write(&history, format!("{}\n", day((10, 19), (10, 19)))).unwrap();
    assert_eq!(figures(&world)["verdict"], "too-few");
    start(&world, "before", "startup").env("TOOLCOACH_HOLDOUT", LOTS).answer();
    assert_eq!(lessons(&world)[0]["share"], 0.5);
    fs::write(&history, format!("{}\n", day((2, 20), (18, 20)))).unwrap();
    let line = figures(&world);
    assert_eq!((&line["verdict"], &line["difference"]), (&json!("helps"), &json!(-0.8)));
    let mut heard = 0;
    for n in 0..100 {
        heard += u32::from(
            start(&world, &format!("n{n}"), "startup")
                .env("TOOLCOACH_HOLDOUT", LOTS)
                .answer()
                .is_some(),
        );
    }
    // A fair lot of 0.9 is outside in one run of 10,000.
    assert!((76..=99).contains(&heard), "{heard}");
    assert!(lessons(&world).iter().filter(|line| line["share"] == 0.1).count() == 100);
}

#[test]
fn days_and_ledgers_of_before_are_read() {
    let world = World::new();
    let old = json!({
        "v": 1, "day": "2026-11-20", "client": "claude", "rule": "grep-recursive",
        "effect": { "200000": { "told": { "units": 9, "again": 1 }, "held_out": { "units": 3, "again": 2 } } },
    });
    fs::create_dir_all(world.state()).unwrap();
    fs::write(world.state().join("history.jsonl"), format!("{old}\n")).unwrap();
    let report = report(&world, &[]);
    assert_eq!(report["effects"][0]["told"]["units"], 9);
    assert_eq!(report["lessons"], json!([]));
    assert_eq!(report["skipped_lines"], 0);
}

#[test]
fn every_line_is_as_published() {
    let world = habit();
    for n in 0..8 {
        let session = format!("n{n}");
        start(&world, &session, "startup").env("TOOLCOACH_HOLDOUT", LOTS).answer();
        world
            .bash(GREP)
            .session(&session)
            .id("1")
            .agent("x")
            .env("TOOLCOACH_HOLDOUT", LOTS)
            .answer();
    }
    told(&world, "without a lot");
    let mut seen = BTreeMap::new();
    ledger::check(&world, &mut seen);
    assert_eq!((seen["lesson"], seen["drawn"], seen["warning"]), (9, 8, 11));
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
    assert!(text.contains("came up in ") && text.contains("told by lot; in points"), "{text}");
    world.settings(r#"{"lessons": false}"#);
    assert!(world.told(&["lessons"]).1.starts_with("Lessons are switched off"));
}
