//! A store that many use at once, or that somebody else has a hand in. docs/faults.md is the table.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::Command;

use serde_json::Value;
use toolcoach::store::ledger::Ledger;

use crate::faults::process::{ended, whole};
use crate::harness::{World, answer, binary, feed, have, program};

/// Sessions and calls of each, unless `TOOLCOACH_PARALLEL` says other numbers (`64x200`, as in
/// `.ci/run`).
fn parallel() -> (usize, usize) {
    let asked = std::env::var("TOOLCOACH_PARALLEL").ok();
    let numbers = asked.as_deref().and_then(|text| text.split_once('x'));
    numbers
        .map_or((16, 12), |(sessions, calls)| (sessions.parse().unwrap(), calls.parse().unwrap()))
}

const COMMANDS: [&str; 5] =
    ["ls", "grep -rn foo .", "cargo test 2>&1 | tail -5", "git push -f origin main", "rg foo"];

fn stats(world: &World) -> Value {
    let output = world.run(&["--stats", "--format", "json"], b"");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes calls one after the other, each a command with its id, and returns the hashed ids of those
/// that were answered. They run without time limits, since a call that is cut off notes nothing.
fn heard<'c>(
    world: &World,
    session: &str,
    calls: impl Iterator<Item = (&'c str, String)>,
) -> BTreeSet<String> {
    let said = |(command, id): &(&str, String)| {
        world.bash(command).session(session).id(id).answer().is_some()
    };
    let said: Vec<String> = calls.filter(said).map(|(_, id)| id).collect();
    // The first call makes the key of the hashes.
    let ledger = Ledger::new(&world.state(), session, None);
    said.iter().map(|id| ledger.hash("call", id)).collect()
}

/// Every call has its line and every answer has its own, however slow the machine is: the calls run
/// without time limits.
#[test]
fn parallel_sessions_lose_nothing_and_the_statistics_agree() {
    let world = World::new();
    let (sessions, calls) = parallel();
    let answered: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..sessions)
            .map(|session| {
                let world = &world;
                scope.spawn(move || {
                    let name = format!("session {session}");
                    let command = |n: usize| COMMANDS[(n + session) % COMMANDS.len()];
                    let heard =
                        heard(world, &name, (0..calls).map(|n| (command(n), format!("call {n}"))));
                    // What was answered is in what was said.
                    let stem = Ledger::new(&world.state(), &name, None).stem().to_owned();
                    let path = world.state().join(format!("sessions/{stem}.warnings.jsonl"));
                    let text = fs::read_to_string(path).unwrap_or_default();
                    let call =
                        |line: &str| serde_json::from_str::<Value>(line).unwrap()["call"].clone();
                    let noted: BTreeSet<String> =
                        text.lines().map(|line| call(line).as_str().unwrap().to_owned()).collect();
                    assert_eq!(noted, heard, "{name}: noted, and answered");
                    heard.len()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    whole(&world);
    let made = sessions * calls;
    assert_eq!(world.lines("calls.jsonl").len(), made);
    let stats = stats(&world);
    assert_eq!((&stats["calls"], &stats["sessions"]), (&made.into(), &sessions.into()));
    assert_eq!(stats["answered"], answered);
    assert_eq!((&stats["skipped_lines"], &stats["unreadable_files"]), (&0.into(), &0.into()));
    eprintln!("{sessions} sessions at once, {calls} calls each: {answered} answers, all noted");
}

/// The first call to take the lock speaks, so the hint is said at least once. The ledger shows how
/// many calls lie between the first hint and the second.
#[test]
fn sixty_four_calls_of_one_session_at_once_say_it_once_in_forty() {
    let world = World::new();
    let said: usize = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..64)
            .map(|n| {
                let world = &world;
                scope.spawn(move || {
                    heard(world, "s", std::iter::once(("grep -rn foo .", format!("{n}"))))
                })
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap().len()).sum()
    });
    whole(&world);
    let noted = world.lines("warnings.jsonl");
    let calls = world.lines("calls.jsonl");
    assert_eq!((noted.len(), calls.len()), (said, 64));
    // After forty calls it may be said once more.
    let before =
        |said: &Value| calls.iter().take_while(|call| call["call"] != said["call"]).count();
    let numbers: Vec<usize> = noted.iter().map(before).collect();
    assert!(
        matches!(numbers[..], [_]) || matches!(numbers[..], [_, second] if second >= 40),
        "{numbers:?}"
    );
}

/// The disk fills up in the middle of a session: what was answered is noted, and what cannot be
/// noted is not said.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_says_nothing_that_it_could_not_note() {
    if !have("unshare") {
        return;
    }
    let world = World::new();
    fs::create_dir(world.state()).unwrap();
    let events = world.root().join("events");
    fs::create_dir(&events).unwrap();
    let calls = 60;
    for n in 0..calls {
        let call =
            world.bash(&format!("npm test -- {n} | tail -5")).session(&format!("s{}", n / 4));
        fs::write(events.join(format!("{n}")), call.id(&format!("t{n}")).json()).unwrap();
    }
    // Everything that is left of a small disk is copied away before it is gone with the mount.
    let script = "mount -t tmpfs -o size=32k,mode=700 none \"$TOOLCOACH_STATE_DIR\" 2>/dev/null || exit 77
        n=0; while [ $n -lt 60 ]; do \"$0\" <\"$1/$n\" >\"$1/$n.out\" 2>\"$1/$n.err\" || exit 1; n=$((n + 1)); done
        \"$0\" --stats --format json >\"$1/stats\" || exit 2
        cp -r \"$TOOLCOACH_STATE_DIR\" \"$1/state\"";
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "/bin/sh", "-c", script, binary()]).arg(&events);
    let output =
        feed(shell.env("TOOLCOACH_STATE_DIR", world.state()).env("HOME", world.root()), b"");
    if output.status.code() == Some(77) || !events.join("0.out").exists() {
        eprintln!("skipped: no small file system can be mounted here");
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut answered = 0;
    for n in 0..calls {
        let said = fs::read_to_string(events.join(format!("{n}.out"))).unwrap();
        assert_eq!(fs::read_to_string(events.join(format!("{n}.err"))).unwrap(), "", "{n}");
        if said.is_empty() {
            continue;
        }
        assert!(
            said.ends_with('\n') && serde_json::from_str::<Value>(&said).is_ok(),
            "{n}: {said}"
        );
        answered += 1;
        let ledger = Ledger::new(&events.join("state"), &format!("s{}", n / 4), None);
        let path = events.join(format!("state/sessions/{}.warnings.jsonl", ledger.stem()));
        let noted = fs::read_to_string(path).unwrap();
        assert!(
            noted.contains(&ledger.hash("call", &format!("t{n}"))),
            "call {n} was answered and not noted"
        );
    }
    assert!(
        (1..calls).contains(&answered),
        "{answered} answers: the disk was never full, or always"
    );
    // The calls that found no room are not in the statistics, which are read all the same.
    let stats: Value = serde_json::from_slice(&fs::read(events.join("stats")).unwrap()).unwrap();
    assert!((1..calls).contains(&stats["calls"].as_u64().unwrap()), "{stats}");
}

fn is_root() -> bool {
    let is_root = nix::unistd::geteuid().is_root();
    if !is_root {
        eprintln!("skipped: only root can give files to others");
    }
    is_root
}

#[test]
fn a_state_folder_of_another_user_is_left_alone() {
    if !is_root() || !have("setpriv") {
        return;
    }
    // Who runs it, who owns the folder, its mode.
    for (runs, owns, mode) in
        [(0, 4321, 0o700), (0, 4321, 0o777), (4322, 4321, 0o777), (4322, 0, 0o755)]
    {
        let world = World::new();
        let copy = world.root().join("toolcoach");
        program(&copy, &fs::read(binary()).unwrap());
        fs::set_permissions(world.root(), fs::Permissions::from_mode(0o755)).unwrap();
        for folder in [world.state(), world.state().join("sessions")] {
            fs::create_dir(&folder).unwrap();
            chown(&folder, Some(owns), Some(owns)).unwrap();
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        }
        let run = |args: &[&str], input: &[u8]| {
            let id = runs.to_string();
            let privileges = ["--reuid", &id, "--regid", &id, "--clear-groups", "--"];
            let mut command = world.program("/usr/bin/env", &["setpriv"]);
            command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
            feed(command.args(privileges).arg(&copy).args(args), input)
        };
        let of = format!("run by {runs}, folder of {owns} with {mode:o}");
        let call = |command: &str| answer(&run(&[], &world.bash(command).session("s").json()));
        assert!(call("git push -f origin main").is_some(), "{of}: what is critical must be said");
        assert_eq!(call("grep -rn foo ."), None, "{of}: without memory a hint is not said");
        assert_eq!(answer(&run(&[], b"nonsense")), None, "{of}");
        assert!(world.stored().is_empty(), "{of}: {:?}", world.stored().keys());
        for args in [
            &["--stats"][..],
            &["mute", "all", "--for", "ever"],
            &["trust", "--yes"],
            &["explain", "--last"],
            &["log"],
        ] {
            ended(&run(args, b""), &of);
        }
        let doctor = String::from_utf8(run(&["doctor"], b"").stdout).unwrap();
        let told = if owns == 0 { "is not writable" } else { "belongs to another user" };
        assert!(doctor.contains("FAIL  state") && doctor.contains(told), "{of}: {doctor}");
        assert!(world.stored().is_empty(), "{of}: {:?}", world.stored().keys());
    }
}

#[test]
fn files_of_another_user_are_not_believed() {
    if !is_root() {
        return;
    }
    let world = World::new();
    world.file(
        ".toolcoach.json",
        r#"{"rules": [{"id": "x", "program": "ls", "text": "words in the ear"}]}"#,
    );
    assert_eq!(world.told(&["trust", "--yes"]).0, 0);
    world.bash("ls").says("x");
    assert_eq!(world.told(&["mute", "git-push-force"]).0, 0);
    world.bash("git push -f origin main").is_silent();
    for name in ["trust.json", "mutes.json"] {
        chown(world.state().join(name), Some(4321), Some(4321)).unwrap();
    }
    world.bash("ls").is_silent();
    world.bash("git push -f origin main").says("git-push-force");
    let doctor = world.told(&["doctor"]).1;
    assert!(doctor.contains("trust.json") && doctor.contains("another user"), "{doctor}");
}
