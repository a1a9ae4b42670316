//! Faults on demand in each analyzer: `cargo test --release --features fault-injection faults`.
//! Times count here, so these tests are not part of a debug build.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Call, World, advice, answer, feed};

/// Everything must be over so long after the input was complete.
const LIMIT: Duration = Duration::from_millis(100);

/// What a process needs to start and end on a loaded machine, beyond that.
const START: Duration = Duration::from_millis(40);

const FAULTS: [&str; 5] = ["error", "panic", "spin", "sleep", "fifo"];

/// Each analyzer with a rule that it speaks by, and one of another analyzer that holds for the same
/// call.
const ANALYZERS: [(&str, &str, &str); 3] = [
    ("router", "wrong-js-package-manager", "test-output-verbose"),
    ("anti-pattern", "debt-filename", ""),
    ("performance", "test-output-verbose", "wrong-js-package-manager"),
];

fn runs() -> usize {
    std::env::var("TOOLCOACH_FAULT_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(3)
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
    call.id(id)
}

/// The hook's answer with a fault, and how long it took.
fn struck(
    world: &World,
    call: &Call,
    analyzer: &str,
    fault: &str,
    clock: u64,
) -> (Option<String>, Duration) {
    let fifo = world.root().join("fifo");
    let fault = if fault == "fifo" {
        if !fifo.exists() {
            assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        }
        format!("fifo:{}", fifo.display())
    } else {
        fault.to_owned()
    };
    let mut command = world.command(&[]);
    command
        .env("TOOLCOACH_FAULT", fault)
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

/// A run in which the machine let a thread wait for this long, though it was ready, says nothing
/// about the hook's times.
const DISTURBED: Duration = Duration::from_millis(10);

/// Does something while another thread wakes up every few milliseconds; the longest that it
/// overslept.
fn watched<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    const NAP: Duration = Duration::from_millis(2);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut latest = Duration::ZERO;
            while !over.load(Ordering::Relaxed) {
                let start = Instant::now();
                std::thread::sleep(NAP);
                latest = latest.max(start.elapsed().saturating_sub(NAP));
            }
            latest
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        (done, watch.join().unwrap())
    })
}

/// Three calls that a fault strikes, and a fourth with the breaker open: the longest of the three.
fn run(analyzer: &str, rule: &str, other: &str, fault: &str) -> Result<Duration, String> {
    let world = world();
    let mut worst = Duration::ZERO;
    for n in 0..3 {
        if state(&world, analyzer) != "closed" {
            return Err(format!("the breaker is open after {n} failures"));
        }
        let call = call(&world, analyzer, &format!("t{n}"));
        let (said, took) = struck(&world, &call, analyzer, fault, 0);
        worst = worst.max(took);
        let said = said.unwrap_or_default();
        if said.contains(rule) || !said.contains(other) {
            return Err(format!("the sick one speaks, or the others are silent: {said:?}"));
        }
    }
    if state(&world, analyzer) != "open" {
        return Err("the breaker is closed after 3 failures".to_owned());
    }
    let (_, took) = struck(&world, &call(&world, analyzer, "t3"), analyzer, fault, 0);
    if took > START * 2 || worst > LIMIT + START {
        return Err(format!("a call took {worst:?}, and {took:?} with the breaker open"));
    }
    Ok(worst)
}

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
            let (mut times, mut disturbed) = (Vec::new(), 0);
            while times.len() < runs() && disturbed <= 2 * runs() {
                match watched(|| run(analyzer, rule, other, fault)) {
                    (_, latest) if latest > DISTURBED => disturbed += 1,
                    (Ok(took), _) => times.push(took),
                    (Err(what), latest) => {
                        panic!(
                            "{analyzer} {fault}, run {}: {what} (disturbed by {latest:?})",
                            times.len()
                        )
                    }
                }
            }
            let (calls, worst) =
                (times.len() * 3, times.iter().max().unwrap_or(&Duration::ZERO).as_millis());
            eprintln!("| {analyzer} | {fault} | {calls} | {worst} | {disturbed} |");
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

#[test]
fn a_breaker_half_opens_opens_again_and_closes() {
    const FIVE_MINUTES: u64 = 5 * 60 * 1000 + 1000;
    for (analyzer, rule, _) in ANALYZERS {
        let world = world();
        if analyzer == "performance" {
            // Without it the router has nothing to say before it.
            std::fs::remove_file(world.work().join("pnpm-lock.yaml")).unwrap();
        }
        for n in 0..3 {
            struck(&world, &call(&world, analyzer, &format!("t{n}")), analyzer, "panic", 0);
        }
        assert_eq!(state(&world, analyzer), "open");
        // The trial fails: it is open again, though it was one failure.
        struck(&world, &call(&world, analyzer, "t4"), analyzer, "panic", FIVE_MINUTES);
        let (said, _) =
            struck(&world, &call(&world, analyzer, "t5"), analyzer, "none", FIVE_MINUTES + 1000);
        assert!(!said.unwrap_or_default().contains(rule), "{analyzer} is still open");
        // The next one succeeds.
        let (said, _) =
            struck(&world, &call(&world, analyzer, "t6"), analyzer, "none", 2 * FIVE_MINUTES);
        assert!(said.unwrap_or_default().contains(rule), "{analyzer} had its trial");
        assert_eq!(state(&world, analyzer), "closed");
        assert_eq!(
            world.stored().get("breakers.json").map(|text| text.contains(analyzer)),
            Some(false)
        );
    }
}
