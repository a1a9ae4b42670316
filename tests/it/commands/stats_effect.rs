//! Habits, effect and cost in `toolcoach stats`.

use std::fs;

use serde_json::{Value, json};

use crate::commands::stats::{report, stats};
use crate::harness::World;
use crate::store::totals::{days_ago, keep_up, ledger};

/// Writes days of units into the roll-up: of each share a day, each arm of so many units, so many of
/// which did it again.
pub fn with_units(world: &World, rule: &str, told: (u64, u64), held_out: (u64, u64)) {
    let arm = |(units, again): (u64, u64), spent: u64, tokens: u64, ms: u64| {
        let moments = |each: u64| json!({ "n": units, "sum": units * each, "squares": units * (each * each + 900) });
        json!({ "units": units, "again": again, "followed": units - again, "open": 2, "cost": {
            "spent": moments(spent), "tokens": moments(tokens), "total": moments(spent + tokens), "ms": moments(ms) } })
    };
    let path = world.state().join("history.jsonl");
    let mut history = fs::read_to_string(&path).unwrap_or_default();
    for (day, share) in [("2026-11-02", "200000"), ("2026-11-03", "500000")] {
        let line = json!({ "v": 1, "day": day, "client": "claude", "rule": rule, "hits": 500, "hit_sessions": 120,
            "hit_bytes": 4_000_000, "hit_ms": 360_000, "effect": { share: {
                "told": arm(told, 40, 900, 5000), "held_out": arm(held_out, 0, 700, 9000) } } });
        history += &format!("{line}\n");
    }
    fs::create_dir_all(world.state()).unwrap();
    fs::write(path, history).unwrap();
}

#[test]
fn the_effect_and_its_cost_are_in_every_form() {
    let world = World::new();
    with_units(&world, "masked-exit-pipe", (200, 60), (100, 70));
    with_units(&world, "cat-view-file", (30, 15), (4, 2));
    let report = report(&world, &[]);
    let pooled = &report["effect"];
    assert_eq!((&pooled["from"], &pooled["to"]), (&json!("2026-11-02"), &json!("2026-11-03")));
    assert_eq!((&pooled["shares"], &pooled["judged"]), (&json!([0.2, 0.5]), &json!(1)));
    assert_eq!((&pooled["told"]["units"], &pooled["held_out"]["open"]), (&json!(460), &json!(8)));
    assert!(pooled["cost"]["net_tokens"]["high"].as_f64().unwrap() < 0.0, "{pooled}");
    let [masked, cat] = report["effects"].as_array().unwrap().as_slice() else {
        panic!("{report}")
    };
    assert_eq!(
        (&masked["rule"], &masked["verdict"]),
        (&json!("masked-exit-pipe"), &json!("helps"))
    );
    // 40 tokens of lines, 200 more of results, and 4 s less: a loss of tokens.
    let cost = &masked["cost"];
    assert_eq!(
        (&cost["spent_tokens"], &cost["spent_tokens_mean"]),
        (&json!(16_000.0), &json!(40.0))
    );
    assert_eq!(cost["gained_tokens"]["mean"], -200.0);
    assert_eq!(cost["net_tokens"]["mean"], -240.0);
    assert_eq!(cost["gained_ms"]["mean"], 4000.0);
    // Variances of 900 x n / (n - 1) in each arm of both strata: 2.4 standard errors of 2.604.
    let margin = -200.0 - cost["gained_tokens"]["low"].as_f64().unwrap();
    assert!((margin - 6.3).abs() < 0.11, "{cost}");
    assert_eq!(cat["cost"]["net_tokens"], Value::Null, "few units");
    assert_eq!(report["rules"]["masked-exit-pipe"]["sessions"], 240);
    assert_eq!(report["rules"]["masked-exit-pipe"]["bytes"], 8_000_000);

    let page = stats(&world, &[]);
    let unwrapped = page.replace("\n  ", " ");
    for part in [
        "masked-exit-pipe  1,000       240  8,000 kB  12 min",
        "Each line is withheld at random in 20 % to 50 % of sessions.",
        "Done again: 33 % of 460 told, 69 % of 208 not told; difference -38 points (-47 to -28): helps.",
        "masked-exit-pipe  30 % of 400  70 % of 200  -40 (-50 to -30)      helps\n",
        "spent       18,400 tokens for 460 told sessions, 40 each\n",
        "net         -240 (-246 to -234) tokens a session, after the cost of the lines\n",
        "time        +4.0 s (+4.0 to +4.0) a session\n",
        "\"pin\": [\"masked-exit-pipe\"]\n",
    ] {
        assert!(page.contains(part) || unwrapped.contains(part), "{part} in {page}");
    }
    assert!(!page.to_lowercase().contains("saved"), "{page}");
    let metrics = stats(&world, &["--format", "prometheus"]);
    for line in [
        "toolcoach_effect_units_total{rule=\"masked-exit-pipe\",arm=\"told\"} 400\n",
        "toolcoach_effect_again_total{rule=\"masked-exit-pipe\",arm=\"held_out\"} 140\n",
        "toolcoach_effect_open_units{rule=\"cat-view-file\",arm=\"held_out\"} 4\n",
        "toolcoach_effect_spent_tokens_total{rule=\"cat-view-file\"} 2400\n",
        "toolcoach_effect_again_difference_ratio{rule=\"masked-exit-pipe\"} -0.4\n",
        "toolcoach_effect_net_tokens{rule=\"masked-exit-pipe\"} -240\n",
        "toolcoach_effect_gained_seconds_low{rule=\"all\"} ",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    assert!(!metrics.contains("net_tokens{rule=\"cat-view-file\""), "{metrics}");
}

#[test]
fn a_rule_without_a_control_has_no_difference() {
    let world = World::new();
    with_units(&world, "masked-exit-pipe", (200, 60), (0, 0));
    let effect = &report(&world, &[])["effects"][0];
    assert_eq!(
        (&effect["again_difference"], &effect["verdict"]),
        (&Value::Null, &json!("too-few"))
    );
    let page = stats(&world, &[]);
    assert!(page.contains("nothing to compare yet") && page.contains("not enough yet"), "{page}");
    assert!(!page.contains("What to do\n  masked-exit-pipe:"), "{page}");
}

#[test]
fn habits_are_counted_by_ledger_and_stay_when_they_are_folded() {
    let world = World::new();
    for n in 0..3 {
        ledger(&world.state(), &format!("{n:016x}"), 40, days_ago(20 + n));
    }
    let before = report(&world, &[]);
    let rule = &before["rules"]["grep-recursive"];
    // Of 40 calls the first, 11th, 14th, 21st, and 31st show the bad form.
    assert_eq!((&rule["hits"], &rule["sessions"]), (&json!(15), &json!(3)));
    assert_eq!(rule["bytes"], 3 * 7 * (10 + 13 + 20 + 30));
    assert_eq!(rule["ms"], 3 * (5 * 49 + 10 + 13 + 20 + 30));
    keep_up(&world.state());
    let after = report(&world, &[]);
    assert!(world.lines("calls.jsonl").is_empty(), "all is folded");
    assert_eq!(after["rules"], before["rules"]);
    // Version 0.1 noted neither bytes nor ledgers of the bad form.
    let path = world.state().join("history.jsonl");
    let old =
        r#"{"v":1,"day":"2026-01-02","client":"claude","rule":"x","sessions":4,"hits":2,"good":9}"#;
    fs::write(&path, fs::read_to_string(&path).unwrap() + old + "\n").unwrap();
    assert_eq!(report(&world, &[])["rules"]["x"]["sessions"], 2);
}
