//! Faults on demand in each analyzer: `cargo test --features fault-injection faults`. The tests
//! measure and print how long each call took, but assert nothing about it; with `--release` and
//! `TOOLCOACH_FAULT_RUNS=100` they print the table of docs/performance.md.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toolcoach::store::ledger::Ledger;

use crate::faults::steering::wait_for_end;
use crate::harness::{Call, World, advice, answer, feed, start, wait_until};

/// Each fault, the failure that the breaker notes, and the `via` of the call that it strikes.
const FAULTS: [(&str, &str, &str); 5] = [
    ("error", "error", "deep"),
    ("panic", "panic", "deep"),
    ("spin", "overrun", "cut"),
    ("sleep", "overrun", "cut"),
    ("fifo", "overrun", "cut"),
];

/// Each analyzer with a rule that it speaks by, and one of another analyzer that holds for the same
/// call.
const ANALYZERS: [(&str, &str, &str); 3] = [
    ("router", "wrong-js-package-manager", "test-output-verbose"),
    ("anti-pattern", "debt-filename", ""),
    ("performance", "test-output-verbose", "wrong-js-package-manager"),
];

/// The file in which a call that was ended on the main thread leaves its mark.
const OVERRUNS: &str = "overruns";

fn runs() -> usize {
    let few = if cfg!(debug_assertions) { 1 } else { 3 };
    std::env::var("TOOLCOACH_FAULT_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(few)
}

fn world() -> World {
    let world = World::new();
    world.file("package.json", "{}");
    world.file("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
    world.file("parser.py", "x = 1\n");
    world.tracked(&["package.json", "parser.py", "pnpm-lock.yaml"]);
    world
}

fn call<'w>(world: &'w World, analyzer: &str, id: &str) -> Call<'w> {
    let call = if analyzer == "anti-pattern" {
        let path = world.work().join("parser_v2.py");
        world.call("Write", json!({ "file_path": path, "content": "x = 2\n" })).response(
            json!({ "type": "create", "filePath": path, "content": "x = 2\n", "structuredPatch": [] }),
        )
    } else {
        world
            .bash("npm install left-pad")
            .response(json!({ "stdout": "x\n".repeat(20_000), "stderr": "" }))
    };
    // Each call has a session of its own: nothing is said twice in one session.
    call.session(id).id(id)
}

/// The value of `TOOLCOACH_FAULT` that asks for this fault.
fn asked(world: &World, fault: &str) -> String {
    let fifo = world.root().join("fifo");
    if fault != "fifo" {
        return fault.to_owned();
    }
    if !fifo.exists() {
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    }
    format!("fifo:{}", fifo.display())
}

/// The hook's answer with a fault, and how long it took.
fn struck(
    world: &World,
    call: &Call,
    analyzer: &str,
    fault: &str,
    clock: u64,
) -> (Option<String>, Duration) {
    let mut command = world.command(&[]);
    command
        .env("TOOLCOACH_FAULT", asked(world, fault))
        .env("TOOLCOACH_FAULT_IN", analyzer)
        .env("TOOLCOACH_FAULT_CLOCK", clock.to_string());
    let input = call.json();
    let start = Instant::now();
    let output = feed(&mut command, &input);
    (answer(&output), start.elapsed())
}

fn state(world: &World, analyzer: &str) -> String {
    let output = world.run(&["--stats", "--format", "json"], b"");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let line = report["breakers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["analyzer"] == analyzer)
        .unwrap();
    line["state"].as_str().unwrap().to_owned()
}

/// The machine was so slow that a time limit hit something healthy.
struct Disturbed;

/// The `via` of this session's call and the state of the analyzer's breaker. `Err` if something
/// healthy ran out of time.
fn outcome(
    world: &World,
    session: &str,
    analyzer: &str,
    fault: &str,
) -> Result<(String, Value), Disturbed> {
    let is_overrun = |breaker: &Value| breaker["last"] == "overrun";
    let text = world.stored().remove("breakers.json").unwrap_or_default();
    let mut breakers: Value = serde_json::from_str(&text).unwrap_or_default();
    // A breaker is known by its analyzer and the hash of the work tree.
    let of_it = |key: &&String| key.split('@').next() == Some(analyzer);
    let key = breakers["breakers"].as_object().and_then(|all| all.keys().find(of_it).cloned());
    let own = key.map(|key| breakers["breakers"][&key].take()).unwrap_or_default();
    let others =
        breakers["breakers"].as_object().is_some_and(|others| others.values().any(is_overrun));
    let hangs = FAULTS.iter().any(|(name, last, _)| *name == fault && *last == "overrun");
    let stem = Ledger::new(&world.state(), session, None).stem().to_owned();
    let line = std::fs::read_to_string(world.state().join(format!("sessions/{stem}.calls.jsonl")));
    match line {
        Ok(line) if !others && (hangs || fault == "none" || !is_overrun(&own)) => {
            let line: Value = serde_json::from_str(&line).unwrap();
            Ok((line["via"].as_str().unwrap().to_owned(), own))
        }
        // A process that hit its own limit has left no line.
        _ => Err(Disturbed),
    }
}

/// A session of three calls that a fault strikes, and a fourth with the breaker open: the longest
/// of the three.
fn run(
    analyzer: &str,
    rule: &str,
    other: &str,
    fault: (&str, &str, &str),
) -> Result<Duration, Disturbed> {
    let (fault, last, via) = fault;
    let world = world();
    if last == "overrun" {
        // A worker is asked at once: on the main thread the hard stop would end the first call.
        std::fs::create_dir_all(world.state()).unwrap();
        std::fs::write(world.state().join(OVERRUNS), "X").unwrap();
    }
    let mut worst = Duration::ZERO;
    for n in 1..=3 {
        assert_eq!(state(&world, analyzer), "closed", "{analyzer} {fault}, before call {n}");
        let session = format!("t{n}");
        let (said, took) = struck(&world, &call(&world, analyzer, &session), analyzer, fault, 0);
        worst = worst.max(took);
        let (went, breaker) = outcome(&world, &session, analyzer, fault)?;
        assert_eq!((went.as_str(), &breaker["failures"]), (via, &json!(n)), "{analyzer} {fault}");
        assert_eq!(breaker["last"], last, "{analyzer} {fault}");
        let said = said.unwrap_or_default();
        assert!(!said.contains(rule), "{analyzer} {fault}: the sick one speaks: {said}");
        assert!(said.contains(other), "{analyzer} {fault}: the others are silent: {said:?}");
    }
    assert_eq!(state(&world, analyzer), "open", "{analyzer} {fault}");
    struck(&world, &call(&world, analyzer, "t4"), analyzer, fault, 0);
    let (went, breaker) = outcome(&world, "t4", analyzer, "none")?;
    assert_eq!(
        (went.as_str(), &breaker["failures"]),
        ("deep", &json!(3)),
        "{analyzer} {fault}: not left out"
    );
    Ok(worst)
}

/// A rule that does not return where there is no thread to abandon costs one call its answer. Then
/// workers are asked, whose breakers know it, until the mark is old.
#[test]
fn what_never_returns_on_the_main_thread_is_ended_and_then_left_to_workers() {
    let (analyzer, session) = ("anti-pattern", |n: usize| format!("m{n}"));
    let world = world();
    let mark = world.state().join(OVERRUNS);
    let byte = || std::fs::read_to_string(&mark).unwrap_or_default();
    let noted = |n: usize| {
        let stem = Ledger::new(&world.state(), &session(n), None).stem().to_owned();
        std::fs::read_to_string(world.state().join(format!("sessions/{stem}.calls.jsonl"))).ok()
    };
    // Each attempt has a session of its own. On a busy machine the hard stop may come before the
    // analyzer is asked, or before what became of it is noted.
    let mut calls = 0;
    let mut hang = || {
        calls += 1;
        let (said, _) =
            struck(&world, &call(&world, analyzer, &session(calls)), analyzer, "spin", 0);
        assert_eq!(said, None);
        noted(calls)
    };
    wait_until("the hard stop ends a call on the main thread", || {
        hang().is_none() && byte() == "X"
    });
    let mut is_abandoned = false;
    wait_until("a worker is asked and abandoned, and its breaker knows", || {
        is_abandoned |= hang().is_some_and(|line| line.contains("\"via\":\"cut\""));
        assert_eq!(byte(), "X", "a worker was asked");
        is_abandoned
            && world.stored().get("breakers.json").is_some_and(|known| known.contains("overrun"))
    });
    // Without failures, and once the mark is old, the main thread tries again.
    let an_hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    let mut healthy = 0;
    wait_until("the mark is lifted", || {
        let _ = std::fs::remove_file(world.state().join("breakers.json"));
        let mark = std::fs::File::options().append(true).open(&mark).unwrap();
        mark.set_modified(an_hour_ago).unwrap();
        healthy += 1;
        let said = call(&world, analyzer, &format!("healthy {healthy}")).answer();
        said.is_some_and(|said| said.contains("(debt-filename)")) && byte() == "-"
    });
}

/// Judges by how each call ended, not by how long it took. An analyzer that hangs loses its slice
/// of time: the ledger says `cut` and the breaker says `overrun`. The other analyzers still answer,
/// so the process's own limit did not hit. The test repeats a session in which something healthy
/// ran out of time.
#[test]
fn a_sick_analyzer_costs_no_more_than_its_time_and_is_left_out() {
    for (analyzer, rule, other) in ANALYZERS {
        let healthy = world();
        let found = advice(&call(&healthy, analyzer, "t").explain());
        assert!(found.iter().any(|(id, _)| id == rule), "{analyzer}: {found:?}");
        assert!(
            other.is_empty() || found.iter().any(|(id, _)| id == other),
            "{analyzer}: {found:?}"
        );
        for fault in FAULTS {
            let (mut worst, mut disturbed) = (Duration::ZERO, 0);
            for _ in 0..runs() {
                wait_until("a session is undisturbed", || {
                    match run(analyzer, rule, other, fault) {
                        Ok(took) => {
                            worst = worst.max(took);
                            true
                        }
                        Err(Disturbed) => {
                            disturbed += 1;
                            false
                        }
                    }
                });
            }
            let (fault, calls) = (fault.0, runs() * 3);
            eprintln!("| {analyzer} | {fault} | {calls} | {} | {disturbed} |", worst.as_millis());
        }
    }
}

/// The process's own limit ends a main thread that hangs, before the answer and after it. The test
/// waits for the process to end; none of these faults ends within that minute.
#[test]
fn a_main_thread_that_hangs_is_ended_with_exit_code_0() {
    for (place, answers) in [("hook", false), ("upkeep", true)] {
        for fault in ["spin", "sleep", "fifo"] {
            let world = world();
            let mut command = world.command(&[]);
            command.env("TOOLCOACH_FAULT", asked(&world, fault)).env("TOOLCOACH_FAULT_IN", place);
            let mut child = start(&mut command);
            let call = world.bash("git push -f").session("s").json();
            child.stdin.take().unwrap().write_all(&call).unwrap();
            wait_for_end(&mut child);
            let said = answer(&child.wait_with_output().unwrap());
            assert_eq!(said.is_some(), answers, "{place} {fault}: {said:?}");
            assert_eq!(world.lines("calls.jsonl").len(), usize::from(answers), "{place} {fault}");
            assert!(!world.stored().contains_key("upkeep.json"), "{place} {fault}: it went on");
        }
    }
}

#[test]
fn a_panic_of_the_main_thread_is_silence_and_counted() {
    let world = world();
    let call = call(&world, "router", "t");
    let mut command = world.command(&[]);
    let output = feed(
        command.env("TOOLCOACH_FAULT", "panic").env("TOOLCOACH_FAULT_IN", "hook"),
        &call.json(),
    );
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
    assert!(world.stored()["errors.jsonl"].contains("\"kind\":\"panic\""));
}

/// The answer is out by then: it stays, and nothing is added to it.
#[test]
fn a_panic_after_the_answer_is_counted_and_nothing_else() {
    let world = world();
    let mut command = world.command(&[]);
    command.env("TOOLCOACH_FAULT", "panic").env("TOOLCOACH_FAULT_IN", "upkeep");
    let output = feed(&mut command, &world.bash("git push -f").session("s").json());
    assert!(answer(&output).is_some());
    assert!(world.stored()["errors.jsonl"].contains("\"kind\":\"panic\""));
}

/// It must not reach the C library, which would abort.
#[test]
fn a_panic_of_a_command_is_told_and_ends_with_101() {
    let world = world();
    let mut command = world.command(&["rules"]);
    let output =
        feed(command.env("TOOLCOACH_FAULT", "panic").env("TOOLCOACH_FAULT_IN", "command"), b"");
    assert_eq!(output.status.code(), Some(101), "{output:?}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("asked for") && stderr.matches("panicked").count() == 1, "{stderr}");
}

/// Moves the clock of the breakers instead of waiting for it.
fn trial(analyzer: &str, rule: &str) -> Result<(), Disturbed> {
    const FIVE_MINUTES: u64 = 5 * 60 * 1000 + 1000;
    let world = world();
    if analyzer == "performance" {
        // Without it the router has nothing to say before it.
        std::fs::remove_file(world.work().join("pnpm-lock.yaml")).unwrap();
    }
    let strike = |id: &str, fault: &str, clock: u64| {
        let (said, _) = struck(&world, &call(&world, analyzer, id), analyzer, fault, clock);
        let (_, breaker) = outcome(&world, id, analyzer, fault)?;
        let is_late = fault == "none" && clock >= 2 * FIVE_MINUTES && breaker["last"] == "overrun";
        if is_late { Err(Disturbed) } else { Ok(said.unwrap_or_default()) }
    };
    for n in 0..3 {
        strike(&format!("t{n}"), "panic", 0)?;
    }
    assert_eq!(state(&world, analyzer), "open");
    // The trial fails: it is open again, though it was one failure.
    strike("t4", "panic", FIVE_MINUTES)?;
    assert!(!strike("t5", "none", FIVE_MINUTES + 1000)?.contains(rule), "{analyzer} is still open");
    // The next one succeeds.
    assert!(strike("t6", "none", 2 * FIVE_MINUTES)?.contains(rule), "{analyzer} had its trial");
    assert_eq!(state(&world, analyzer), "closed");
    assert_eq!(
        world.stored().get("breakers.json").map(|text| text.contains(analyzer)),
        Some(false)
    );
    Ok(())
}

/// Repeats a scenario in which something healthy ran out of time.
#[test]
fn a_breaker_half_opens_opens_again_and_closes() {
    for (analyzer, rule, _) in ANALYZERS {
        wait_until("a scenario is undisturbed", || trial(analyzer, rule).is_ok());
    }
}

/// A project's file may leave an analyzer no time, and must not switch it off by that.
#[test]
fn a_project_that_leaves_less_time_gets_it_and_no_breaker_opens_by_it() {
    let overran = |settings: &str| {
        let world = world();
        world.file(".toolcoach.json", settings);
        let performance = "performance";
        struck(&world, &call(&world, performance, "s"), performance, "sleep", 1000);
        world.stored().remove("breakers.json").is_some_and(|text| text.contains("overrun"))
    };
    assert!(overran("{}"), "the user's time is over");
    assert!(!overran(r#"{ "deadline_ms": 20 }"#), "the project's time is over");
}
