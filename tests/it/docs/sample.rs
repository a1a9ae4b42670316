//! A store as months of use leave it: the same each time, but for the dates, which end yesterday.

use std::fs;

use serde_json::{Map, Value, json};
use toolcoach::base::calendar::Utc;
use toolcoach::store::ledger::now_ms;

use crate::harness::World;

const DAY_MS: u64 = 86_400_000;

/// A rule's name, findings a week, bytes and ms of each such call, and in percent: lines for each
/// finding, and units that did it again of those told and of those not told.
type Habit = (&'static str, u64, u64, u64, [u64; 3]);

const HABITS: [Habit; 12] = [
    ("masked-exit-pipe", 61, 1480, 9300, [27, 30, 66]),
    ("cat-view-file", 48, 5730, 40, [9, 92, 90]),
    ("read-large-whole", 33, 41_000, 0, [63, 34, 31]),
    ("bash-output-large", 12, 44_300, 2100, [45, 46, 71]),
    ("grep-recursive", 9, 17_850, 310, [37, 20, 33]),
    ("rerun-tests-no-change", 7, 1900, 48_000, [65, 9, 14]),
    ("mass-read-main", 5, 13_200, 0, [14, 50, 75]),
    ("reread-same-range", 4, 700, 20, [50, 40, 45]),
    ("git-add-all", 3, 580, 90, [38, 10, 30]),
    ("find-grep-pipeline", 2, 444, 800, [57, 29, 50]),
    ("team-use-pnpm", 2, 200, 3000, [100, 0, 0]),
    ("git-push-force", 1, 120, 1500, [100, 0, 0]),
];

/// A world whose store has this many days of use.
pub fn used_for(days: u64) -> World {
    let world = World::new();
    fs::create_dir_all(world.state()).unwrap();
    let today = now_ms() / DAY_MS;
    let date = |ago: u64| Utc((today - ago) * DAY_MS).date();
    // What is compared is compared within periods that begin on fixed days. So that it is the same on
    // each day that the tests run, all of it is of one day.
    let compared = date(days.div_ceil(2));
    let lines: String =
        (1..=days).rev().map(|ago| day(&date(ago), &compared, days - ago)).collect();
    fs::write(world.state().join("history.jsonl"), lines).unwrap();
    world
}

/// The lines of the `nth` day, with what is compared as of the day `compared`. Each seventh day is quiet, and the calls become more.
fn day(date: &str, compared: &str, nth: u64) -> String {
    let weight = if nth % 7 == 5 { 0 } else { 60 + nth * 37 % 50 + nth / 3 };
    if weight == 0 {
        return String::new();
    }
    let calls = weight * 9;
    let mut buckets = vec![0; 20];
    for (at, share) in [(3, 20), (4, 40), (5, 20), (9, 12), (12, 5), (17, 3)] {
        buckets[at] = calls * share / 100;
    }
    buckets[4] += calls - buckets.iter().sum::<u64>();
    let answered = weight / 9;
    let mut lines = format!(
        "{}\n",
        json!({ "v": 1, "day": date, "client": "claude", "sessions": 2 + nth % 3, "calls": calls, "answered": answered,
            "via": { "deep": calls / 40, "fast": calls / 3, "none": calls - calls / 3 - calls / 40 },
            "answered_via": { "fast": answered * 4 / 5 }, "us": { "sum": calls * 260, "max": 14_200, "buckets": buckets },
            "bytes": calls * 2100 })
    );
    for (at, (rule, weekly, bytes, ms, [told, again, again_untold])) in HABITS.iter().enumerate() {
        // Whole numbers that add up to about the weekly number.
        let hits = (weekly * weight / 80 + (nth + at as u64) % 7) / 7;
        if hits == 0 {
            continue;
        }
        let said = (hits * told).div_ceil(100);
        let dithered = |percent: u64| (said * percent + nth * 37 % 100) / 100;
        let followed = dithered(45);
        let repeated = dithered(35).min(said - followed);
        let line = json!({ "v": 1, "day": date, "client": "claude", "rule": rule, "sessions": 1 + hits / 6, "said": said,
            "followed": followed, "repeated": repeated, "open": said - followed - repeated, "chars": said * 146,
            "hits": hits, "hit_sessions": 1 + hits / 6, "hit_bytes": hits * bytes, "hit_ms": hits * ms, "spoke": said,
            "good": hits / 3, "held": held(hits - said) });
        lines += &format!("{line}\n");
        if *rule != "team-use-pnpm" && *rule != "git-push-force" {
            let arm = |units: u64, again: u64, spent: u64, tokens: u64| {
                let moments = |each: u64| json!({ "n": units, "sum": units * each, "squares": units * (each * each + 40_000) });
                json!({ "units": units, "again": units * again / 100, "followed": units / 4, "open": u64::from(nth.is_multiple_of(9) && units > 0),
                    "cost": { "spent": moments(spent), "tokens": moments(tokens), "total": moments(spent + tokens), "ms": moments(*ms) } })
            };
            let untold = u64::from((nth + at as u64).is_multiple_of(3)) * (1 + hits / 3);
            let line = json!({ "v": 1, "day": compared, "client": "claude", "rule": rule, "effect": { "200000": {
                "told": arm(1 + hits / 2, *again, 40, bytes / 9), "held_out": arm(untold, *again_untold, 0, bytes / 6) } } });
            lines += &format!("{line}\n");
        }
    }
    lines
}

fn held(times: u64) -> Value {
    let parts = [("repeat", times * 7 / 10), ("holdout", times * 2 / 10), ("gap", times / 10)];
    let parts = parts.into_iter().filter(|(_, n)| *n > 0);
    Value::Object(parts.map(|(why, n)| (why.to_owned(), json!(n))).collect::<Map<_, _>>())
}
