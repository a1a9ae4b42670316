//! What the store promises, where something is in the way.

use std::collections::BTreeSet;
use std::fs;
use std::time::Instant;

use serde_json::json;
use toolcoach::store::ledger::{Ledger, now_ms};
use toolcoach::upkeep::{GRACE_MS, MAX_STORE_BYTES, Terms};

use crate::faults::process::whole;
use crate::harness::{World, answer, binary, feed, program};
use crate::store::totals::{DAY_MS, Totals, date, days_ago, files, ledger, run, terms};

const PUSH: &str = "git push -f origin main";

/// Sixty-four calls of one session at once: who does not get the lock in time says what is critical
/// all the same, and notes it.
#[test]
fn what_is_critical_is_noted_also_while_others_hold_the_lock() {
    let world = World::new();
    let said: usize = std::thread::scope(|scope| {
        let world = &world;
        let calls: Vec<_> = (0..64)
            .map(|n| {
                scope.spawn(move || {
                    let call = world.bash(PUSH).session("s").id(&n.to_string());
                    usize::from(call.answer().is_some())
                })
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).sum()
    });
    whole(&world);
    let noted: BTreeSet<String> =
        world.lines("warnings.jsonl").iter().map(|line| line["call"].to_string()).collect();
    assert_eq!(noted.len(), said);
    assert!(said > 0);
}

/// The lock is held by this test, so every call finds it taken.
#[test]
fn while_another_holds_the_lock_what_is_critical_is_said_and_noted_and_a_hint_is_not() {
    let world = World::new();
    world.bash("ls").session("s").id("0").answer();
    let claim = Ledger::new(&world.state(), "s", None).claim().unwrap();
    world.bash("grep -rn foo .").session("s").id("1").is_silent();
    world.bash(PUSH).session("s").id("2").says("git-push-force");
    drop(claim);
    let noted: Vec<_> =
        world.lines("warnings.jsonl").into_iter().map(|line| line["rule"].clone()).collect();
    assert_eq!(noted, ["git-push-force"]);
    let held = &world.lines("calls.jsonl")[1]["held"];
    assert_eq!(held, &json!({ "grep-recursive": "no-memory" }));
    world.bash("find . -name '*.py'").session("s").id("3").says("find-name-search");
}

/// Budgets keep the warnings far below what is read, but what is critical has no budget.
#[test]
fn the_last_of_many_warnings_are_known() {
    let world = World::new();
    world.bash("ls -R .").session("s").id("0").answer();
    let ledger = Ledger::new(&world.state(), "s", None);
    let path = world.state().join(format!("sessions/{}.warnings.jsonl", ledger.stem()));
    let warning = |n: u64| {
        json!({
            "v": 1, "t": now_ms(), "k": true, "call": format!("{n:016x}"), "rule": "git-push-force",
            "key": "dc3ff17750ec01a8", "sev": "critical", "chars": 147,
        })
    };
    let lines: String = (0..3000).map(|n| format!("{}\n", warning(n))).collect();
    assert!(lines.len() > 256 << 10);
    fs::write(&path, lines).unwrap();
    let call = world.bash(PUSH).session("s").id("same");
    assert!(call.answer().is_some());
    assert!(call.answer().is_none(), "the same call is answered once");
}

/// A repository that brings the user's trust along has none.
#[test]
fn a_relative_folder_of_state_does_not_count() {
    let world = World::new();
    world.file(
        ".toolcoach.json",
        r#"{"rules": [{"id": "x", "program": "ls", "text": "words in the ear"}]}"#,
    );
    assert_eq!(world.told(&["trust", "--yes"]).0, 0);
    world.bash("ls").says("x");
    fs::rename(world.state(), world.work().join(".tc")).unwrap();
    let call = |name: &str, value: &str| world.bash("ls").env(name, value).answer();
    assert_eq!(call("TOOLCOACH_STATE_DIR", ".tc"), None);
    // Nor do its settings.
    world.file("mine.json", r#"{"rules": [{"id": "x", "program": "ls", "text": "words"}]}"#);
    assert_eq!(call("TOOLCOACH_CONFIG", "mine.json"), None);
    let mut stats = world.command(&["--stats"]);
    let output = stats.env("TOOLCOACH_STATE_DIR", ".tc").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("TOOLCOACH_STATE_DIR is not an absolute path"), "{stderr}");
}

/// Whoever may write to the folder can make a session's files in advance, with what was said.
#[cfg(target_os = "linux")]
#[test]
fn ledgers_of_another_user_are_left_alone() {
    use std::os::unix::fs::{PermissionsExt, chown};

    if !nix::unistd::geteuid().is_root() || !crate::harness::have("setpriv") {
        return;
    }
    let world = World::new();
    let copy = world.root().join("toolcoach");
    program(&copy, &fs::read(binary()).unwrap());
    let open = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    open(world.root(), 0o755);
    world.bash(PUSH).session("s").id("0").answer();
    for folder in [world.state(), world.state().join("sessions")] {
        chown(&folder, Some(4321), Some(4321)).unwrap();
        open(&folder, 0o777);
    }
    for entry in fs::read_dir(world.state().join("sessions")).unwrap() {
        let path = entry.unwrap().path();
        chown(&path, Some(4321), Some(4321)).unwrap();
        open(&path, 0o666);
    }
    let before = world.stored();
    let mut command = world.program("/usr/bin/env", &["setpriv"]);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.args(["--reuid", "4322", "--regid", "4322", "--clear-groups", "--"]).arg(&copy);
    // The same call: in these files it was answered already.
    let heard = answer(&feed(&mut command, &world.bash(PUSH).session("s").id("0").json()));
    assert!(heard.is_some(), "what is critical is said");
    assert_eq!(world.stored(), before);
}

/// A clock that was wrong dates ledgers years ahead: they do not stay until then if the store is
/// full.
#[test]
fn ledgers_dated_in_the_future_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    for n in 0..13 {
        ledger(state, &format!("{n:016x}"), 11_500, now_ms());
    }
    for path in files(state) {
        date(&path, now_ms() + 5000 * DAY_MS);
    }
    let size = || files(state).iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>();
    assert!(size() > MAX_STORE_BYTES);
    let before = Totals::of(state, "claude");
    for n in 0..6 {
        run(state, &terms(n * GRACE_MS));
    }
    assert_eq!(Totals::of(state, "claude"), before);
    assert!(size() <= MAX_STORE_BYTES, "{}", size());
}

#[test]
fn a_store_too_large_to_list_is_kept_up() {
    let store = tempfile::tempdir().unwrap();
    for n in 0..8 {
        ledger(store.path(), &format!("{n:016x}"), 40, days_ago(30));
    }
    let totals = |state: &std::path::Path| Totals::of(state, "claude");
    // Between them are more ledgers in use than one listing has.
    let live = 2500;
    for n in 0..live {
        let path = store.path().join(format!("sessions/a{n:015x}.calls.jsonl"));
        fs::write(path, "{\"v\":1,\"client\":\"codex\"}\n").unwrap();
    }
    let before = totals(store.path());
    let progress = || fs::read_to_string(store.path().join("upkeep.json")).unwrap();
    let (mut runs, mut stops) = (0, 0);
    // No time at all: a ledger that is due, or a listing without one.
    while !run(store.path(), &Terms { end: Instant::now(), ..terms(runs * GRACE_MS) }) {
        runs += 1;
        stops += u64::from(progress().contains("\"position\":"));
        assert!(runs < 100, "it does not end: {}", progress());
    }
    assert_eq!(totals(store.path()), before);
    assert_eq!(files(store.path()).len(), live);
    assert!(runs > 16 && stops > 2, "{runs} runs, {stops} stopped between two listings");
}

/// In one project an analyzer overruns again and again; in another one it speaks.
#[test]
fn a_project_opens_no_breaker_elsewhere() {
    let world = World::new();
    let state = world.state();
    world.file("package.json", "{}");
    world.file("pnpm-lock.yaml", "");
    let install = || world.bash("npm install left-pad").session("s");
    install().id("1").says("wrong-js-package-manager");
    let ledger = Ledger::new(&state, "s", None);
    let open = |tree: &str| {
        let breaker =
            json!({ "failures": 3, "last": "overrun", "opened": now_ms(), "failed": now_ms() });
        let breakers: serde_json::Map<String, serde_json::Value> =
            ["router", "anti-pattern", "performance"]
                .into_iter()
                .map(|name| (format!("{name}{tree}"), breaker.clone()))
                .collect();
        fs::write(state.join("breakers.json"), json!({ "v": 1, "breakers": breakers }).to_string())
            .unwrap();
    };
    open("@0123456789abcdef");
    world.bash("npm install left-pad").session("t").id("1").says("wrong-js-package-manager");
    // Its own is known by the hash of its folder.
    let work = fs::canonicalize(world.work()).unwrap();
    let own: Vec<String> =
        [world.work(), work].iter().map(|folder| ledger.project(folder)).collect();
    for hash in own {
        open(&format!("@{hash}"));
        if world.bash("npm install left-pad").session(&hash).id("1").answer().is_none() {
            return;
        }
    }
    panic!("no breaker of its own keeps the analyzer out");
}

#[test]
fn a_roll_up_that_cannot_be_read_is_not_replaced() {
    let store = tempfile::tempdir().unwrap();
    ledger(store.path(), "0000000000000000", 40, days_ago(30));
    fs::create_dir(store.path().join("history.jsonl")).unwrap();
    assert!(toolcoach::upkeep::run(store.path(), &terms(0)).is_err());
    assert_eq!(files(store.path()).len(), 2);
    let world = World::new();
    ledger(&world.state(), "00000000000000aa", 10, days_ago(30));
    fs::create_dir(world.state().join("history.jsonl")).unwrap();
    world.bash("grep -rn foo .").session("s").says("grep-recursive");
}
