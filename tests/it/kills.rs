//! Kill -9 while an upkeep is at work and others write: what was counted before is counted after,
//! once. `TOOLCOACH_KILL_ROUNDS=1000 cargo test --release --test it kills -- --nocapture` shows the
//! table.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use toolcoach::store::history::{CallLine, WarningLine};
use toolcoach::store::ledger::Ledger;
use toolcoach::store::rollup::Rollup;

use crate::harness::World;
use crate::totals::{Totals, days_ago, files, ledger, run, terms};

fn rounds() -> u64 {
    std::env::var("TOOLCOACH_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12)
}

/// Random enough, and the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What others write meanwhile, acknowledged: sessions that go on, and such that wake up after
/// weeks.
fn write(state: &Path, seed: u64, until: &AtomicBool, written: &[AtomicU64; 3]) {
    let mut dice = Dice(seed);
    while !until.load(Ordering::Relaxed) {
        let session = Ledger::new(state, &format!("sleeper {}", dice.below(12)), None);
        let (us, speaks) = (dice.below(900), dice.below(4) == 0);
        if speaks && let Ok(mut claim) = session.claim() {
            let line = WarningLine {
                v: 1,
                t: 1,
                rule: "grep-recursive".into(),
                chars: 10,
                ..WarningLine::default()
            };
            claim.append(&[line]).unwrap();
            written[2].fetch_add(1, Ordering::Relaxed);
        }
        let line = CallLine {
            v: 1,
            t: days_ago(9),
            us,
            via: "none".into(),
            client: "claude".into(),
            ..CallLine::default()
        };
        session.append_call(&line).unwrap();
        written[0].fetch_add(1, Ordering::Relaxed);
        written[1].fetch_add(us, Ordering::Relaxed);
        std::thread::sleep(Duration::from_micros(dice.below(300)));
    }
}

/// What a kill left behind.
fn left_behind(state: &Path, before: (usize, u64)) -> &'static str {
    let rollup = Rollup::read(state);
    let folded = files(state)
        .iter()
        .filter(|path| rollup.uncounted(path.file_name().unwrap().to_str().unwrap()).is_none())
        .count();
    let is_cut = fs::metadata(state.join("upkeep.json")).is_err();
    if state.join("history.new").exists() {
        "the new roll-up was being written"
    } else if folded > 0 {
        "rolled up, not all removed"
    } else if is_cut && calls_rolled_up(state) > before.1 {
        "rolled up and removed, not noted"
    } else if is_cut && aside(state) > before.0 {
        "some set aside, nothing rolled up"
    } else if is_cut {
        "it had changed nothing yet"
    } else {
        "it was through"
    }
}

fn aside(state: &Path) -> usize {
    files(state).iter().filter(|path| path.to_str().unwrap().matches('.').count() > 2).count()
}

fn calls_rolled_up(state: &Path) -> u64 {
    Rollup::read(state).days.iter().map(|day| day.calls).sum()
}

#[test]
fn a_kill_loses_nothing_and_counts_nothing_twice() {
    let world = World::new();
    let state = world.state();
    let mut dice = Dice(42);
    let mut idle = 0_u64;
    let mut expected = Totals::default();
    let mut table: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut took, mut checked) = (Duration::from_millis(40), 0);
    for round in 0..rounds() {
        let more = tempfile::tempdir().unwrap();
        // Work for the upkeep: ledgers to be set aside, and such that nobody can have open any
        // more.
        for n in 0..if round == 0 { 80 } else { 12 } {
            idle += 1;
            let name = format!("{:016x}", idle.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let name = if n % 2 == 0 { name } else { format!("{name}.{}", days_ago(1)) };
            let (calls, first) = (5 + dice.below(60), days_ago(9 + dice.below(30)));
            ledger(&state, &name, calls, first);
            // Counted where nobody writes.
            ledger(more.path(), &name, calls, first);
        }
        expected.add(&Totals::of(more.path(), "claude"));
        for n in 0..12 {
            let stem = Ledger::new(&state, &format!("sleeper {n}"), None).stem().to_owned();
            if dice.below(6) == 0 {
                for ending in ["calls", "warnings"] {
                    let path = state.join(format!("sessions/{stem}.{ending}.jsonl"));
                    if path.exists() {
                        crate::totals::date(&path, days_ago(8));
                    }
                }
            }
        }
        let _ = fs::remove_file(state.join("upkeep.json"));
        let _ = fs::remove_file(state.join("history.new"));
        let before_kill = (aside(&state), calls_rolled_up(&state));
        let (is_over, written) = (AtomicBool::new(false), [const { AtomicU64::new(0) }; 3]);
        std::thread::scope(|scope| {
            for writer in 0..3 {
                let (state, is_over, written) = (&state, &is_over, &written);
                scope.spawn(move || write(state, round * 3 + writer, is_over, written));
            }
            // Of another client, since whether its own call was noted is not known.
            let call = world
                .bash("ls")
                .session(&format!("round {round}"))
                .field("turn_id", json!("t"))
                .json();
            let start = Instant::now();
            let mut command = world.command(&[]);
            let mut child = command
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), &call).unwrap();
            if round % 16 == 0 {
                // How long it takes when nobody stops it.
                child.wait().unwrap();
                took = start.elapsed();
                // And now and then all is done, so that the store stays small.
                run(&state, &terms(0));
            } else {
                std::thread::sleep(Duration::from_micros(
                    dice.below(took.as_micros() as u64 * 3 / 4),
                ));
                child.kill().unwrap();
                child.wait().unwrap();
            }
            is_over.store(true, Ordering::Relaxed);
        });
        *table.entry(left_behind(&state, before_kill)).or_default() += 1;
        let [calls, us, said] = written.map(AtomicU64::into_inner);
        expected.calls += calls;
        expected.us += us;
        expected.said += said;
        expected.chars += said * 10;
        *expected.via.entry("none".into()).or_default() += calls;
        assert_eq!(Totals::of(&state, "claude"), expected, "round {round}, {table:?}");
        let own = Totals::of(&state, "codex").calls;
        assert!((round / 16 + 1..=round + 1).contains(&own), "{own} calls of {round}");
        checked += calls;
    }
    println!(
        "{} rounds, all but each sixteenth killed; {} calls in the store, {checked} written meanwhile; totals equal after each",
        rounds(),
        expected.calls
    );
    for (place, count) in &table {
        println!("{count:6}  {place}");
    }
    assert!(calls_rolled_up(&state) > 0, "nothing was rolled up");
    // Where a kill strikes is chance: a dozen of them on a busy machine may all strike alike.
    assert!(rounds() < 100 || table.len() > 2, "{table:?}");
}
