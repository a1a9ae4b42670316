//! What learning mutes, and how it comes back.

use std::fs;

use serde_json::{Value, json};
use toolcoach::base::calendar::Utc;
use toolcoach::store::ledger::{Ledger, now_ms};
use toolcoach::store::rollup::Rollup;
use toolcoach::upkeep::learning::{Evidence, PRIOR};

use crate::harness::{World, wait_until};

#[path = "../../../examples/learning/simulation.rs"]
mod simulation;

use simulation::{Bounds, Traffic, UPTAKES, USUAL};

const GREP: &str = "grep -rn foo .";

/// The goal that learning was built to.
#[test]
fn what_is_not_followed_is_muted_soon_and_what_is_followed_is_not() {
    let bounds = Bounds::new(PRIOR);
    for traffic in [USUAL, Traffic { chances: &[0, 1, 2, 3, 4], ..USUAL }] {
        for percent in UPTAKES {
            let (ever, median, _) = simulation::muted(&simulation::runs(&bounds, traffic, percent));
            match percent {
                ..=10 => {
                    assert!(median.is_some_and(|chances| chances <= 60), "{percent} %: {median:?}")
                }
                40.. => assert!(ever < simulation::RUNS / 100, "{percent} %: {ever} runs"),
                _ => {}
            }
        }
    }
}

#[test]
fn the_tables_are_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/learning.md");
    let page = fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once("<!-- tables -->\n").unwrap();
    let (kept, after) = rest.split_once("<!-- /tables -->").unwrap();
    let fresh = simulation::tables();
    if kept != fresh {
        assert!(
            std::env::var_os("TOOLCOACH_BLESS").is_some(),
            "docs/learning.md is stale: TOOLCOACH_BLESS=1"
        );
        fs::write(path, format!("{before}<!-- tables -->\n{fresh}<!-- /tables -->{after}"))
            .unwrap();
    }
}

/// Sessions in which the agent is told of grep -r and does this next.
fn told(world: &World, name: &str, sessions: usize, next: &str) {
    for n in 0..sessions {
        let session = format!("{name}{n}");
        world.bash(GREP).session(&session).id("1").says("grep-recursive");
        world.bash(next).session(&session).id("2").is_silent();
    }
}

/// Has learning look at what happened.
fn look(world: &World) -> Value {
    assert!(world.run(&["--stats"], b"").status.success());
    world
        .stored()
        .get("learned.json")
        .map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

/// A world in which nobody follows grep-recursive.
fn ignored() -> World {
    let world = World::new();
    told(&world, "s", 20, GREP);
    let learned = look(&world);
    let mute = &learned["muted"]["grep-recursive"];
    assert_eq!((&mute["chances"], &mute["followed"]), (&json!(20), &json!(0)), "{learned}");
    world
}

fn speaks(world: &World, session: &str) -> bool {
    world.bash(GREP).session(session).answer().is_some()
}

#[test]
fn a_rule_that_nobody_follows_is_muted_and_said_to_be() {
    let world = ignored();
    world.bash(GREP).session("new").is_silent();
    world.bash(GREP).is_silent();
    let lines = world.lines("calls.jsonl");
    let held =
        lines.iter().filter(|line| line["held"] == json!({ "grep-recursive": "learned" })).count();
    assert_eq!(held, 1);
    // Others speak as before.
    world.bash("git push -f origin main").session("new").says("git-push-force");
    let why = "muted by learning, as agents did the same again 20 of 20 times; \"pin\": [\"grep-recursive\"] in ";
    let report = world.bash(GREP).explain();
    assert!(report["advice"][0]["silenced"].as_str().unwrap().starts_with(why), "{report}");
    let page = world.told(&["rules", "grep-recursive"]).1.replace('\n', " ");
    assert!(page.contains(&format!("Now it is {why}")) && page.contains("lets it speak"), "{page}");
    assert!(world.told(&["rules"]).1.contains("Switched off or muted: grep-recursive."));
    assert_eq!(
        world.told(&["mute"]).1,
        "grep-recursive  by learning: toolcoach rules ID tells more\n"
    );
    let unmute = world.told(&["unmute", "grep-recursive"]).1;
    assert!(unmute.contains(why), "{unmute}");
    assert!(world.told(&["unmute", "all"]).1.contains("toolcoach mute lists them"));
    assert!(world.told(&["--stats"]).1.contains("muted by learning 1"));
}

#[test]
fn a_rule_that_is_followed_or_seldom_said_is_not_muted() {
    let world = World::new();
    told(&world, "s", 15, GREP);
    assert_eq!(look(&world), Value::Null, "too few chances");
    told(&world, "t", 5, "rg -n foo .");
    assert_eq!(look(&world), Value::Null, "a quarter follows");
    assert!(speaks(&world, "new"));
}

#[test]
fn who_forgot_or_never_came_to_it_counts_for_nothing() {
    let world = World::new();
    told(&world, "s", 12, GREP);
    told(&world, "open", 5, "ls");
    for n in 0..5 {
        let session = format!("r{n}");
        world.bash(GREP).session(&session).id("1").says("grep-recursive");
        let reset = json!({ "hook_event_name": "SessionStart", "source": "compact", "session_id": session });
        world.hook(reset.to_string().as_bytes());
        // The reset forgets what was said in the same millisecond, so wait for the next one.
        let reset = now_ms();
        wait_until("the clock goes on", || now_ms() > reset);
        world.bash(GREP).session(&session).id("2").says("grep-recursive");
    }
    assert_eq!(look(&world), Value::Null);
}

#[test]
fn a_pin_lets_it_speak_and_learning_goes_on() {
    let world = ignored();
    world.settings(r#"{"pin": ["grep-recursive"]}"#);
    assert!(speaks(&world, "new"));
    assert_eq!(world.bash(GREP).explain()["advice"][0]["silenced"], Value::Null);
    assert_eq!(world.told(&["mute"]).1, "Nothing is muted.\n");
    assert_eq!(world.told(&["rules", "grep-recursive"]).1.matches("Now it is").count(), 0);
    // Pinned, it gets the chances that bring it back.
    told(&world, "p", 10, "rg -n foo .");
    assert_eq!(look(&world)["muted"], json!({}));
    world.settings("{}");
    assert!(speaks(&world, "after"));
}

#[test]
fn what_is_critical_and_own_rules_speak_whatever_stands_in_the_file() {
    let world = World::new();
    world.settings(r#"{"rules": [{"id": "own", "text": "x", "program": "ls"}]}"#);
    for n in 0..22 {
        let session = format!("s{n}");
        for id in ["1", "2"] {
            world.bash("rm -rf $X/y").session(&session).id(id).says("rm-rf-dangerous");
        }
        world.bash("ls").session(&session).id("3").says("own");
        world.bash("ls").session(&session).id("4").is_silent();
    }
    assert_eq!(look(&world), Value::Null);
    let mute = json!({ "chances": 99, "followed": 0, "upper": 0.01 });
    let muted = json!({ "rm-rf-dangerous": mute, "own": mute, "grep-recursive": mute });
    let learned = json!({ "v": 1, "t": now_ms(), "muted": muted });
    fs::write(world.state().join("learned.json"), learned.to_string()).unwrap();
    world.bash("rm -rf $X/y").session("new").says("rm-rf-dangerous");
    world.bash("ls").session("new").says("own");
    assert!(!speaks(&world, "other"));
    assert_eq!(world.told(&["mute"]).1.lines().count(), 1);
}

#[test]
fn a_file_that_cannot_be_used_mutes_nothing() {
    let world = ignored();
    let path = world.state().join("learned.json");
    let good = fs::read_to_string(&path).unwrap();
    let mut stale: Value = serde_json::from_str(&good).unwrap();
    stale["t"] = json!(1);
    let texts = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "\u{0}\u{1}".to_owned(),
        good.replace("\"v\":1", "\"v\":2"),
        good.replace("20", "\"many\""),
        good.replace("20", "-1"),
        format!("{good}{}", " ".repeat(300_000)),
        stale.to_string(),
    ];
    for (n, text) in texts.iter().enumerate() {
        fs::write(&path, text).unwrap();
        assert!(speaks(&world, &format!("new{n}")), "{:.60}", text);
    }
    fs::remove_file(&path).unwrap();
    assert!(speaks(&world, "without"));
    fs::create_dir(&path).unwrap();
    assert!(speaks(&world, "folder"));
    assert!(world.run(&["--stats"], b"").status.success());
    fs::remove_dir(&path).unwrap();
    #[cfg(unix)]
    {
        fs::write(world.root().join("elsewhere"), &good).unwrap();
        std::os::unix::fs::symlink(world.root().join("elsewhere"), &path).unwrap();
        assert!(speaks(&world, "link"), "a link is not followed");
        fs::remove_file(&path).unwrap();
    }
    assert!(world.lines("errors.jsonl").is_empty());
    assert!(look(&world)["muted"]["grep-recursive"].is_object(), "the next look mends it");
    assert!(!speaks(&world, "mended"));
}

#[test]
fn to_look_again_changes_nothing() {
    let world = ignored();
    let first = look(&world);
    let second = look(&world);
    assert_eq!(first["muted"], second["muted"]);
    // The client replays a session: the same calls come again.
    for _ in 0..3 {
        for id in ["1", "2"] {
            world.bash(GREP).session("s0").id(id).is_silent();
        }
    }
    assert_eq!(look(&world)["muted"], first["muted"]);
}

#[test]
fn each_memory_counts_by_itself() {
    let world = World::new();
    // The sub-agents are told, and the main agent does it again: that is no answer.
    for n in 0..25 {
        let agent = format!("a{n}");
        world.bash(GREP).session("s").agent(&agent).id(&agent).says("grep-recursive");
    }
    for n in 0..25 {
        world.bash("ls; grep -rn bar .").session("s").id(&format!("m{n}")).answer();
    }
    assert_eq!(look(&world), Value::Null);
    // They do it again themselves.
    for n in 0..25 {
        world.bash(GREP).session("s").agent(&format!("a{n}")).id(&format!("b{n}")).is_silent();
    }
    let chances = look(&world)["muted"]["grep-recursive"]["chances"].as_u64();
    assert!(chances >= Some(25), "{chances:?}");
    // Muted for all, whatever their memory.
    world.bash(GREP).session("t").agent("b").is_silent();
}

#[test]
fn without_a_better_form_only_a_habit_is_muted() {
    let large = |world: &World, session: &str, id: &str| {
        let text = "x".repeat(20_000);
        world.bash("make").response(json!({ "stdout": text })).session(session).id(id).answer()
    };
    let world = World::new();
    for n in 0..22 {
        let session = format!("s{n}");
        let said = large(&world, &session, "1").unwrap();
        assert!(said.ends_with("(bash-output-large)"), "{said}");
        world.bash("ls").session(&session).id("2").is_silent();
    }
    assert_eq!(look(&world), Value::Null, "open ones count as followed");
    let world = World::new();
    for n in 0..20 {
        let session = format!("s{n}");
        large(&world, &session, "1").unwrap();
        large(&world, &session, "2");
    }
    assert!(look(&world)["muted"]["bash-output-large"].is_object());
    assert_eq!(large(&world, "new", "1"), None);
}

#[test]
fn a_silent_call_does_not_read_what_was_learned() {
    let world = ignored();
    let path = world.state().join("learned.json");
    let accessed = || fs::metadata(&path).unwrap().accessed().unwrap();
    // Long ago, so that any reading shows.
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(300_000);
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_times(fs::FileTimes::new().set_accessed(past)).unwrap();
    let before = accessed();
    for command in ["ls", "git status", "cargo build", "rg foo ."] {
        world.bash(command).session("silent").is_silent();
    }
    assert_eq!(accessed(), before);
    world.bash(GREP).session("about to speak").is_silent();
    if accessed() == before {
        eprintln!("skipped: this file system does not note who reads");
    }
}

#[test]
fn days_that_were_rolled_up_count_and_ledgers_in_them_do_not_count_again() {
    let world = World::new();
    told(&world, "s", 10, GREP);
    let day = |n: u64, repeated: u64| {
        let day = Utc(now_ms() - n * 86_400_000).date();
        json!({ "v": 1, "day": day, "client": "claude", "rule": "grep-recursive", "said": repeated, "repeated": repeated })
            .to_string()
    };
    let history = world.state().join("history.jsonl");
    let learned = |lines: &[String]| {
        fs::write(&history, lines.join("\n") + "\n").unwrap();
        look(&world)["muted"]["grep-recursive"]["chances"].clone()
    };
    assert_eq!(learned(&[day(1, 9)]), Value::Null);
    assert_eq!(learned(&[day(70, 99), day(1, 9)]), Value::Null, "long ago");
    assert_eq!(learned(&["torn".to_owned(), day(1, 4), day(30, 7)]), json!(21));
    let ledger = Ledger::new(&world.state(), "s0", None);
    let folded = json!({ "v": 1, "folded": ledger.stem(), "whole": true }).to_string();
    assert_eq!(learned(&[day(1, 11), folded]), json!(20));
    // Where time is short the days are enough, and nothing is read beside them.
    let evidence = |late: bool| {
        let evidence =
            Evidence::gather(&world.state(), &Rollup::read(&world.state()), now_ms(), || late);
        evidence.learned(now_ms()).mute("grep-recursive").is_some()
    };
    assert!(evidence(false) && !evidence(true));
}
