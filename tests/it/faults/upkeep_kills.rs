//! Kill -9 of an upkeep while others write: what was counted before is counted after, once.
//! `TOOLCOACH_KILL_ROUNDS=1000 cargo test --release --test it kills -- --nocapture` goes through
//! the places again and again, and prints the table.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::json;
use toolcoach::store::history::{CallLine, WarningLine};
use toolcoach::store::ledger::Ledger;
use toolcoach::store::ledger_file::LedgerLines;
use toolcoach::store::rollup::Rollup;
use toolcoach::upkeep::GRACE_MS;

use crate::faults::steering::{Step, can_trace, killed_before};
use crate::harness::{UNHURRIED, World, binary, feed, wait_until};
use crate::store::totals::{Dice, Totals, days_ago, files, ledger, run, terms};

/// How many kills: at least one for each place.
fn rounds(places: usize) -> usize {
    let asked = std::env::var("TOOLCOACH_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    asked.unwrap_or(0).max(places)
}

/// What a kill left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Left {
    Untouched,
    SomeSetAside,
    RollUpHalfWritten,
    NotAllRemoved,
    NotNoted,
    Through,
}

/// The system call before which the upkeep is killed, the file that the call works on, and the
/// state that the kill leaves. `{live}` is the first ledger, which the upkeep sets aside; `{aside}`
/// is one that was set aside long ago, which it folds. The upkeep reaches all these places however
/// little time it has, since it always finishes one ledger.
type Place = (&'static str, &'static str, Left);

const PLACES: [Place; 12] = [
    (RENAME, "sessions/{live}.warnings.jsonl", Left::Untouched),
    (RENAME, "sessions/{live}.calls.jsonl", Left::SomeSetAside),
    (OPEN, "history.new", Left::SomeSetAside),
    ("write", "history.new", Left::RollUpHalfWritten),
    (SHORT, "history.new", Left::SomeSetAside),
    (RENAME, "history.new", Left::RollUpHalfWritten),
    (REMOVE, "sessions/{aside}.calls.aside", Left::NotAllRemoved),
    (REMOVE, "sessions/{aside}.warnings.aside", Left::NotAllRemoved),
    (OPEN, "upkeep.new", Left::NotNoted),
    ("write", "upkeep.new", Left::NotNoted),
    (RENAME, "upkeep.new", Left::NotNoted),
    (END, "", Left::Through),
];

/// Not a kill, but a write that has no room for all of it.
const SHORT: &str = "";
const OPEN: &str = "?open,?openat";
const RENAME: &str = "?rename,?renameat,?renameat2";
const REMOVE: &str = "?unlink,?unlinkat";
const END: &str = "exit_group";

/// Writes to sessions, some of them idle for weeks, from the moment when the upkeep begins. Counts
/// what it has written.
fn write(state: &Path, seed: u64, begun: &Path, is_over: &AtomicBool, written: &[AtomicU64; 3]) {
    let mut dice = Dice(seed);
    let is_over = || is_over.load(Ordering::Relaxed);
    wait_until("the upkeep begins", || is_over() || begun.exists());
    // This usually lasts until the kill. More lines would only make the store large.
    for _ in 0..100 {
        if is_over() {
            break;
        }
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
        session.append_call(&call_line(us)).unwrap();
        written[0].fetch_add(1, Ordering::Relaxed);
        written[1].fetch_add(us, Ordering::Relaxed);
    }
}

fn call_line(us: u64) -> CallLine<'static> {
    CallLine {
        v: 1,
        t: days_ago(9),
        us,
        via: "none".into(),
        client: "claude".into(),
        ..CallLine::default()
    }
}

/// A store whose upkeep is killed again and again, and the totals that it must hold.
struct Store {
    world: World,
    state: PathBuf,
    dice: Dice,
    /// Attempts so far.
    attempts: u64,
    expected: Totals,
}

impl Store {
    fn new() -> Self {
        let world = World::new();
        let state = world.state();
        Self { world, state, dice: Dice(42), attempts: 0, expected: Totals::default() }
    }

    /// Adds work for the upkeep. Returns the names of the first ledger to set aside and of the
    /// first one to fold.
    fn work(&mut self) -> (String, String) {
        let more = tempfile::tempdir().unwrap();
        // The upkeep goes by name, so these two come first.
        let live = format!("{:016x}", (1 << 32) - self.attempts);
        let aside = format!("{live}.{}", days_ago(1));
        let others = (1..=12).map(|n| {
            let name =
                format!("{:016x}", (self.attempts * 100 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            if n % 2 == 0 { name } else { format!("{name}.{}", days_ago(1)) }
        });
        for name in [live.clone(), aside.clone()].into_iter().chain(others) {
            let (calls, first) = (5 + self.dice.below(60), days_ago(9 + self.dice.below(30)));
            ledger(&self.state, &name, calls, first);
            // Counted where nobody writes.
            ledger(more.path(), &name, calls, first);
        }
        self.expected.add(&Totals::of(more.path(), "claude"));
        for n in 0..12 {
            let stem = Ledger::new(&self.state, &format!("sleeper {n}"), None).stem().to_owned();
            for ending in ["calls", "warnings"] {
                let path = self.state.join(format!("sessions/{stem}.{ending}.jsonl"));
                if self.dice.below(6) == 0 && path.exists() {
                    crate::store::totals::date(&path, days_ago(8));
                }
            }
        }
        (live, aside)
    }

    /// Lets a call run the upkeep and kills it at this place, while others write. Returns the state
    /// that the kill left; `None` if the upkeep did not reach the place.
    fn killed(&mut self, place: Place) -> Option<Left> {
        self.attempts += 1;
        let (live, aside) = self.work();
        for name in ["upkeep.json", "history.new"] {
            let _ = fs::remove_file(self.state.join(name));
        }
        // Keeps a file open that the upkeep will set aside, and writes to it after the kill.
        let open = self.state.join(format!("sessions/{live}.calls.jsonl"));
        let mut open = File::options().append(true).open(open).unwrap();
        // Another client keeps this call out of the totals.
        let session = format!("attempt {}", self.attempts);
        let call = self.world.bash("ls").session(&session).field("turn_id", json!("t")).json();
        let begun = Ledger::new(&self.state, &session, None);
        let begun = self.state.join(format!("sessions/{}.calls.jsonl", begun.stem()));
        let (is_over, written) = (AtomicBool::new(false), [const { AtomicU64::new(0) }; 3]);
        let is_killed = std::thread::scope(|scope| {
            for writer in 0..3 {
                let (state, begun, is_over, written) = (&self.state, &begun, &is_over, &written);
                let seed = self.attempts * 3 + writer;
                scope.spawn(move || write(state, seed, begun, is_over, written));
            }
            let (calls, path, _) = place;
            let path = path.replace("{live}", &live).replace("{aside}", &aside);
            let path = (!path.is_empty()).then(|| self.state.join(path));
            let is_killed = match calls {
                SHORT => {
                    run_without_room(&self.world, &call);
                    let exists = |name: &str| self.state.join(name).exists();
                    !exists(&format!("sessions/{live}.warnings.jsonl")) && !exists("upkeep.json")
                }
                calls => {
                    killed_before(&self.world, &Step::first(calls, path), &[], &call).is_some()
                }
            };
            is_over.store(true, Ordering::Relaxed);
            is_killed
        });
        let [calls, us, said] = written.map(AtomicU64::into_inner);
        open.write_all(&[&serde_json::to_vec(&call_line(7)).unwrap()[..], b"\n"].concat()).unwrap();
        self.expected.calls += calls + 1;
        self.expected.us += us + 7;
        self.expected.said += said;
        self.expected.chars += said * 10;
        *self.expected.via.entry("none".into()).or_default() += calls + 1;
        is_killed.then(|| left_behind(&self.state, &live, &aside))
    }

    #[track_caller]
    fn is_whole(&self) {
        assert_eq!(
            Totals::of(&self.state, "claude"),
            self.expected,
            "after {} attempts",
            self.attempts
        );
    }
}

/// Runs a call that may not write files over a kilobyte: a roll-up is larger, all else is smaller.
fn run_without_room(world: &World, call: &[u8]) {
    let script = "ulimit -c 0; ulimit -f 1; exec \"$0\" \"$@\"";
    let mut shell = world.program("/bin/sh", &["-c", script, UNHURRIED[0], UNHURRIED[1], binary()]);
    let output = feed(&mut shell, call);
    assert!(output.status.success(), "{output:?}");
}

fn left_behind(state: &Path, live: &str, aside: &str) -> Left {
    let exists = |name: &str| state.join(name).exists();
    let is_left = |name: &str| {
        LedgerLines::ALL.iter().any(|part| exists(&format!("sessions/{name}{}", part.aside())))
    };
    let is_folded = Rollup::read(state).folded(aside).is_some();
    if exists("upkeep.json") {
        Left::Through
    } else if is_folded && is_left(aside) {
        Left::NotAllRemoved
    } else if is_folded {
        Left::NotNoted
    } else if exists("history.new") {
        Left::RollUpHalfWritten
    } else if exists(&format!("sessions/{live}.warnings.jsonl")) {
        Left::Untouched
    } else {
        Left::SomeSetAside
    }
}

/// Uses strace to kill the upkeep before each system call that changes the store; without strace,
/// only one write has no room. Repeats each place until the upkeep was killed there.
#[test]
fn a_kill_loses_nothing_and_counts_nothing_twice() {
    let mut store = Store::new();
    let mut table: BTreeMap<Left, u64> = BTreeMap::new();
    let is_traced = can_trace();
    let places: Vec<Place> =
        PLACES.into_iter().filter(|(calls, ..)| is_traced || *calls == SHORT).collect();
    let rounds = rounds(places.len());
    for (round, place) in places.iter().cycle().take(rounds).enumerate() {
        let mut left = None;
        wait_until("the upkeep is killed", || {
            left = store.killed(*place);
            store.is_whole();
            // A call that is late skips the upkeep, and so reaches no place but its end.
            place.0 != END && left.is_some() || left == Some(Left::Through)
        });
        assert_eq!(left, Some(place.2), "{place:?}");
        *table.entry(place.2).or_default() += 1;
        // Finishes the upkeep now and then, so that the store stays small.
        if round % 3 == 2 || round + 1 == rounds {
            run(&store.state, &terms(0));
            assert!(run(&store.state, &terms(GRACE_MS)), "something is left to do");
            store.is_whole();
        }
    }
    assert_eq!(
        Totals::of(&store.state, "codex").calls,
        store.attempts,
        "the calls that brought the upkeeps"
    );
    println!(
        "{} upkeeps; {} calls in the store; totals equal after each",
        store.attempts, store.expected.calls
    );
    for (left, count) in &table {
        println!("{count:6}  {left:?}");
    }
    assert!(
        Rollup::read(&store.state).days.iter().map(|day| day.calls).sum::<u64>() > 0,
        "nothing was rolled up"
    );
    assert_eq!(
        files(&store.state).iter().filter(|path| is_aside(path)).count(),
        0,
        "something was left aside"
    );
}

fn is_aside(path: &Path) -> bool {
    path.file_name().unwrap().to_str().unwrap().matches('.').count() > 2
}
