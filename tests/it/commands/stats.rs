//! `toolcoach stats`: its figures, compared with what was counted from outside.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

use serde_json::{Value, json};
use toolcoach::store::ledger::{Ledger, now_ms};

use crate::commands::stats_effect::with_units;
use crate::docs::json_schema::holds;
use crate::harness::World;

pub fn stats(world: &World, args: &[&str]) -> String {
    let output = world.run(&[&["stats"], args].concat(), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub fn report(world: &World, args: &[&str]) -> Value {
    serde_json::from_str(&stats(world, &[&["--format", "json"], args].concat())).unwrap()
}

/// Two sessions, one of them Codex's: five calls, two of them answered; and an input that is none.
pub fn used() -> World {
    let world = World::new();
    world.bash("ls").session("a").is_silent();
    world.bash("grep -rn foo .").session("a").says("grep-recursive");
    world.bash("grep -rn foo .").session("a").is_silent();
    world.bash("rg foo .").session("a").is_silent();
    world
        .bash("git push -f origin main")
        .session("b")
        .field("turn_id", json!("t"))
        .says("git-push-force");
    world.hook(b"");
    world
}

#[test]
fn an_empty_store_says_so() {
    let page = stats(&World::new(), &[]);
    assert!(page.starts_with("No call has ever been seen. Is the hook registered?"), "{page}");
    assert_eq!(report(&World::new(), &[])["calls"], 0);
}

/// What was counted while calls were made.
#[derive(Default)]
struct Outside {
    calls: u64,
    answered: u64,
    chars: u64,
    said: BTreeMap<String, u64>,
    clients: BTreeMap<String, u64>,
}

#[test]
fn the_figures_are_those_counted_from_outside() {
    let commands = [
        "ls",
        "grep -rn foo .",
        "rg foo .",
        "cargo test 2>&1 | tail -3",
        "git status",
        "git push -f origin main",
        "grep -rn bar .",
        "rm -rf $DIR/x; npm test | tail -1",
        "find . -name '*.rs'",
        "git add -A",
    ];
    let world = World::new();
    let mut outside = Outside::default();
    let sessions =
        [("a", None, false), ("a", Some("sub"), false), ("b", None, true), ("c", None, false)];
    for round in 0..12 {
        for (at, (session, agent, is_codex)) in sessions.into_iter().enumerate() {
            let command = commands[(round * 7 + at * 3) % commands.len()];
            let mut call =
                world.bash(command).session(session).id(&format!("{session}{agent:?}{round}"));
            if let Some(agent) = agent {
                call = call.agent(agent);
            }
            if is_codex {
                call = call.field("turn_id", json!("t"));
            }
            let answer = call.answer();
            outside.calls += 1;
            outside.answered += u64::from(answer.is_some());
            *outside
                .clients
                .entry(if is_codex { "codex" } else { "claude" }.into())
                .or_default() += 1;
            for line in answer.iter().flat_map(|answer| answer.lines()) {
                outside.chars += line.chars().count() as u64;
                let rule = line.rsplit('(').next().unwrap().trim_end_matches(')');
                *outside.said.entry(rule.into()).or_default() += 1;
            }
        }
    }
    let report = report(&world, &[]);
    assert_eq!(report["calls"], outside.calls);
    assert_eq!(report["sessions"], 3);
    assert_eq!(report["sub_agents"], 1);
    assert_eq!(report["answered"], outside.answered);
    assert_eq!(report["advice"], outside.said.values().sum::<u64>());
    assert_eq!(report["advice_chars"], outside.chars);
    assert_eq!(report["clients"], json!(outside.clients));
    let rules = report["rules"].as_object().unwrap();
    let said: BTreeMap<String, u64> = rules
        .iter()
        .map(|(id, rule)| (id.clone(), rule["said"].as_u64().unwrap()))
        .filter(|(_, said)| *said > 0)
        .collect();
    assert_eq!(said, outside.said);
    assert!(said.len() >= 4, "{said:?}");
    let sum = |key: &str| rules.values().map(|rule| rule[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum("followed") + sum("repeated") + sum("open"), outside.said.values().sum::<u64>());
    let buckets: u64 = report["histogram_us"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["calls"].as_u64().unwrap())
        .sum();
    assert_eq!(buckets, outside.calls);
    let via: u64 = report["via"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(via, outside.calls);
    assert_eq!(report["skipped_lines"], 0);
    assert_eq!(report["doubled"], 0);

    // The other forms say the same.
    let page = stats(&world, &[]);
    assert!(
        page.contains(&format!("calls       {} in 3 sessions and 1 sub-agent\n", outside.calls)),
        "{page}"
    );
    let metrics = stats(&world, &["--format", "prometheus"]);
    for (rule, said) in &outside.said {
        let line = metrics
            .lines()
            .find(|line| line.starts_with(&format!("toolcoach_advice_total{{rule=\"{rule}\"")));
        assert!(
            line.is_some_and(|line| line.ends_with(&format!("}} {said}"))),
            "{rule} {said}: {line:?}"
        );
    }
    let count = format!("toolcoach_call_duration_seconds_count {}\n", outside.calls);
    assert!(metrics.contains(&count), "{metrics}");
}

#[test]
fn what_became_of_advice_is_counted() {
    let world = used();
    let report = report(&world, &[]);
    assert_eq!(report["silent_percent"], 60.0);
    assert_eq!(report["fast_path_of_advice_percent"], 100.0);
    let chars = report["advice_chars"].as_u64().unwrap();
    let rule = &report["rules"]["grep-recursive"];
    let expected =
        [("hits", 2), ("said", 1), ("good", 1), ("followed", 0), ("repeated", 1), ("open", 0)];
    for (key, number) in expected {
        assert_eq!(rule[key], number, "{key}");
    }
    assert_eq!(rule["held"], json!({ "repeat": 1 }));
    assert!(rule["chars"].as_u64().unwrap() < chars);
    assert_eq!(
        (&report["followed"], &report["repeated"], &report["open"]),
        (&json!(0), &json!(1), &json!(1))
    );
    assert_eq!(report["errors"], json!({ "empty": 1 }));
    let time = &report["time_us"];
    let at = |name: &str| time[name].as_u64().unwrap();
    assert!(
        at("p50") <= at("p95") && at("p95") <= at("p99") && at("p99") <= at("max") && at("max") > 0,
        "{time}"
    );
    for criterion in report["criteria"].as_array().unwrap() {
        // A busy machine may miss a time.
        let expected = criterion["unit"] != "ms"
            || criterion["value"].as_f64().unwrap() < criterion["limit"].as_f64().unwrap();
        assert_eq!(criterion["met"], expected, "{criterion}");
    }
    let stored: usize = world.stored().values().map(String::len).sum();
    assert_eq!(report["storage_bytes"], stored);
}

#[test]
fn it_can_be_narrowed() {
    let world = used();
    world.bash("grep -rn foo .").session("a").agent("sub").says("grep-recursive");
    let codex = report(&world, &["--client", "codex"]);
    assert_eq!(codex["calls"], 1);
    assert_eq!(codex["advice"], 1);
    assert_eq!(codex["rules"]["grep-recursive"], Value::Null);
    assert_eq!(codex["advice_chars"], codex["rules"]["git-push-force"]["chars"]);
    assert_eq!(codex["errors"], json!({}), "whose they are is not known");
    let a = report(&world, &["--session", "a"]);
    assert_eq!((&a["calls"], &a["sessions"], &a["sub_agents"]), (&json!(5), &json!(1), &json!(1)));
    assert_eq!(a["filter"]["session"], Ledger::new(&world.state(), "a", None).stem());
    assert_eq!(report(&world, &["--session", "none"])["calls"], 0);
    assert_eq!(report(&world, &["--since", "1h"])["calls"], 6);
    // Before the window nothing counts.
    let old = "{\"v\":1,\"t\":1000,\"tool\":\"Bash\",\"ok\":true,\"size\":1,\"us\":9,\"via\":\"none\",\"client\":\"claude\"}\n";
    fs::write(world.state().join("sessions/0000000000000000.calls.jsonl"), old).unwrap();
    assert_eq!(report(&world, &[])["calls"], 7);
    assert_eq!(report(&world, &["--since", "7d"])["calls"], 6);
}

#[test]
fn warnings_of_one_client_alone_are_counted_where_two_share_a_session() {
    let world = World::new();
    let call = |id: &str, client: &str| {
        format!(
            "{{\"v\":1,\"t\":{},\"call\":\"{id}\",\"tool\":\"Bash\",\"via\":\"fast\",\"hit\":[\"x\"],\"say\":[\"x\"],\"client\":\"{client}\"}}\n",
            now_ms()
        )
    };
    let said = |id: &str, chars: u64| {
        format!(
            "{{\"v\":1,\"t\":{},\"call\":\"{id}\",\"rule\":\"x\",\"chars\":{chars}}}\n",
            now_ms()
        )
    };
    let sessions = world.state().join("sessions");
    fs::create_dir_all(&sessions).unwrap();
    fs::write(sessions.join("aa.calls.jsonl"), call("0a", "claude") + &call("0b", "codex"))
        .unwrap();
    fs::write(sessions.join("aa.warnings.jsonl"), said("0a", 100) + &said("0b", 30)).unwrap();
    assert_eq!(report(&world, &["--client", "codex"])["advice_chars"], 30);
    assert_eq!(report(&world, &[])["advice_chars"], 130);
}

#[test]
fn days_of_the_roll_up_are_added() {
    let world = used();
    let live = report(&world, &[]);
    let history = r#"{"v":1,"day":"2026-01-02","client":"claude","sessions":2,"calls":10,"answered":3,"via":{"none":6,"fast":4},"answered_via":{"fast":3},"us":{"sum":900,"max":200,"buckets":[4,0,5,0,1]},"bytes":77,"last":1767360000000}
{"v":1,"day":"2026-01-02","client":"claude","rule":"grep-recursive","sessions":2,"said":3,"spoke":3,"followed":2,"repeated":1,"chars":300,"hits":5,"good":2,"held":{"gap":2}}
{"v":1,"day":"2026-01-03","client":"codex","sessions":1,"calls":1,"via":{"none":1},"us":{"sum":60,"max":60,"buckets":[0,1]}}
{"v":2,"day":"2026-01-04"}
"#;
    fs::write(world.state().join("history.jsonl"), history).unwrap();
    let both = report(&world, &[]);
    let number = |report: &Value, pointer: &str| report.pointer(pointer).unwrap().as_u64().unwrap();
    for (pointer, more) in [
        ("/calls", 11),
        ("/sessions", 3),
        ("/answered", 3),
        ("/advice", 3),
        ("/advice_chars", 300),
        ("/followed", 2),
        ("/repeated", 1),
        ("/via/none", 7),
        ("/clients/codex", 1),
        ("/held/repeat", 0),
        ("/rules/grep-recursive/hits", 5),
        ("/rules/grep-recursive/good", 2),
        ("/skipped_lines", 1),
        ("/histogram_us/0/calls", 4),
    ] {
        assert_eq!(number(&both, pointer), number(&live, pointer) + more, "{pointer}");
    }
    assert_eq!(both["held"]["gap"], 2);
    assert_eq!(both["days"][0], json!({ "day": "2026-01-02", "calls": 10, "advice": 3 }));
    assert_eq!(number(&both, "/first_call_ms"), 1_767_312_000_000);
    assert_eq!(report(&world, &["--since", "7d"])["calls"], live["calls"]);
    assert_eq!(number(&report(&world, &["--client", "codex"]), "/calls"), 2);
    assert_eq!(report(&world, &["--session", "a"])["calls"], 4, "a day has no sessions");
}

#[test]
fn torn_and_foreign_lines_are_counted_and_harm_nothing() {
    let world = used();
    let calls = report(&world, &[])["calls"].clone();
    for (at, torn) in
        ["{\"v\":1,\"t\":17", "\0\0\0\n[]\n{\"v\":9}\n", "\u{fffd}"].into_iter().enumerate()
    {
        let path = world.state().join(format!("sessions/000000000000000{at}.calls.jsonl"));
        fs::write(path, torn).unwrap();
    }
    fs::write(world.state().join("sessions/long.warnings.jsonl"), vec![b'x'; 1 << 20]).unwrap();
    fs::create_dir(world.state().join("sessions/folder.calls.jsonl")).unwrap();
    let report = report(&world, &[]);
    assert_eq!(report["calls"], calls);
    assert_eq!(report["skipped_lines"], 6);
    assert_eq!(report["unreadable_files"], 1);
    assert!(stats(&world, &[]).contains("unreadable lines 6, unreadable ledgers 1"));
}

/// Reads until the last hook has ended, however often that is. The hooks run without time limits, so that each of
/// them counts.
#[test]
fn it_reads_while_hooks_write() {
    let world = World::new();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let world = &world;
                scope.spawn(move || {
                    for n in 0..20 {
                        let call = world.bash("grep -rn foo .").id(&format!("{writer}-{n}"));
                        call.session(if n % 2 == 0 { "shared" } else { "own" }).answer();
                    }
                })
            })
            .collect();
        let mut last = 0;
        while !writers.iter().all(|writer| writer.is_finished()) {
            let report = report(&world, &[]);
            let calls = report["calls"].as_u64().unwrap();
            assert!(calls >= last, "{calls} after {last}");
            assert_eq!(report["unreadable_files"], 0);
            last = calls;
        }
    });
    let report = report(&world, &[]);
    assert_eq!((&report["calls"], &report["skipped_lines"]), (&json!(60), &json!(0)));
}

#[test]
fn a_hook_that_is_registered_twice_is_noticed() {
    let world = World::new();
    for _ in 0..2 {
        world.bash("ls").session("s").id("same").is_silent();
    }
    world.bash("ls").session("s").id("other").is_silent();
    assert_eq!(report(&world, &[])["doubled"], 1);
    assert!(stats(&world, &[]).contains("is the hook registered twice?"));
}

#[test]
fn the_report_is_what_the_schema_says() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../docs/stats.schema.json")).unwrap();
    let world = used();
    fs::write(
        world.state().join("breakers.json"),
        r#"{"v":1,"breakers":{"router":{"failures":3,"last":"panic","opened":1}}}"#,
    )
    .unwrap();
    world.run(&["mute", "git-add-all", "--for", "1h"], b"");
    world.run(&["mute", "git-push-force"], b"");
    fs::write(
        world.state().join("learned.json"),
        format!(
            r#"{{"v":1,"t":{},"decided":{{"grep-recursive":{{"look":80,"day":20000,"decision":"muted",
                "effect":{{"mean":1.5,"deviation":4.2}},"chance":0.03}}}}}}"#,
            now_ms()
        ),
    )
    .unwrap();
    // Narrowed, it is left as it is.
    let mut narrowed = world.command(&["--stats", "--format", "json", "--client", "codex"]);
    let narrowed = narrowed.env("TOOLCOACH_HOLDOUT", "0.2").output().unwrap().stdout;
    let narrowed: Value = serde_json::from_slice(&narrowed).unwrap();
    assert_eq!(narrowed["learned"]["grep-recursive"]["look"], 80);
    with_units(&world, "masked-exit-pipe", (200, 60), (100, 70));
    with_units(&world, "cat-view-file", (3, 1), (0, 0));
    assert!(report(&world, &[])["effects"][0]["cost"]["net_tokens"]["low"].is_f64());
    for report in [
        narrowed,
        report(&World::new(), &[]),
        report(&world, &["--since", "1h", "--client", "codex"]),
        report(&world, &[]),
    ] {
        for (key, value) in report.as_object().unwrap() {
            assert!(holds(&schema["properties"][key], &schema, value), "{key}: {value}");
        }
        assert!(holds(&schema, &schema, &report));
        let mut more = report.clone();
        more["rules"]["x"] = json!({ "hits": 1 });
        assert!(!holds(&schema, &schema, &more), "the schema takes anything");
    }
    let clients: Vec<&str> =
        toolcoach::protocol::client::Client::ALL.iter().map(|client| client.name()).collect();
    let filter = &schema["properties"]["filter"]["properties"]["client"];
    assert_eq!(filter["anyOf"][0]["enum"], json!(clients));
}

#[test]
fn many_sessions_are_counted_by_many_threads() {
    let world = World::new();
    let sessions = world.state().join("sessions");
    fs::create_dir_all(&sessions).unwrap();
    for n in 0..300_u64 {
        let mut file = fs::File::create(sessions.join(format!("{n:016x}.calls.jsonl"))).unwrap();
        for at in 0..=n {
            let line = json!({ "v": 1, "t": 1_000_000 + n * 90_000_000 + at, "us": at, "via": "none", "client": "claude" });
            writeln!(file, "{line}").unwrap();
        }
    }
    let report = report(&world, &[]);
    assert_eq!(report["calls"], 300 * 301 / 2);
    assert_eq!(report["sessions"], 300);
    let days: u64 =
        report["days"].as_array().unwrap().iter().map(|day| day["calls"].as_u64().unwrap()).sum();
    assert_eq!(days, 300 * 301 / 2);
    assert_eq!(report["time_us"]["max"], 299);
}
