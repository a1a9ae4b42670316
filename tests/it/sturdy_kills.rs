//! Kill -9 anywhere: what was answered is noted, and what is on disk is whole.
//! `TOOLCOACH_KILL_ROUNDS=1000 cargo test --release --test it sturdy_kills -- --nocapture` shows
//! the table.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use toolcoach::store::ledger::Ledger;

use crate::harness::World;
use crate::sturdy::whole;

fn rounds() -> u64 {
    std::env::var("TOOLCOACH_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(30)
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

/// Starts it, kills it after that time, and returns what it printed.
fn killed(command: &mut Command, input: &[u8], after: Option<Duration>) -> String {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    if let Some(after) = after {
        std::thread::sleep(after);
        let _ = child.kill();
    }
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// How long it takes when nobody stops it: the shortest of a few.
fn unstopped(mut run: impl FnMut()) -> Duration {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap()
}

#[test]
fn a_killed_call_has_noted_what_it_answered() {
    let world = World::new();
    let mut dice = Dice(7);
    let call = |session: &str, id: &str| {
        world.bash("git push -f origin main").session(session).id(id).json()
    };
    let took = unstopped(|| drop(world.hook(&call("first", "x"))));
    let mut table: BTreeMap<&str, u64> = BTreeMap::new();
    for round in 0..rounds() {
        // A session's first calls create its files, later ones append to them.
        let (session, id) = (format!("session {}", round / 4), format!("call {round}"));
        let after = Duration::from_micros(dice.below(took.as_micros() as u64));
        let printed = killed(&mut world.command(&[]), &call(&session, &id), Some(after));
        assert!(printed.is_empty() || printed.ends_with("}\n"), "a torn answer: {printed:?}");
        let ledger = Ledger::new(&world.state(), &session, None);
        let hash = ledger.hash("call", &id);
        let holds = |kind: &str| {
            let path = world.state().join(format!("sessions/{}.{kind}.jsonl", ledger.stem()));
            fs::read_to_string(path).unwrap_or_default().contains(&hash)
        };
        let (noted, called) = (holds("warnings"), holds("calls"));
        assert!(noted || printed.is_empty(), "round {round}: answered and not noted");
        *table
            .entry(match (noted, called, printed.is_empty()) {
                (false, ..) => "nothing noted, nothing said",
                (true, false, _) => "the advice noted, not the call; nothing said",
                (true, true, true) => "both noted, nothing said",
                (true, true, false) => "both noted, and said",
            })
            .or_default() += 1;
        whole(&world);
    }
    // Whoever comes next finds everything in order.
    world.bash("grep -rn foo .").session("session 0").id("last").says("grep-recursive");
    let output = world.run(&["--stats", "--format", "json"], b"");
    let stats: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&stats["skipped_lines"], &stats["unreadable_files"]), (&0.into(), &0.into()));
    assert_eq!(stats["calls"], world.lines("calls.jsonl").len());
    println!("{} calls killed within {took:?}; every answer noted, no line torn", rounds());
    for (place, count) in &table {
        println!("{count:6}  {place}");
    }
    assert!(table.len() > 1, "{table:?}");
}

#[test]
fn a_killed_command_leaves_the_old_file_or_the_new_one() {
    let world = World::new();
    let mut dice = Dice(11);
    let settings = world.root().join("home/.claude/settings.json");
    fs::create_dir_all(settings.parent().unwrap()).unwrap();
    let before = "{\n  \"model\": \"opus\"\n}\n";
    fs::write(&settings, before).unwrap();
    world.file(".toolcoach.json", r#"{"rules": [{"id": "x", "program": "ls", "text": "more"}]}"#);
    // Not BINARY: the program's own path goes into the settings.
    let install = ["install", "--yes", "--client", "claude"];
    let uninstall = ["uninstall", "--yes", "--client", "claude"];
    let mut after = String::new();
    let took = unstopped(|| {
        assert_eq!(world.told(&install).0, 0);
        after = fs::read_to_string(&settings).unwrap();
        assert_eq!(world.told(&uninstall).0, 0);
        assert_eq!(fs::read_to_string(&settings).unwrap(), before);
    });
    assert_ne!(after, before);
    let mut table: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..rounds() {
        let rule = ["git-push-force", "grep-recursive", "rm-rf-dangerous"][round as usize % 3];
        let args: &[&str] = match round % 5 {
            0 => &install,
            1 => &uninstall,
            2 => &["mute", rule],
            3 => &["unmute", "all"],
            _ => &["trust", "--yes"],
        };
        let pause = Duration::from_micros(dice.below(took.as_micros() as u64 * 3 / 4));
        let said = killed(&mut world.command(args), b"", Some(pause));
        let now = fs::read_to_string(&settings).unwrap();
        assert!(now == before || now == after, "round {round}: {now}");
        let is_muted = || {
            let text = world.stored().remove("mutes.json").unwrap_or_default();
            assert!(text.is_empty() || serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            text.contains(rule)
        };
        // What was told as done is done.
        let (name, is_done) = match round % 5 {
            0 => ("install", said.contains(": done.") && now == after),
            1 => ("uninstall", said.contains(": done.") && now == before),
            2 => ("mute", said.contains(" is muted") && is_muted()),
            3 => ("unmute", said.contains("any more.") && !is_muted()),
            _ => (
                "trust",
                said.contains("Trusted until") && world.stored().contains_key("trust.json"),
            ),
        };
        let told = [": done.", " is muted", "any more.", "Trusted until"]
            .iter()
            .any(|word| said.contains(word));
        assert_eq!(told, is_done, "round {round}, {args:?}: {said}");
        *table
            .entry(format!("{name}, {}", if told { "told as done" } else { "not" }))
            .or_default() += 1;
    }
    println!("{} commands killed: each file is the old one or the new one", rounds());
    for (place, count) in &table {
        println!("{count:6}  {place}");
    }
    // After all of that it goes in and out as ever.
    assert_eq!(world.told(&install).0, 0);
    assert_eq!(fs::read_to_string(&settings).unwrap(), after);
    assert_eq!(world.told(&uninstall).0, 0);
    assert_eq!(fs::read_to_string(&settings).unwrap(), before);
}
