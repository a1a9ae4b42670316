//! Kill -9 anywhere: what was answered is noted, and what is on disk is whole. The tests choose the
//! place by what the process does: before each system call that changes anything, and wherever the
//! process waits for others.

use std::fs;
use std::io::{BufRead, BufReader, PipeReader, Read, Write};
use std::process::Stdio;

use serde_json::Value;
use toolcoach::store::ledger::Ledger;

use crate::faults::process::whole;
use crate::faults::steering::{
    Step, can_trace, course, killed_before, shown, wait_for_read, wait_for_write,
};
use crate::harness::{World, start, wait_until};

const PUSH: &str = "git push -f origin main";

/// Whether the session's ledger holds the advice to the call of this id, and the call itself.
fn noted(world: &World, id: &str) -> (bool, bool) {
    let ledger = Ledger::new(&world.state(), "s", None);
    let hash = ledger.hash("call", id);
    let holds = |kind: &str| {
        let path = world.state().join(format!("sessions/{}.{kind}.jsonl", ledger.stem()));
        fs::read_to_string(path).unwrap_or_default().contains(&hash)
    };
    (holds("warnings"), holds("calls"))
}

/// The next call finds everything in order.
#[track_caller]
fn goes_on(world: &World) {
    whole(world);
    world.bash("git commit --no-verify -m x").session("s").id("next").says("git-no-verify");
    let output = world.run(&["--stats", "--format", "json"], b"");
    let stats: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&stats["skipped_lines"], &stats["unreadable_files"]), (&0.into(), &0.into()));
    assert_eq!(stats["calls"], world.lines("calls.jsonl").len());
}

/// Tries again until the process was killed. A call without time for its upkeep does not reach the
/// last steps.
fn until_killed<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    let mut outcome = None;
    wait_until("the process is killed", || {
        outcome = attempt();
        outcome.is_some()
    });
    outcome.unwrap()
}

/// Uses strace to kill a call before each of its steps. The step alone decides what is there: the
/// call notes its advice first, then itself, and prints the answer last.
#[test]
fn a_killed_call_has_noted_what_it_answered() {
    if !can_trace() {
        return;
    }
    // A session's first call creates its files, a later one appends to them.
    for earlier in [&[][..], &["ls", "grep -rn foo ."]] {
        let begin = || {
            let world = World::new();
            for (n, command) in earlier.iter().enumerate() {
                world.bash(command).session("s").id(&format!("earlier {n}")).answer();
            }
            let input = world.bash(PUSH).session("s").id("x").json();
            (world, input)
        };
        let (world, input) = begin();
        let steps = course(&world, &[], &input);
        let place =
            |call: &str, object: &str| steps.iter().position(|step| step.is(call, object)).unwrap();
        let marks = [
            place("write", ".warnings.jsonl>"),
            place("write", ".calls.jsonl>"),
            place("write", "(1<"),
        ];
        assert!(marks.is_sorted(), "{steps:#?}");
        for (at, step) in steps.iter().enumerate() {
            let (world, printed) = until_killed(|| {
                let (world, input) = begin();
                killed_before(&world, step, &[], &input).map(|printed| (world, printed))
            });
            let (advice, call) = noted(&world, "x");
            assert_eq!(
                [advice, call, printed.ends_with("}\n")],
                marks.map(|mark| at > mark),
                "{step:?}"
            );
            assert!(printed.is_empty() || printed.lines().count() == 1, "{step:?}: {printed:?}");
            goes_on(&world);
        }
    }
}

/// A pipe that is full: a writer waits until someone reads.
fn full_pipe() -> (PipeReader, Stdio) {
    use nix::fcntl::{FcntlArg, fcntl};
    let (reader, mut writer) = std::io::pipe().unwrap();
    let size = fcntl(&writer, FcntlArg::F_GETPIPE_SZ).unwrap();
    writer.write_all(&vec![b'.'; size as usize]).unwrap();
    (reader, writer.into())
}

/// What was written after the filling.
fn drained(mut reader: PipeReader) -> String {
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text.trim_start_matches('.').to_owned()
}

/// Waits until a call waits for others, and kills it there, without strace: before its input, in
/// the middle and at the end of it, and at a full stdout. Then kills a call as soon as its answer
/// was read.
#[test]
fn a_call_that_is_killed_while_it_waits_has_noted_what_it_answered() {
    for halves in 0..=2 {
        let world = World::new();
        let input = world.bash(PUSH).session("s").id("x").json();
        let mut child = start(&mut world.unhurried(&[]));
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&input[..input.len() * halves / 2]).unwrap();
        wait_for_read(&child);
        child.kill().unwrap();
        assert_eq!(child.wait_with_output().unwrap().stdout, b"", "{halves} halves");
        assert_eq!(noted(&world, "x"), (false, false), "{halves} halves");
        drop(stdin);
        goes_on(&world);
    }
    let world = World::new();
    let input = world.bash(PUSH).session("s").id("x").json();
    let (reader, stdout) = full_pipe();
    let mut command = world.unhurried(&[]);
    let mut child = command.stdin(Stdio::piped()).stdout(stdout).spawn().unwrap();
    drop(command);
    child.stdin.take().unwrap().write_all(&input).unwrap();
    wait_for_write(&child);
    assert_eq!(noted(&world, "x"), (true, true));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(drained(reader), "");
    goes_on(&world);

    let world = World::new();
    let mut child = start(&mut world.unhurried(&[]));
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let mut answer = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    let _ = child.kill();
    child.wait().unwrap();
    assert!(answer.ends_with("}\n"), "{answer:?}");
    assert_eq!(noted(&world, "x"), (true, true));
    goes_on(&world);
}

/// A command that changes a file.
struct Change {
    args: &'static [&'static str],
    /// The commands that prepare it.
    before: &'static [&'static [&'static str]],
    /// The file, below the world's root.
    file: &'static str,
    /// Whether it first says what it is about to do.
    announces: bool,
    /// What it says when it is done.
    done: &'static str,
}

const INSTALL: &[&str] = &["install", "--yes", "--client", "claude"];
const UNINSTALL: &[&str] = &["uninstall", "--yes", "--client", "claude"];
const MUTE: &[&str] = &["mute", "git-push-force"];
const SETTINGS: &str = "home/.claude/settings.json";
const ORIGINAL: &str = "{\n  \"model\": \"opus\"\n}\n";

const MUTES: &str = "state/mutes.json";
const TRUST: &str = "state/trust.json";

const COMMANDS: [Change; 5] = [
    Change { args: INSTALL, before: &[], file: SETTINGS, announces: true, done: ": wrote " },
    Change {
        args: UNINSTALL,
        before: &[INSTALL],
        file: SETTINGS,
        announces: true,
        done: ": wrote ",
    },
    Change { args: MUTE, before: &[], file: MUTES, announces: false, done: " is muted" },
    Change {
        args: &["unmute", "all"],
        before: &[MUTE],
        file: MUTES,
        announces: false,
        done: "any more.",
    },
    Change {
        args: &["trust", "--yes"],
        before: &[],
        file: TRUST,
        announces: true,
        done: "Trusted until",
    },
];

impl Change {
    /// A world in which it has something to do.
    fn world(&self) -> World {
        let world = World::new();
        fs::create_dir_all(world.root().join("home/.claude")).unwrap();
        fs::write(world.root().join(SETTINGS), ORIGINAL).unwrap();
        world.file(
            ".toolcoach.json",
            r#"{"rules": [{"id": "x", "program": "ls", "text": "more"}]}"#,
        );
        for args in self.before {
            assert_eq!(world.told(args).0, 0, "{args:?}");
        }
        world
    }

    fn content(&self, world: &World) -> String {
        fs::read_to_string(world.root().join(self.file)).unwrap_or_default()
    }

    /// Checks that the file is the new one, or the old one to the byte, and that the next command
    /// works as ever.
    #[track_caller]
    fn left(&self, world: &World, old: &str, is_new: bool) {
        let content = self.content(world);
        assert_eq!(content != old, is_new, "{:?}: {content}", self.args);
        let is_json = |text: &str| serde_json::from_str::<Value>(text).is_ok();
        assert!(content.is_empty() || is_json(&content), "{:?}: {content}", self.args);
        assert_eq!(world.told(self.args).0, 0, "{:?}", self.args);
        assert_eq!(world.told(UNINSTALL).0, 0, "{:?}", self.args);
        assert_eq!(
            fs::read_to_string(world.root().join(SETTINGS)).unwrap(),
            ORIGINAL,
            "{:?}",
            self.args
        );
        whole(world);
    }
}

/// Uses strace to kill each command before each of its steps. The renaming decides whether the file
/// is the new one, and no command reports success before that.
#[test]
fn a_killed_command_leaves_the_old_file_or_the_new_one() {
    if !can_trace() {
        return;
    }
    for change in COMMANDS {
        let world = change.world();
        let steps = course(&world, change.args, b"");
        let renames = |step: &Step| step.is("rename", &format!("/{}\"", change.file));
        assert_eq!(steps.iter().filter(|step| renames(step)).count(), 1, "{steps:#?}");
        let renamed = steps.iter().position(renames).unwrap();
        for (at, step) in steps.iter().enumerate() {
            let (world, old, said) = until_killed(|| {
                let world = change.world();
                let old = change.content(&world);
                killed_before(&world, step, change.args, b"").map(|said| (world, old, said))
            });
            let is_new = at > renamed;
            assert!(is_new || !said.contains(change.done), "{step:?}: {said}");
            assert!(step.is("exit", "") <= said.contains(change.done), "{step:?}: {said}");
            change.left(&world, &old, is_new);
        }
    }
}

/// Waits until a command waits at a full stdout, and kills it there, or after it has reported
/// success, without strace. An announcement comes before the change, a report of success after it.
#[test]
fn a_command_that_is_killed_while_it_waits_has_done_what_it_says() {
    for change in COMMANDS {
        let world = change.world();
        let old = change.content(&world);
        let (reader, stdout) = full_pipe();
        let mut command = world.command(change.args);
        let mut child =
            command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::null()).spawn().unwrap();
        drop(command);
        wait_for_write(&child);
        assert_eq!(change.content(&world) != old, !change.announces, "{:?}", change.args);
        if change.announces {
            let mut lines = BufReader::new(reader).lines().map(Result::unwrap);
            assert!(lines.any(|line| line.contains(change.done)), "{:?}", change.args);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        change.left(&world, &old, true);
    }
}

/// After a power failure there must be no empty file under a name that a command reported as written. The hook does not
/// wait for the disk.
#[test]
fn a_command_puts_its_text_on_the_disk_before_it_gives_the_file_its_name() {
    if !can_trace() {
        return;
    }
    let world = World::new();
    let calls = "trace=?fsync,?fdatasync,?rename,?renameat,?renameat2";
    let text = shown(&world, calls, &["mute", "git-push-force"], b"");
    let of_it = text.lines().filter(|line| line.contains("mutes.new"));
    let names: Vec<&str> = of_it.filter_map(|line| line.split('(').next()).collect();
    assert!(
        matches!(names.as_slice(), [sync, name] if sync.contains("sync") && name.contains("rename")),
        "{text}"
    );
    world.bash(PUSH).session("s").is_silent();
    let text = shown(&world, calls, &[], &world.bash("rm -rf $X/y").session("t").json());
    assert!(!text.contains("sync("), "{text}");
}
