//! What lessons change: the lot, the units, and what becomes of them in reports and roll-ups.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};
use toolcoach::store::ledger::now_ms;

use super::lessons::{GREP, LOTS, habit, lessons, sessions, start, told};
use crate::commands::stats::report;
use crate::harness::World;
use crate::store::ledger;
use crate::store::totals::{date, days_ago, keep_up};

const ADD: &str = "git add -A";

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
        let noted = lessons(&world).len();
        let began = start(&world, &session, "startup").env("TOOLCOACH_HOLDOUT", LOTS);
        let arm = if began.answer().is_some() { "told" } else { "held_out" };
        // Sessions that were not told may unlearn the habit for a while: then no lesson is due.
        let is_due = lessons(&world).len() > noted;
        // A session without a call is none.
        if n % 4 == 3 {
            continue;
        }
        let shows = n % 2 == 0;
        sessions(&world, &[&session], &["ls", if shows { GREP } else { "ls -a" }]);
        if let Some([units, shown]) = expected.get_mut(arm).filter(|_| is_due) {
            (*units, *shown) = (*units + 1, *shown + i32::from(shows));
        }
    }
    assert!(expected.values().all(|[units, _]| *units > 0), "both arms were drawn: {expected:?}");
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

/// The units of all arms and shares.
fn units(counts: &Value) -> u64 {
    let Some(parts) = counts.as_object() else { return 0 };
    let of = |(name, part): (&String, &Value)| match name.as_str() {
        "units" => part.as_u64().unwrap(),
        _ => units(part),
    };
    parts.iter().map(of).sum()
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
    // Chance decides in which arms they are.
    assert!(units(&of_rule["lesson_effect"]) > 0 && units(&of_rule["lessons"]) > 0, "{of_rule}");
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
