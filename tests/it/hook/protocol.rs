//! The protocol: what clients send, and what they accept.

use std::fs;
use std::io::Write;

use serde_json::{Value, json};

use crate::harness::{World, answer, feed, recorded, start};

#[test]
fn the_events_name_is_echoed() {
    let world = World::new();
    for (call, name) in [
        (world.bash("git push -f"), "PostToolUse"),
        (world.bash("git push -f").failed("Exit code 1\nrejected"), "PostToolUseFailure"),
    ] {
        let output = world.run(&[], &call.json());
        let reply: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(reply["hookSpecificOutput"]["hookEventName"], name);
    }
}

#[test]
fn captured_inputs_are_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let world = World::new();
            let said = world.hook(&fs::read(&path).unwrap());
            let speaks = ["try", "codex-exec-ok"]
                .iter()
                .any(|name| path.to_string_lossy().contains(&format!("/{name}.")));
            assert_eq!(said.is_some(), speaks, "{path:?}: {said:?}");
            assert!(world.lines("errors.jsonl").is_empty(), "{path:?}");
            seen += 1;
        }
    }
    assert!(seen >= 10);
}

/// The whole collection of inputs, where it stands beside the project.
#[test]
fn every_recorded_payload_is_survived() {
    let Some(folder) = recorded("payloads") else { return };
    let clients = fs::read_dir(folder).unwrap();
    for client in clients.flatten().filter(|entry| entry.path().is_dir()) {
        for entry in fs::read_dir(client.path()).unwrap() {
            let path = entry.unwrap().path();
            let output = World::new().run(&[], &fs::read(&path).unwrap());
            assert!(output.status.success() && output.stderr.is_empty(), "{path:?}");
        }
    }
}

#[test]
fn a_closed_stdout_is_no_error() {
    let world = World::new();
    let mut child = start(&mut world.command(&[]));
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(&world.bash("git push -f").json()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn the_hook_can_be_named_and_told_its_client() {
    let world = World::new();
    let call = world.bash("grep -rn x .");
    for args in [&["hook"][..], &["hook", "--client", "claude"], &["hook", "--client=claude"]] {
        assert!(answer(&world.run(args, &call.json())).is_some(), "{args:?}");
    }
    // Codex brings no rg of its own.
    world.programs(&[]);
    assert_eq!(answer(&world.run(&["hook", "--client", "codex"], &call.json())), None);
    let wrong = world.run(&["hook", "--client", "emacs"], &call.json());
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn it_can_be_switched_off() {
    World::new().bash("git push -f").env("TOOLCOACH_DISABLE", "1").is_silent();
}

#[test]
fn other_events_are_read_and_silent() {
    let world = World::new();
    for event in ["PostToolBatch", "SessionStart"] {
        let input = json!({ "hook_event_name": event, "session_id": "s", "source": "startup", "tool_calls": [] });
        assert_eq!(world.hook(input.to_string().as_bytes()), None);
    }
    assert!(world.stored().is_empty(), "{:?}", world.stored());
}

/// A call that Claude Code rejected fires no hook but that of its batch, which is registered on
/// request.
#[test]
fn a_rejected_call_of_a_batch_is_told_when_it_comes_again() {
    let world = World::new();
    let batch = include_str!("../../fixtures/batch-edit-rejected.PostToolBatch.json");
    assert_eq!(world.hook(batch.as_bytes()), None);
    assert!(world.stored().keys().any(|name| name.ends_with(".calls.jsonl")));
    // The same batch again is another registration of the hook; another id is another try.
    assert_eq!(world.hook(batch.as_bytes()), None);
    let again = batch.replace("toolu_main_0_0", "toolu_main_1_0");
    let answer = world.hook(again.as_bytes()).unwrap();
    assert!(answer.contains("this Edit of app.py was rejected before"), "{answer}");
    // A batch whose calls were all run leaves nothing.
    let world = World::new();
    let run = include_str!("../../fixtures/batch-one-bash.PostToolBatch.json");
    assert_eq!(world.hook(run.as_bytes()), None);
    assert!(world.stored().is_empty());
}

#[test]
fn a_second_line_only_beside_something_critical() {
    let world = World::new();
    let one = world.bash("git add -A && git commit --no-verify -m x").answer().unwrap();
    assert_eq!(one.lines().count(), 1, "{one}");
    let two = world.bash("rm -rf $X/y; npm test | tail -5").answer().unwrap();
    let rules: Vec<&str> = two.lines().collect();
    assert_eq!(rules.len(), 2, "{two}");
    assert!(rules[0].ends_with("(rm-rf-dangerous)") && rules[1].ends_with("(masked-exit-pipe)"));
}

#[test]
fn wrong_usage_is_told_and_exits_2() {
    let world = World::new();
    for args in [
        &["--nope"][..],
        &["rules", "--format", "xml"],
        &["--format", "json"],
        &["--stats", "--since", "soon"],
    ] {
        let output = feed(&mut world.command(args), b"");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{args:?}");
    }
    let output = world.run(&["rules", "grep-recrusive"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the nearest is `grep-recursive`"));
}

/// The faults of the feature `fault-injection` are in no other build.
#[cfg(not(feature = "fault-injection"))]
#[test]
fn nothing_is_broken_on_demand() {
    let world = World::new();
    world.file("package.json", "{}");
    world.file("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
    for fault in ["error", "panic", "spin", "sleep"] {
        for place in ["router", "anti-pattern", "performance", "hook"] {
            world
                .bash("npm install left-pad")
                .env("TOOLCOACH_FAULT", fault)
                .env("TOOLCOACH_FAULT_IN", place)
                .env("TOOLCOACH_FAULT_CLOCK", "999999999")
                .says("wrong-js-package-manager");
        }
    }
    assert!(!world.stored().contains_key("breakers.json"), "nothing failed");
}
