//! A clock that goes back and forth. Only in builds that take the time from outside:
//! `cargo test --release --features fault-injection --test it faults::clock`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Output;
use std::time::SystemTime;

use serde_json::Value;
use toolcoach::store::ledger::now_ms;

use crate::faults::process::whole;
use crate::harness::{World, answer, feed};
use crate::store::totals::DAY_MS;

const YEAR_MS: u64 = 365 * DAY_MS;

/// No file system dates a file later than this, unix ms: the year 2400.
const LAST_DATE_MS: u64 = 430 * YEAR_MS;

/// Runs it by this clock. What it writes is dated by the same, as it would be.
fn at(world: &World, now: u64, args: &[&str], input: &[u8]) -> Output {
    let before = dates(world);
    let output = feed(world.command(args).env("TOOLCOACH_FAULT_NOW", now.to_string()), input);
    for (path, date) in dates(world) {
        // The upkeep dates its own file.
        if before.get(&path) != Some(&date) && !path.ends_with("upkeep.json") {
            crate::store::totals::date(&path, now.min(LAST_DATE_MS));
        }
    }
    output
}

fn dates(world: &World) -> BTreeMap<PathBuf, SystemTime> {
    let stored = world.stored().into_keys().map(|name| world.state().join(name));
    stored.map(|path| (path.clone(), fs::metadata(path).unwrap().modified().unwrap())).collect()
}

#[test]
fn a_clock_that_goes_back_and_forth_loses_no_call_and_repeats_no_hint() {
    let world = World::new();
    let now = now_ms();
    // 1970, years ahead, an hour back, the last date of files, and now; then such as no file can be
    // dated by.
    let datable = [now, 0, now + 30 * YEAR_MS, now - 3_600_000, LAST_DATE_MS, now + DAY_MS, 1, now];
    let clocks = [&datable[..], &[u64::MAX / 1000, u64::MAX]].concat();
    let mut answers = 0;
    for (round, clock) in clocks.iter().enumerate() {
        for n in 0..3 {
            let call = world.bash("grep -rn foo .").session("lasting").id(&format!("{round} {n}"));
            let said = answer(&at(&world, *clock, &[], &call.json())).is_some();
            answers += usize::from(said && round < datable.len());
            // New sessions bring the upkeep along.
            let call = world.bash("git push -f").session(&format!("fresh {round} {n}")).id("x");
            assert!(answer(&at(&world, *clock, &[], &call.json())).is_some(), "at {clock}");
        }
        for args in [&["--stats"][..], &["doctor"], &["explain", "--last"], &["log"], &["mute"]] {
            let output = at(&world, *clock, args, b"");
            assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?} at {clock}: {output:?}");
            assert!(
                !String::from_utf8_lossy(&output.stderr).contains("panicked"),
                "{args:?} at {clock}"
            );
        }
        whole(&world);
    }
    let output = at(&world, now, &["--stats", "--format", "json"], b"");
    let stats: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(stats["calls"], clocks.len() * 6, "{stats}");
    assert_eq!((&stats["skipped_lines"], &stats["unreadable_files"]), (&0.into(), &0.into()));
    assert_eq!(answers, 1, "the same was said again");
}

#[test]
fn a_mute_ends_by_the_clock_and_a_breaker_is_not_held_open_by_it() {
    let world = World::new();
    let now = now_ms();
    let push =
        |clock: u64| answer(&at(&world, clock, &[], &world.bash("git push -f").json())).is_some();
    assert_eq!(
        at(&world, now, &["mute", "git-push-force", "--for", "1h"], b"").status.code(),
        Some(0)
    );
    assert!(!push(now) && !push(now - YEAR_MS) && !push(0));
    assert!(push(now + 2 * 3_600_000));
    // Muted by a clock that was far ahead: for the longest time, and taken back by hand.
    let ahead = now + 30 * YEAR_MS;
    assert_eq!(
        at(&world, ahead, &["mute", "git-push-force", "--for", "1h"], b"").status.code(),
        Some(0)
    );
    assert!(!push(now));
    assert_eq!(at(&world, now, &["unmute", "git-push-force"], b"").status.code(), Some(0));
    assert!(push(now));
}
