//! The published format of the ledger: its schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;

use serde_json::{Value, json};
use toolcoach::engine::judge::Held;
use toolcoach::store::effect::Counts;
use toolcoach::store::history::{Arm, CallLine, WarningLine};
use toolcoach::store::ledger_file::LedgerLines;
use toolcoach::store::rollup::{BOUNDS_US, Day, Folded, Micros};
use toolcoach::upkeep::GRACE_MS;

use crate::docs::json_schema::holds;
use crate::harness::World;
use crate::store::totals::{days_ago, ledger, run, terms};

const PAGE: &str = include_str!("../../../docs/ledger.md");

fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        serde_json::from_str(include_str!("../../../docs/ledger.schema.json")).unwrap()
    })
}

/// The kinds of line that a file may hold.
fn kinds(file: &str) -> &'static [&'static str] {
    match file {
        _ if file.ends_with(LedgerLines::Calls.ending()) => &["call"],
        _ if file.ends_with(LedgerLines::Warnings.ending()) => {
            &["warning", "drawn", "lesson", "reset"]
        }
        "history.jsonl" => &["totals_day", "rule_day", "folded"],
        _ if file.starts_with("errors.") => &["error"],
        _ => panic!("a new file: {file}"),
    }
}

/// Every line of every file holds under the schema; counts how many there are of each kind.
#[track_caller]
pub fn check(world: &World, seen: &mut BTreeMap<&'static str, u64>) {
    let root = schema();
    for (name, text) in world.stored() {
        let Some(file) =
            name.strip_prefix("sessions/").or(Some(&name)).filter(|name| name.ends_with(".jsonl"))
        else {
            continue;
        };
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let fits: Vec<_> = kinds(file)
                .iter()
                .filter(|kind| holds(&root["$defs"][**kind], root, &line))
                .collect();
            assert_eq!(fits.len(), 1, "{file}: {line} is {fits:?}");
            assert!(holds(root, root, &line), "{line} is of two kinds");
            *seen.entry(fits[0]).or_default() += 1;
        }
    }
}

#[test]
fn every_kind_of_line_holds_under_the_schema() {
    let mut seen = BTreeMap::new();
    let world = World::new();
    for input in
        ["", "{", r#"{"hook_event_name":"SessionStart","source":"compact","session_id":"s"}"#]
    {
        world.hook(input.as_bytes());
    }
    world.bash("git push -f origin main").session("s").id("t").says("git-push-force");
    for n in 0..3 {
        ledger(&world.state(), &format!("{n:016x}"), 40, days_ago(20 + n));
    }
    run(&world.state(), &terms(0));
    run(&world.state(), &terms(GRACE_MS));
    let mark = Folded { v: 1, folded: format!("{:016x}.12", 1), whole: true, ..Folded::default() };
    let history = world.state().join("history.jsonl");
    let text = fs::read_to_string(&history).unwrap() + &serde_json::to_string(&mark).unwrap();
    fs::write(history, text).unwrap();
    check(&world, &mut seen);
    assert_eq!(seen.len(), 7, "{seen:?}");
}

/// The fields of a value in which none is empty.
fn keys<T: serde::Serialize>(value: &T) -> BTreeSet<String> {
    serde_json::to_value(value).unwrap().as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_field_is_in_the_schema_and_on_the_page() {
    let root = schema();
    let published = |kind: &str| -> BTreeSet<String> {
        root["$defs"][kind]["properties"].as_object().unwrap().keys().cloned().collect()
    };
    fn x<T: From<&'static str>>() -> T {
        T::from("x")
    }
    let call = CallLine {
        v: 1,
        t: 1,
        call: x(),
        tool: x(),
        keyed: true,
        ok: true,
        key: x(),
        sel: x(),
        reads: true,
        ran: true,
        lang: x(),
        file: x(),
        range: Some((1, 1)),
        err: x(),
        task: x(),
        cwd: x(),
        size: 1,
        dur: Some(1),
        us: 1,
        via: x(),
        hit: vec![x()],
        good: vec![x()],
        say: vec![x()],
        held: vec![(x(), x())],
        client: x(),
        project: x(),
    };
    // This one is put at the line's end where the user wants it.
    let kept: BTreeSet<String> =
        keys(&call).into_iter().chain(["tool_use_id".to_owned()]).collect();
    assert_eq!(kept, published("call"));
    let warning = WarningLine {
        v: 1,
        t: 1,
        keyed: true,
        call: x(),
        rule: x(),
        key: x(),
        sev: x(),
        chars: 1,
        arm: Some(Arm::Told),
        share: Some(0.2),
        unit: true,
        session: x(),
        drawn: x(),
        lesson: x(),
        lesson_arm: Some(Arm::Told),
        reset: x(),
    };
    let kinds = ["warning", "drawn", "lesson", "reset"].map(published);
    assert_eq!(keys(&warning), kinds.into_iter().flatten().collect());
    let counts = BTreeMap::from([("x".to_owned(), 1)]);
    let mut us = Micros::default();
    us.note(u64::MAX);
    let day = Day {
        v: 1,
        day: x(),
        client: x(),
        rule: x(),
        sessions: 1,
        said: 1,
        followed: 1,
        repeated: 1,
        open: 1,
        chars: 1,
        hits: 1,
        hit_sessions: 1,
        hit_bytes: 1,
        hit_ms: 1,
        spoke: 1,
        good: 1,
        held: counts.clone(),
        effect: BTreeMap::from([(200_000, Counts::default())]),
        lesson_effect: BTreeMap::from([(Arm::Told, BTreeMap::new())]),
        lessons: BTreeMap::from([(500_000, Counts::default())]),
        calls: 1,
        answered: 1,
        via: counts.clone(),
        answered_via: counts,
        us: us.clone(),
        bytes: 1,
        last: 1,
        skipped: 1,
    };
    assert_eq!(keys(&day), &published("rule_day") | &published("totals_day"));
    let folded = Folded { v: 1, folded: x(), whole: true, calls: 1, warnings: 1 };
    assert_eq!(keys(&folded), published("folded"));
    for kind in ["call", "warning", "lesson", "reset", "totals_day", "rule_day", "folded"] {
        for key in published(kind) {
            assert!(
                PAGE.contains(&format!("`{key}`")) || PAGE.contains(&format!("\"{key}\"")),
                "{key} of {kind}"
            );
        }
    }
    assert_eq!(
        root["$defs"]["totals_day"]["properties"]["us"]["properties"]["buckets"]["maxItems"],
        us.buckets.len()
    );
    let bounds: Vec<String> = BOUNDS_US.iter().map(u64::to_string).collect();
    let (last, before) = bounds.split_last().unwrap();
    assert!(PAGE.contains(&format!("{} and {last} us", before.join(", "))));
    let reasons = root["$defs"]["held"]["enum"].as_array().unwrap();
    for held in Held::ALL {
        assert!(reasons.contains(&json!(held.as_str())), "{held:?}");
    }
}
