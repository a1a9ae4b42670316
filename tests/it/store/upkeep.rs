//! The daily upkeep: what it folds, what it leaves, and that it counts nothing twice.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::json;
use toolcoach::store::history::CallLine;
use toolcoach::store::ledger::{Ledger, now_ms};
use toolcoach::store::ledger_file::{LedgerFile, LedgerLines};
use toolcoach::store::rollup;
use toolcoach::store::rollup::Rollup;
use toolcoach::upkeep;
use toolcoach::upkeep::{GRACE_MS, MAX_STORE_BYTES, Terms};

use crate::harness::{World, wait_until};
use crate::store::totals::{
    DAY_MS, Totals, date, days_ago, files, is_locked_out, keep_up, ledger, run, terms,
};

/// A store with these ledgers, by the days for which they have been idle.
fn store(days: &[u64]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (n, days) in days.iter().enumerate() {
        ledger(folder.path(), &format!("{n:016x}"), 40, days_ago(*days));
    }
    folder
}

fn totals(state: &Path) -> Totals {
    Totals::of(state, "claude")
}

#[test]
fn what_was_idle_for_over_a_week_becomes_days() {
    let store = store(&[6, 8, 30, 30]);
    let before = totals(store.path());
    assert_eq!((before.calls, before.said, before.hits["grep-recursive"]), (160, 16, 20));
    keep_up(store.path());
    assert_eq!(totals(store.path()), before);
    assert_eq!(files(store.path()).len(), 2, "the one of six days");
    let days = rollup::read(store.path());
    let of_rule: Vec<_> = days.iter().filter(|day| day.rule == "grep-recursive").collect();
    assert_eq!(
        of_rule
            .iter()
            .map(|day| (day.sessions, day.good))
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
        (3, 6)
    );
    let sum = |part: fn(&rollup::Day) -> u64| of_rule.iter().map(|day| part(day)).sum::<u64>();
    assert_eq!(
        [sum(|d| d.said), sum(|d| d.followed), sum(|d| d.repeated), sum(|d| d.open)],
        [12, 6, 6, 0]
    );
    let all: Vec<_> = days.iter().filter(|day| day.rule.is_empty()).collect();
    assert_eq!(all.iter().map(|day| day.sessions).sum::<u64>(), 3);
    // One line a day, client and rule, in the order of days.
    let mut keys: Vec<_> = days.iter().map(rollup::Day::key).collect();
    assert!(keys.is_sorted_by_key(|key| key.0), "{keys:?}");
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), days.len());
}

#[test]
fn it_runs_once_a_day_in_the_first_call_of_a_session() {
    let world = World::new();
    world.bash("ls").session("old").is_silent();
    assert!(world.stored().contains_key("upkeep.json"), "it ran");
    ledger(&world.state(), "00000000000000aa", 10, days_ago(30));
    let live = world.state().join("sessions/00000000000000aa.calls.jsonl");
    world.bash("ls").session("a").is_silent();
    assert!(live.exists(), "not twice a day");
    date(&world.state().join("upkeep.json"), days_ago(1) - 1000);
    world.bash("ls").session("old").is_silent();
    assert!(live.exists(), "not in a session that goes on");
    world.bash("grep -rn foo .").session("b").says("grep-recursive");
    assert!(!live.exists(), "it is due");
    let aside = |world: &World| {
        world.stored().into_keys().filter(|name| name.contains("00aa.")).collect::<Vec<_>>()
    };
    assert_eq!(aside(&world).len(), 2);
    world.bash("ls").session("c").is_silent();
    assert_eq!(aside(&world).len(), 2, "somebody may still be writing");
    for name in aside(&world) {
        let mut parts = name.splitn(3, '.');
        let (stem, _, ending) = (parts.next().unwrap(), parts.next(), parts.next().unwrap());
        let older = world.state().join(format!("{stem}.{}.{ending}", days_ago(1)));
        fs::rename(world.state().join(&name), older).unwrap();
    }
    // The upkeep goes on where it was cut, on the same day. A slow machine may need several
    // sessions.
    let mut sessions = 0;
    wait_until("it is through", || {
        sessions += 1;
        world.bash("ls").session(&format!("d{sessions}")).is_silent();
        !upkeep::is_due(&world.state(), now_ms())
    });
    assert!(aside(&world).is_empty());
    assert_eq!(rollup::read(&world.state()).iter().map(|day| day.calls).sum::<u64>(), 10);
    assert_eq!(world.lines("calls.jsonl").len(), 5 + sessions);
}

#[test]
fn the_settings_say_for_how_long() {
    for (days, stays) in [(3, false), (30, true)] {
        let world = World::new();
        world.settings(&json!({ "retention_days": days }).to_string());
        ledger(&world.state(), "00000000000000aa", 10, days_ago(10));
        world.bash("ls").session("a").is_silent();
        assert_eq!(
            world.state().join("sessions/00000000000000aa.calls.jsonl").exists(),
            stays,
            "{days}"
        );
    }
}

#[test]
fn a_session_that_wakes_up_begins_a_new_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let session = Ledger::new(state, "s", None);
    ledger(state, session.stem(), 40, days_ago(20));
    let call = |n: u64| {
        let line = CallLine {
            v: 1,
            t: now_ms(),
            us: n,
            via: "none".into(),
            client: "claude".into(),
            ..CallLine::default()
        };
        session.append_call(&line).unwrap();
    };
    assert!(!run(state, &terms(0)));
    call(1);
    assert_eq!(totals(state).calls, 41);
    assert!(run(state, &terms(GRACE_MS)));
    call(2);
    assert_eq!(totals(state).calls, 42);
    // The same again a month later.
    assert!(!run(state, &terms(30 * DAY_MS)));
    call(3);
    run(state, &terms(30 * DAY_MS + GRACE_MS));
    assert_eq!(totals(state).calls, 43);
    assert_eq!(files(state).len(), 1);
}

#[test]
fn the_session_of_the_call_is_left_alone() {
    let store = store(&[30, 30]);
    let own = |later| Terms { own: format!("{:016x}", 1), ..terms(later) };
    run(store.path(), &own(0));
    run(store.path(), &own(GRACE_MS));
    let mut left: Vec<String> = files(store.path())
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().into())
        .collect();
    left.sort();
    assert_eq!(left, ["0000000000000001.calls.jsonl", "0000000000000001.warnings.jsonl"]);
}

#[test]
fn an_upkeep_that_is_cut_short_continues_next_time() {
    let store = store(&[30; 25]);
    let before = totals(store.path());
    let mut runs = 0;
    loop {
        // No time at all: one ledger a run.
        let later = runs * GRACE_MS;
        let is_done = run(store.path(), &Terms { end: Instant::now(), ..terms(later) });
        assert_eq!(totals(store.path()), before, "run {runs}");
        runs += 1;
        if is_done {
            break;
        }
        assert!(upkeep::is_due(store.path(), now_ms()));
        assert!(runs < 200, "it does not end");
    }
    assert!(runs > 25, "{runs}");
    assert!(files(store.path()).is_empty());
}

#[test]
fn a_very_long_ledger_is_folded_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    ledger(state, "00000000000000aa", 15_000, days_ago(30));
    let path = state.join("sessions/00000000000000aa.calls.jsonl");
    assert!(fs::metadata(&path).unwrap().len() > 2 << 20);
    let before = totals(state);
    run(state, &terms(0));
    let mut runs = 0;
    while !run(state, &Terms { end: Instant::now(), ..terms(GRACE_MS) }) {
        assert_eq!(totals(state), before, "run {runs}");
        let part = files(state).iter().find_map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let file = LedgerFile::of(name).filter(|file| file.lines == LedgerLines::Calls)?;
            Rollup::read(state).uncounted(file.ledger, file.lines)
        });
        assert!(part.is_some_and(|from| from > 0 && from % 100 != 0), "{part:?}");
        runs += 1;
    }
    assert!(runs >= 2, "{runs}");
    assert_eq!(totals(state), before);
    assert!(files(state).is_empty());
    assert_eq!(
        rollup::read(state)
            .iter()
            .filter(|day| day.rule.is_empty())
            .map(|day| day.sessions)
            .sum::<u64>(),
        1
    );
}

#[test]
fn lines_of_another_version_are_kept_and_torn_ones_counted() {
    let store = store(&[30, 30, 30]);
    let path = |n: u64| store.path().join(format!("sessions/{n:016x}.calls.jsonl"));
    let append = |n: u64, text: &str| {
        let whole = fs::read_to_string(path(n)).unwrap() + text;
        fs::write(path(n), whole).unwrap();
        date(&path(n), days_ago(29));
    };
    append(0, "{\"v\":2,\"t\":12,\"new\":{}}\n");
    append(1, "{\"v\":1,\"t\":12,\"tool\":\n\u{0}\n{\"v\":1,\"t\":12,\"to");
    fs::write(store.path().join("history.jsonl"), "{\"v\":2,\"day\":\"2026-01-01\",\"x\":1}\n")
        .unwrap();
    let before = totals(store.path());
    keep_up(store.path());
    keep_up_again(store.path());
    assert_eq!(totals(store.path()), before);
    let left = files(store.path());
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.iter().any(|path| fs::read_to_string(path).unwrap().ends_with("\"new\":{}}\n")));
    let days = rollup::read(store.path());
    assert_eq!(days.iter().map(|day| day.skipped).sum::<u64>(), 3);
    let history = fs::read_to_string(store.path().join("history.jsonl")).unwrap();
    assert!(history.starts_with("{\"v\":2,\"day\":\"2026-01-01\",\"x\":1}\n"), "{history}");
}

/// A day later, with nothing to do.
fn keep_up_again(state: &Path) {
    assert!(run(state, &terms(DAY_MS)));
}

#[test]
fn a_crash_between_the_two_files_of_a_ledger_is_mended() {
    for (set_aside, ending) in
        [("warnings", LedgerLines::Calls.ending()), ("calls", LedgerLines::Warnings.ending())]
    {
        let store = store(&[30]);
        let before = totals(store.path());
        let path = |name: &str| store.path().join(format!("sessions/{name}"));
        let aside = format!("0000000000000000.{}.{set_aside}.jsonl", days_ago(1));
        fs::rename(path(&format!("0000000000000000.{set_aside}.jsonl")), path(&aside)).unwrap();
        assert!(path(&format!("0000000000000000{ending}")).exists());
        keep_up(store.path());
        assert_eq!(totals(store.path()), before);
        let days = rollup::read(store.path());
        assert_eq!(
            days.iter().map(|day| day.open).sum::<u64>(),
            0,
            "the calls were there to judge by: {days:?}"
        );
    }
}

#[test]
fn the_store_is_bounded_oldest_first() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    // 24 MB, nothing of it idle for a week.
    for n in 0..13 {
        ledger(
            state,
            &format!("{n:016x}"),
            11_500,
            now_ms() - (n + 1) * 10 * 3_600_000 - 11_500 * 60_000,
        );
    }
    let size = || files(state).iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>();
    assert!(size() > 22 << 20, "{}", size());
    let before = totals(state);
    for n in 0..6 {
        run(state, &terms(n * GRACE_MS));
    }
    assert_eq!(totals(state), before);
    let history = fs::metadata(state.join("history.jsonl")).unwrap().len();
    assert!(size() + history <= MAX_STORE_BYTES, "{} and {history}", size());
    assert!(size() > 5 << 20, "no more than need be: {}", size());
    for n in 0..13 {
        let is_there = |n| state.join(format!("sessions/{n:016x}.calls.jsonl")).exists();
        assert!(is_there(n) || !is_there(n + 1), "{n} went before an older one");
    }
}

/// What a reader counts while others keep the store up. A reader that has waited half a second for
/// the lock reads without it, and may then count a ledger twice or not at all. This repeats such a
/// reading.
fn locked_totals(state: &Path) -> Totals {
    let lock = fs::File::options().append(true).open(state.join("upkeep.lock")).unwrap();
    let mut totals = None;
    wait_until("the reader gets the lock", || {
        let rollup = Rollup::read(state);
        // There is one reader, so it has the lock if this can share it but not have it alone.
        let is_held = lock.try_lock().is_err() && lock.try_lock_shared().is_ok();
        lock.unlock().unwrap();
        totals = is_held.then(|| Totals::beside(&rollup, state, "claude"));
        is_held
    });
    totals.unwrap()
}

/// Two threads keep the store up, one ledger at a time, until nothing is left to fold, while the
/// test reads. Each side waits for the other: a slice of the upkeep waits until a new reading has
/// begun, and a reading waits until there was a slice since the last one. Either may then take the
/// lock first.
#[test]
fn nobody_waits_and_readers_see_each_call_once() {
    let store = store(&[30; 12]);
    let (state, before) = (store.path(), totals(store.path()));
    let (readings, slices, keepers) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(2));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut seen = 0;
                while !files(state).is_empty() {
                    wait_until("somebody reads", || readings.load(Ordering::Relaxed) > seen);
                    seen = readings.load(Ordering::Relaxed);
                    // Late enough to fold what an earlier slice has set aside.
                    let later = slices.load(Ordering::Relaxed) * GRACE_MS;
                    run(state, &Terms { end: Instant::now(), ..terms(later) });
                    slices.fetch_add(1, Ordering::Relaxed);
                }
                keepers.fetch_sub(1, Ordering::Relaxed);
            });
        }
        let is_over = || keepers.load(Ordering::Relaxed) == 0;
        while !is_over() {
            let made = slices.load(Ordering::Relaxed);
            readings.fetch_add(1, Ordering::Relaxed);
            assert_eq!(locked_totals(state), before);
            wait_until("there was a slice", || is_over() || slices.load(Ordering::Relaxed) > made);
        }
    });
    assert!(
        slices.into_inner() >= 24,
        "each ledger takes a slice to be set aside and one to be folded"
    );
    // An upkeep that finds the lock taken returns at once. If it waited, this would never end.
    let lock = fs::File::options().append(true).open(state.join("upkeep.lock")).unwrap();
    lock.lock().unwrap();
    assert!(is_locked_out(&upkeep::run(state, &terms(0))));
}

#[test]
fn a_line_counts_the_same_before_and_after_it_is_folded() {
    let world = World::new();
    let state = world.state();
    ledger(&state, "00000000000000aa", 40, days_ago(20));
    // Bytes that are no text, in a key that is passed over; a call with more than can be added up.
    let warnings = state.join("sessions/00000000000000aa.warnings.jsonl");
    let mut bytes = fs::read(&warnings).unwrap();
    bytes.extend(b"{\"v\":1,\"t\":1750000000000,\"rule\":\"x\",\"good\":[\"a\xffb\"]}\n");
    // A name that no version of this program gave.
    bytes.extend(
        format!("{}\n", json!({ "v": 1, "t": days_ago(20), "rule": "No Rule", "chars": 7 }))
            .bytes(),
    );
    let large = json!({ "v": 1, "t": days_ago(20), "rule": "grep-recursive", "chars": u64::MAX });
    bytes.extend(format!("{large}\n{large}\n").bytes());
    fs::write(&warnings, bytes).unwrap();
    date(&warnings, days_ago(20));
    let counts = || {
        let (code, page, stderr) = world.told(&["--stats", "--format", "json"]);
        assert_eq!((code, stderr.as_str()), (0, ""));
        let report: serde_json::Value = serde_json::from_str(&page).unwrap();
        ["calls", "skipped_lines", "advice", "advice_chars", "followed", "open"]
            .map(|name| report[name].clone())
    };
    let before = counts();
    assert_eq!((&before[0], &before[1]), (&json!(40), &json!(1)));
    keep_up(&state);
    assert_eq!(counts(), before);
}
