//! Metrics for OpenTelemetry, as its own classes read them.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{World, feed, have};

/// Two days of calls, one of them today; lines that were said, and units of both arms.
fn used() -> World {
    let world = World::new();
    world.bash("grep -rn foo .").session("a").says("grep-recursive");
    world.bash("rg -n foo").session("a").is_silent();
    let day = r#"{"v":1,"day":"2026-11-22","client":"codex","sessions":1,"calls":812,"answered":14,"via":{"none":812},"us":{"sum":251004,"max":2904,"buckets":[0,0,3,90,400,200,119]},"bytes":9,"last":1795391999000}
{"v":1,"day":"2026-11-22","client":"codex","rule":"git-add-all","sessions":3,"said":4,"followed":1,"repeated":2,"open":1,"chars":520,"hits":9,"hit_sessions":3,"hit_bytes":88120,"hit_ms":4210,"spoke":4,"good":1,"effect":{"200000":{"told":{"units":30,"again":10,"cost":{"spent":{"n":30,"sum":90.5,"squares":300.25}}},"held_out":{"units":20,"again":11}}}}
"#;
    std::fs::write(world.state().join("history.jsonl"), day).unwrap();
    world
}

fn export(world: &World, attributes: &str) -> (i32, String, String) {
    let mut command = world.command(&["stats", "--format", "otlp"]);
    command.env("OTEL_RESOURCE_ATTRIBUTES", attributes);
    let output = feed(&mut command, b"");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Every data point, by metric and attributes: its value, and what else was printed.
fn points(otlp: &str) -> BTreeMap<(String, String), (String, Vec<String>)> {
    let output = feed(&mut Command::new("otlp"), otlp.as_bytes());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut points = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with("resource|")) {
        let fields: Vec<String> = line.split('|').map(str::to_owned).collect();
        let [name, unit, kind, temporality, labels, start, end, value] = &*fields else {
            panic!("{line}")
        };
        let key = if name.starts_with("toolcoach.day.") { start } else { labels };
        let rest = [unit, kind, temporality, start, end].map(Clone::clone).to_vec();
        assert!(points.insert((name.clone(), key.clone()), (value.clone(), rest)).is_none());
    }
    points
}

#[test]
fn an_export_is_one_line_and_parses_with_the_projects_own_classes() {
    let world = used();
    let (code, text, error) = export(&world, "host.name=m1,team=a%2Cb");
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(text.lines().count(), 1, "a collector reads a request a line");
    let json: Value = serde_json::from_str(&text).unwrap();
    let resource = &json["resourceMetrics"][0]["resource"]["attributes"];
    let attribute =
        |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
    assert_eq!(resource[0], attribute("service.name", "toolcoach"));
    assert_eq!(resource[2], attribute("host.name", "m1"));
    assert_eq!(resource[3], attribute("team", "a,b"));
    if !have("otlp") {
        return;
    }
    let points = points(&text);
    let (_, stats, _) = world.told(&["stats", "--format", "json"]);
    let stats: Value = serde_json::from_str(&stats).unwrap();
    let at = |name: &str, labels: &str| &points[&(name.to_owned(), labels.to_owned())];

    // Days, each with its own start and end.
    for day in stats["days"].as_array().unwrap() {
        let found = points.iter().find(|((name, _), (value, _))| {
            name == "toolcoach.day.calls" && value.parse().ok() == day["calls"].as_u64()
        });
        let (_, rest) = &found.unwrap().1;
        assert_eq!(rest[1..3], ["sum", "1"], "what happened on that day");
    }
    let (calls, rest) = at("toolcoach.day.calls", "1795305600000000000");
    assert_eq!((calls.as_str(), rest[4].as_str()), ("812", "1795392000000000000"));
    assert_eq!(at("toolcoach.day.advice", "1795305600000000000").0, "4");

    // Effects, as the other formats have them.
    let effect = &stats["effects"].as_array().unwrap()[0];
    assert_eq!(effect["rule"], "git-add-all");
    for arm in ["told", "held_out"] {
        let labels = format!("rule=git-add-all,arm={arm}");
        let (value, rest) = at("toolcoach.effect_units", &labels);
        assert_eq!(*value, effect[arm]["units"].to_string());
        assert_eq!(rest[1..3], ["sum", "2"], "since the first call");
        assert_eq!(rest[3], stats["first_call_ms"].to_string() + "000000");
    }
    let difference = &at("toolcoach.effect_again_difference_ratio", "rule=git-add-all").0;
    assert_eq!(difference.parse::<f64>().ok(), effect["again_difference"].as_f64());

    // And every sample that Prometheus gets.
    let (_, prometheus, _) = world.told(&["stats", "--format", "prometheus"]);
    let samples = prometheus.lines().filter(|line| !line.starts_with('#'));
    let samples = samples.filter(|line| !line.starts_with("toolcoach_call_duration_seconds"));
    let others = points.keys().filter(|(name, _)| {
        name.starts_with("toolcoach.day.") || name == "toolcoach.call_duration"
    });
    assert_eq!(samples.count(), points.len() - others.count());
    let (times, rest) = at("toolcoach.call_duration", "");
    assert!(times.starts_with("814 ") && rest[0] == "s", "{times}");
}

#[test]
fn an_empty_store_exports_what_it_has() {
    let world = World::new();
    let (code, text, error) = export(&world, "");
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(!text.contains("toolcoach.day.calls"), "{text}");
    if have("otlp") {
        assert!(!points(&text).is_empty());
    }
}

#[test]
fn attributes_in_another_form_are_an_error_and_so_is_a_part_of_the_time() {
    let world = World::new();
    for (attributes, said) in [("team", "`team` is not key=value"), ("a=%f", "percent")] {
        let (code, text, error) = export(&world, attributes);
        assert_eq!((code, text.as_str()), (2, ""));
        assert!(error.contains("OTEL_RESOURCE_ATTRIBUTES: ") && error.contains(said), "{error}");
    }
    let (code, _, error) = world.told(&["stats", "--format", "otlp", "--since", "7d"]);
    assert_eq!(code, 2);
    assert!(error.contains("always counts everything"), "{error}");
}
