//! The hold-out: in a share of sessions, drawn by lot, the agent is not told a rule's lines.

use serde_json::{Value, json};
use toolcoach::store::ledger::Ledger;

use crate::commands::stats::report;
use crate::harness::{Call, World, wait_until};

const GREP: &str = "grep -rn foo .";
const PUSH: &str = "git push -f origin main";

/// A share of sessions that none is in, but for which lots are drawn.
const NONE: &str = "0.0000000001";

fn grep<'w>(world: &'w World, session: &str, id: &str, share: &str) -> Call<'w> {
    world.bash(GREP).session(session).id(id).env("TOOLCOACH_HOLDOUT", share)
}

fn units(world: &World) -> Vec<Value> {
    let lines = world.lines("warnings.jsonl").into_iter();
    lines.filter(|line| line["unit"] == true).collect()
}

#[test]
fn both_arms_log_alike() {
    let logged = |share: &str| {
        let world = World::new();
        let commands = [GREP, "npm test | tail -5", GREP, "cat a.txt | grep b", "ls", GREP, PUSH];
        for (n, command) in commands.into_iter().enumerate() {
            let call = world.bash(command).session("s").id(&n.to_string());
            let answer = call.env("TOOLCOACH_HOLDOUT", share).answer();
            assert!(share == NONE || answer.is_none() || command == PUSH, "{command}: {answer:?}");
        }
        let fields = |line: &Value| ["hit", "good", "via"].map(|field| line[field].clone());
        let held = |line: &Value| {
            let held = line["held"].as_object().cloned().unwrap_or_default();
            let held = held.into_iter().filter(|(_, why)| *why != "holdout");
            held.collect::<Vec<_>>()
        };
        let calls: Vec<_> =
            world.lines("calls.jsonl").iter().map(|line| (fields(line), held(line))).collect();
        let said: Vec<Value> =
            world.lines("warnings.jsonl").into_iter().map(|line| line["rule"].clone()).collect();
        (calls, said)
    };
    assert_eq!(logged(NONE), logged("1"));
}

#[test]
fn a_held_out_line_is_silence_and_noted() {
    let world = World::new();
    grep(&world, "s", "a", "1").is_silent();
    let call = &world.lines("calls.jsonl")[0];
    assert_eq!(call["held"], json!({ "grep-recursive": "holdout" }));
    assert!(call.get("say").is_none());
    let line = &world.lines("warnings.jsonl")[0];
    assert_eq!(
        (&line["arm"], &line["share"], &line["unit"]),
        (&json!("held_out"), &json!(1.0), &json!(true))
    );
    let report = report(&world, &[]);
    assert_eq!((&report["advice"], &report["answered"]), (&json!(0), &json!(0)));
    assert_eq!(report["effects"][0]["held_out"]["units"], 1);
}

#[test]
fn what_is_critical_is_never_held_out() {
    let world = World::new();
    let call = |command: &str, id: &str| {
        world.bash(command).session("s").id(id).env("TOOLCOACH_HOLDOUT", "1")
    };
    let answer = call("git clean -fdx; git reset --hard; grep -rn foo .", "a").explain();
    let severities: Vec<&Value> =
        answer["advice"].as_array().unwrap().iter().map(|line| &line["severity"]).collect();
    assert!(severities.contains(&&json!("critical")), "{answer}");
    let heard = call("git clean -fdx; git reset --hard; grep -rn foo .", "b").answer().unwrap();
    assert_eq!(heard.lines().count(), 1, "only what is critical: {heard}");
    assert!(
        world
            .lines("warnings.jsonl")
            .iter()
            .all(|line| { (line["sev"] == "critical") == line.get("arm").is_none() })
    );
}

#[test]
fn an_arm_stays_for_the_session_and_its_sub_agents() {
    let world = World::new();
    grep(&world, "s", "a", "1").agent("helper").is_silent();
    // The share has changed since: the session keeps what it drew.
    grep(&world, "s", "b", NONE).is_silent();
    grep(&world, "s", "c", NONE).agent("other").is_silent();
    assert_eq!(units(&world).len(), 1, "one unit a session");
    let arms: Vec<Value> =
        world.lines("warnings.jsonl").into_iter().map(|line| line["arm"].clone()).collect();
    assert!(arms.len() >= 3 && arms.iter().all(|arm| arm == "held_out"), "{arms:?}");
    // Another session draws anew.
    grep(&world, "t", "a", NONE).says("grep-recursive");
}

#[test]
fn agents_that_draw_at_once_draw_one_arm() {
    let world = World::new();
    let (mut sessions, mut together) = (0, 0);
    wait_until("agents of twenty sessions drew at once", || {
        let session = format!("s{sessions}");
        std::thread::scope(|scope| {
            for agent in ["", "a", "b", "c"] {
                let call = grep(&world, &session, &format!("1{agent}"), "0.5").agent(agent);
                scope.spawn(move || call.answer());
            }
        });
        let stem = Ledger::new(&world.state(), &session, None).stem().to_owned();
        let lines: Vec<Value> = world
            .stored()
            .into_iter()
            .filter(|(name, _)| name.contains(&stem) && name.ends_with(".warnings.jsonl"))
            .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .map(|line| serde_json::from_str(&line).unwrap())
            .collect();
        let units = lines.iter().filter(|line| line["unit"] == true).count();
        assert!(units <= 1, "{lines:?}");
        assert!(lines.iter().all(|line| line["arm"] == lines[0]["arm"]), "{lines:?}");
        sessions += 1;
        // Of those that wait for each other's lock too long, one says nothing.
        together += usize::from(lines.iter().filter(|line| line["rule"].is_string()).count() > 1);
        together >= 20
    });
}

#[test]
fn a_reset_and_a_second_hook_make_no_second_unit() {
    let world = World::new();
    grep(&world, "s", "a", "1").is_silent();
    grep(&world, "s", "a", "1").is_silent();
    world.hook(br#"{"hook_event_name":"SessionStart","source":"compact","session_id":"s"}"#);
    grep(&world, "s", "b", "1").is_silent();
    assert_eq!(units(&world).len(), 1);
}

#[test]
fn without_a_lot_nothing_is_noted() {
    let world = World::new();
    grep(&world, "s", "a", "0").says("grep-recursive");
    world.bash(GREP).env("TOOLCOACH_HOLDOUT", "1").says("grep-recursive");
    assert!(world.lines("warnings.jsonl").iter().all(|line| line.get("arm").is_none()));
}

#[test]
fn custom_rules_are_never_held_out() {
    let world = World::new();
    world.settings(
        &json!({ "holdout": 1, "rules": [{ "id": "mine", "program": "x", "text": "y" }] })
            .to_string(),
    );
    world.bash("x").session("s").id("a").env("TOOLCOACH_HOLDOUT", "").says("mine");
    world.bash(GREP).session("s").id("b").env("TOOLCOACH_HOLDOUT", "").is_silent();
}

#[test]
fn a_ledger_cannot_be_searched_without_the_key() {
    let world = World::new();
    world.bash("ls").session("s").id("a").is_silent();
    let stored = world.stored().into_values().collect::<String>();
    let old = World::new();
    std::fs::create_dir_all(old.state()).unwrap();
    // Without a key the hashes are those of version 0.1.
    let ledger = Ledger::new(&old.state(), "s", None);
    assert!(!stored.contains(&ledger.hash("call", "a")));
    let keyed = Ledger::new(&world.state(), "s", None);
    assert!(stored.contains(&keyed.hash("call", "a")));
}

#[test]
fn lines_of_version_0_1_are_matched_for_a_week() {
    let world = World::new();
    // Its ledger of this session: the same call was answered.
    let old = Ledger::new(&world.state(), "s", None);
    std::fs::create_dir_all(world.state().join("sessions")).unwrap();
    let line = json!({
        "v": 1, "t": 1, "call": old.hash("call", "a"), "rule": "grep-recursive", "key": "x",
        "sev": "hint", "chars": 9,
    });
    let path = world.state().join(format!("sessions/{}.warnings.jsonl", old.stem()));
    std::fs::write(path, format!("{line}\n")).unwrap();
    world.bash(GREP).session("s").id("a").is_silent();
    assert_eq!(world.lines("calls.jsonl")[0]["held"]["grep-recursive"], "doubled");
}

/// The arm that the main agent drew counts for its sub-agents, whatever the share is now.
#[test]
fn explain_knows_what_the_session_drew() {
    let world = World::new();
    grep(&world, "s", "a", "1").is_silent();
    let of = |call: Call| call.explain()["advice"][0]["held"].clone();
    assert_eq!(of(grep(&world, "s", "b", NONE).agent("sub")), "holdout");
    assert_eq!(of(grep(&world, "t", "b", NONE).agent("sub")), Value::Null);
}
