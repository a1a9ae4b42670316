//! What learning mutes, and how it comes back.

use std::fs;

use serde_json::{Value, json};
use toolcoach::base::calendar::Utc;
use toolcoach::store::ledger::{Ledger, now_ms};
use toolcoach::store::rollup::Rollup;
use toolcoach::upkeep::learning;

use crate::commands::stats::report;
use crate::harness::{Call, World, wait_until};

const GREP: &str = "grep -rn foo .";
const RULE: &str = "grep-recursive";

/// The share that is held out where nobody sets it.
const SHARE: &str = "0.2";

/// A day of the roll-up with units of a share: of how many the bad form came again, told and held
/// out.
fn day(ago: u64, rule: &str, share_ppm: u32, told: [u64; 2], held_out: [u64; 2]) -> Value {
    let arm = |[again, units]: [u64; 2]| json!({ "again": again, "units": units });
    let effect = json!({ "told": arm(told), "held_out": arm(held_out) });
    json!({
        "v": 1, "day": Utc(now_ms() - ago * 86_400_000).date(), "client": "claude", "rule": rule,
        "effect": { share_ppm.to_string(): effect },
    })
}

/// A day that shows that a rule changes nothing.
fn useless(rule: &str) -> Value {
    day(2, rule, 200_000, [320, 640], [80, 160])
}

/// A day that shows that it helps.
fn useful(rule: &str) -> Value {
    day(2, rule, 200_000, [160, 640], [120, 160])
}

/// A world with this roll-up, and with a key of its own, so that the lots are the same each time.
fn world(days: &[Value]) -> World {
    let world = World::new();
    fs::create_dir_all(world.state()).unwrap();
    fs::write(world.state().join("key"), "0123456789abcdef0123456789abcdef.0\n").unwrap();
    history(&world, days);
    world
}

fn history(world: &World, days: &[Value]) {
    let text: String = days.iter().map(|day| format!("{day}\n")).collect();
    fs::write(world.state().join("history.jsonl"), text).unwrap();
}

/// Has learning look at the store; what is in `learned.json` then.
fn look(world: &World) -> Value {
    assert!(world.run(&["--stats"], b"").status.success());
    learned(world)
}

fn learned(world: &World) -> Value {
    let stored = world.stored();
    stored.get("learned.json").map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

/// What learning decided, rule by rule.
fn decision(world: &World, rule: &str) -> Value {
    look(world)["decided"][rule]["decision"].clone()
}

/// What a command prints if this share is held out.
fn told(world: &World, args: &[&str], share: &str) -> String {
    let output = world.command(args).env("TOOLCOACH_HOLDOUT", share).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What the statistics say of learning.
fn decisions(world: &World) -> Value {
    let report = told(world, &["--stats", "--format", "json"], SHARE);
    serde_json::from_str::<Value>(&report).unwrap()["learned"].clone()
}

fn grep<'w>(world: &'w World, session: &str, share: &str) -> Call<'w> {
    world.bash(GREP).session(session).id("1").env("TOOLCOACH_HOLDOUT", share)
}

/// The share that a session has noted with its first line.
fn noted_share(world: &World, session: &str) -> Value {
    let ledger = Ledger::new(&world.state(), session, None);
    world.lines(&format!("{}.warnings.jsonl", ledger.stem()))[0]["share"].clone()
}

/// In how many of 200 new sessions the rule is not said, and the share in their lines, the same in
/// all of them.
fn silent(world: &World, share: &str) -> (usize, Value) {
    let told: Vec<bool> =
        (0..200).map(|n| grep(world, &format!("s{n}"), share).answer().is_some()).collect();
    let mut shares: Vec<Value> = world
        .lines("warnings.jsonl")
        .into_iter()
        .map(|line| line.get("share").cloned().unwrap_or_default())
        .collect();
    assert_eq!(shares.len(), 200);
    shares.dedup();
    assert_eq!(shares.len(), 1, "{shares:?}");
    (told.iter().filter(|told| !**told).count(), shares.remove(0))
}

#[test]
fn a_rule_without_an_effect_is_muted_in_most_sessions() {
    let world = world(&[useless(RULE)]);
    assert_eq!(decision(&world, RULE), "muted");
    let (silent, share) = silent(&world, SHARE);
    assert_eq!(share, json!(0.95));
    assert!((180..200).contains(&silent), "{silent}");
    // Its units are a stratum of their own.
    let report = report(&world, &[]);
    assert_eq!(report["effects"][0]["held_out"]["units"], 160 + silent);
    // Other rules speak as before.
    world.bash("git push -f origin main").session("new").says("git-push-force");
}

#[test]
fn the_upkeep_learns_too() {
    let world = world(&[useless(RULE)]);
    // A new session's first call does it, unless the machine is too busy.
    let mut session = 0;
    wait_until("an upkeep is done", || {
        session += 1;
        world.bash("ls").session(&session.to_string()).id("1").is_silent();
        !learned(&world).is_null()
    });
    let decided = learned(&world)["decided"].clone();
    assert_eq!(decided[RULE]["decision"], "muted");
    // What the statistics find of their own is the same.
    fs::remove_file(world.state().join("learned.json")).unwrap();
    assert_eq!(look(&world)["decided"], decided);
}

#[test]
fn learning_waits_until_a_unit_is_closed_and_the_verdict_does_not() {
    let world = world(&[day(0, RULE, 1_000_000, [10, 40], [10, 19])]);
    assert_eq!(look(&world), Value::Null);
    grep(&world, "s", "1").is_silent();
    let open = look(&world);
    assert_eq!((&open["judged"][RULE]["look"], open.get("decided")), (&json!(20), None), "{open}");
    let again = world.bash(GREP).session("s").id("2");
    again.env("TOOLCOACH_HOLDOUT", "1").is_silent();
    assert_eq!(look(&world)["decided"][RULE]["look"], 20);
}

#[test]
fn a_pinned_rule_draws_with_the_share_of_the_settings() {
    let world = world(&[useless(RULE)]);
    assert_eq!(decision(&world, RULE), "muted");
    world.settings(&json!({ "pin": [RULE] }).to_string());
    let (silent, share) = silent(&world, SHARE);
    assert_eq!(share, json!(0.2));
    assert!((25..56).contains(&silent), "{silent}");
}

#[test]
fn without_a_hold_out_learning_mutes_nothing() {
    let world = world(&[useless(RULE)]);
    assert_eq!(decision(&world, RULE), "muted");
    assert_eq!(silent(&world, "0"), (0, Value::Null));
    assert_eq!(told(&world, &["mute"], "0"), "Nothing is muted.\n");
    assert_eq!(
        told(&world, &["mute"], SHARE),
        "grep-recursive  by learning (`toolcoach rules ID` says why)\n"
    );
}

#[test]
fn a_rule_that_helps_is_held_out_seldom() {
    let world = world(&[useful(RULE)]);
    assert_eq!(decision(&world, RULE), "helps");
    let (silent, share) = silent(&world, SHARE);
    assert_eq!(share, json!(0.05));
    assert!((1..22).contains(&silent), "{silent}");
    // A smaller share of the settings stays.
    grep(&world, "other", "0.0000000001").says(RULE);
    assert_eq!(noted_share(&world, "other"), json!(0.0000000001));
}

#[test]
fn a_muted_rule_returns_when_it_has_an_effect() {
    let early = day(120, RULE, 200_000, [80, 320], [20, 80]);
    let world = world(std::slice::from_ref(&early));
    let first = look(&world)["decided"][RULE].clone();
    assert_eq!((&first["decision"], &first["look"]), (&json!("muted"), &json!(80)));
    let since = |told: [u64; 2], held_out: [u64; 2]| {
        let muted = day(1, RULE, 950_000, told, held_out);
        history(&world, &[early.clone(), muted]);
        look(&world)["decided"][RULE].clone()
    };
    assert_eq!(since([0, 4], [59, 79]), first, "no look is due");
    // A chance that would not mute a rule that speaks does not bring this one back.
    let still = since([1, 4], [60, 80]);
    assert_eq!((&still["decision"], &still["look"]), (&json!("muted"), &json!(160)));
    let chance = still["chance"].as_f64().unwrap();
    assert!((0.05..0.20).contains(&chance), "{chance}");
    let back = since([3, 12], [180, 240]);
    assert!(back["chance"].as_f64() > Some(0.20), "{back}");
    assert_eq!((&back["decision"], &back["look"]), (&json!("speaks"), &json!(320)));
    assert_eq!(decision(&world, RULE), back["decision"], "another look changes nothing");
}

#[test]
fn an_arm_stays_for_the_session_whatever_is_learned() {
    let world = world(&[]);
    grep(&world, "s", "0.0000000001").says(RULE);
    history(&world, &[useless(RULE)]);
    assert_eq!(decision(&world, RULE), "muted");
    world.hook(br#"{"hook_event_name":"SessionStart","source":"compact","session_id":"s"}"#);
    world.bash(GREP).session("s").id("2").env("TOOLCOACH_HOLDOUT", "1").says(RULE);
}

#[test]
fn what_is_critical_and_own_rules_speak_whatever_was_learned() {
    let rules = ["rm-rf-dangerous", "own", RULE];
    let world = world(&rules.map(useless));
    world.settings(r#"{"rules": [{"id": "own", "text": "x", "program": "ls"}]}"#);
    for rule in rules {
        assert_eq!(decision(&world, rule), "muted");
    }
    for n in 0..20 {
        let call = |command: &str, id: &str| {
            world.bash(command).session(&format!("s{n}")).id(id).env("TOOLCOACH_HOLDOUT", SHARE)
        };
        call("rm -rf $X/y", "1").says("rm-rf-dangerous");
        call("ls", "2").says("own");
    }
    let listed = told(&world, &["mute"], SHARE);
    assert_eq!(listed.lines().count(), 1, "{listed}");
    assert_eq!(decisions(&world).as_object().unwrap().len(), 1);
}

#[test]
fn learned_mutes_are_reported() {
    let world = world(&[useless(RULE)]);
    look(&world);
    let told = |args: &[&str]| told(&world, args, SHARE);
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let why = "muted in 95 % of sessions, because advice changed nothing or little (chance of an effect of 10 points: ";
    let pin = "; \"pin\": [\"grep-recursive\"] in ";
    let explained = world.bash(GREP).env("TOOLCOACH_HOLDOUT", SHARE).explain();
    let learned = explained["advice"][0]["learned"].as_str().unwrap();
    assert!(learned.starts_with(why) && learned.contains(pin), "{explained}");
    assert_eq!(world.bash(GREP).explain()["advice"][0].get("learned"), None);
    let page = one_line(told(&["rules", RULE]));
    assert!(page.contains(&format!("It is now {why}")) && page.contains(pin), "{page}");
    assert!(told(&["rules"]).contains("Switched off or muted: grep-recursive."));
    assert!(one_line(told(&["unmute", RULE])).contains(&format!("It is {why}")));
    assert!(told(&["unmute", "all"]).contains("`toolcoach mute` lists them"));
    assert!(one_line(told(&["--stats"])).contains(&format!("learned grep-recursive: {why}")));
    let metrics = told(&["--stats", "--format", "prometheus"]);
    assert!(metrics.contains("\ntoolcoach_learned_mutes 1\n"), "{metrics}");
    assert_eq!(decisions(&world)[RULE]["decision"], "muted");
    world.settings(&json!({ "pin": [RULE] }).to_string());
    assert_eq!(told(&["mute"]), "Nothing is muted.\n");
    assert_eq!(decisions(&world), json!({}));
}

#[test]
fn a_file_that_cannot_be_used_mutes_nothing() {
    let world = world(&[useless(RULE)]);
    look(&world);
    let path = world.state().join("learned.json");
    let good = fs::read_to_string(&path).unwrap();
    let mut stale: Value = serde_json::from_str(&good).unwrap();
    stale["t"] = json!(1);
    let old = format!(
        r#"{{"v":1,"t":{},"muted":{{"{RULE}":{{"chances":43,"followed":2,"upper":0.11}}}}}}"#,
        now_ms()
    );
    let texts = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "\u{0}\u{1}".to_owned(),
        good.replace("\"v\":1", "\"v\":2"),
        good.replace("\"look\":160", "\"look\":\"many\""),
        good.replace("\"muted\"", "\"silent\""),
        format!("{good}{}", " ".repeat(300_000)),
        stale.to_string(),
        old.clone(),
    ];
    let share = |session: &str| {
        grep(&world, session, SHARE).answer();
        noted_share(&world, session)
    };
    for (n, text) in texts.iter().enumerate() {
        fs::write(&path, text).unwrap();
        assert_eq!(share(&format!("new{n}")), json!(0.2), "{text:.60}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(share("without"), json!(0.2));
    fs::create_dir(&path).unwrap();
    assert_eq!(share("folder"), json!(0.2));
    assert!(world.run(&["--stats"], b"").status.success());
    fs::remove_dir(&path).unwrap();
    #[cfg(unix)]
    {
        fs::write(world.root().join("elsewhere"), &good).unwrap();
        std::os::unix::fs::symlink(world.root().join("elsewhere"), &path).unwrap();
        assert_eq!(share("link"), json!(0.2), "a link is not followed");
        fs::remove_file(&path).unwrap();
    }
    assert!(world.lines("errors.jsonl").is_empty());
    fs::write(&path, old).unwrap();
    assert_eq!(decision(&world, RULE), "muted", "the next look replaces it");
    assert_eq!(learned(&world).get("muted"), None);
    assert_eq!(share("mended"), json!(0.95));
}

#[test]
fn a_part_of_the_store_decides_nothing() {
    let world = world(&[useless(RULE)]);
    for args in [&["--client", "codex"][..], &["--session", "s"]] {
        assert!(world.run(&[&["--stats"], args].concat(), b"").status.success());
        assert_eq!(learned(&world), Value::Null, "{args:?}");
    }
    // A window of time narrows what is shown, not what is learned.
    assert!(world.run(&["--stats", "--since", "1h"], b"").status.success());
    assert_eq!(learned(&world)["decided"][RULE]["decision"], "muted");
}

#[test]
fn a_call_that_says_nothing_does_not_read_what_was_learned() {
    let world = world(&[useless(RULE)]);
    look(&world);
    let path = world.state().join("learned.json");
    let accessed = || fs::metadata(&path).unwrap().accessed().unwrap();
    // Long ago, so that any reading shows.
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(300_000);
    let forget = || {
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_times(fs::FileTimes::new().set_accessed(past)).unwrap();
        accessed()
    };
    // The upkeep reads it, once a day.
    world.bash("ls").session("upkeep").is_silent();
    let before = forget();
    for command in ["ls", "git status", "cargo build", "rg foo ."] {
        let call = world.bash(command).session("silent");
        call.env("TOOLCOACH_HOLDOUT", SHARE).is_silent();
    }
    let remove = world.bash("rm -rf $X/y").session("critical");
    remove.env("TOOLCOACH_HOLDOUT", SHARE).says("rm-rf-dangerous");
    assert_eq!(accessed(), before);
    grep(&world, "about to speak", SHARE).answer();
    if accessed() == before {
        eprintln!("skipped: this file system does not note who reads");
    }
}

#[test]
fn ledgers_count_once_and_open_units_not_yet() {
    let world = world(&[]);
    for n in 0..4 {
        let session = format!("s{n}");
        grep(&world, &session, "1").is_silent();
        if n > 0 {
            let again = world.bash(GREP).session(&session).id("2");
            again.env("TOOLCOACH_HOLDOUT", "1").is_silent();
        }
    }
    let units = |late: bool| {
        let rollup = Rollup::read(&world.state());
        let evidence = learning::gather(&world.state(), &rollup, now_ms(), || late);
        let sum = |strata: &toolcoach::store::effect::Strata| {
            let arms = strata.counts().map(|counts| (counts.held_out.units, counts.held_out.again));
            arms.fold((0, 0), |sum, arm| (sum.0 + arm.0, sum.1 + arm.1))
        };
        (sum(evidence.all()), sum(evidence.in_sight()))
    };
    assert_eq!(units(false), ((4, 3), (3, 3)));
    let folded = |name: &str| json!({ "v": 1, "folded": name, "whole": true });
    let ledger = Ledger::new(&world.state(), "s1", None);
    let days = day(1, RULE, 1_000_000, [0, 0], [1, 5]);
    history(&world, &[days, folded(ledger.stem()), json!("torn")]);
    assert_eq!(units(false), ((8, 3), (7, 3)));
    // Where time is short the days are enough, and nothing is read beside them.
    assert_eq!(units(true), ((5, 1), (5, 1)));
}
