//! Recorded traffic through the engine, where it stands beside the project. The whole of it runs in release mode:
//! `cargo run --release --example corpus`.

use std::process::Command;

use crate::harness::{World, have};

#[test]
fn recorded_commands_are_answered_in_form() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/agent_commands.jsonl.gz");
    if !std::path::Path::new(path).exists() {
        eprintln!("skipped: no recorded traffic beside the project");
        return;
    }
    if !have("gzip") {
        return;
    }
    let output = Command::new("gzip").args(["-dc", path]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let world = World::new();
    // Every twentieth is enough to see that the binary holds its form on real commands.
    for line in text.lines().step_by(20) {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(answer) = world.bash(value["cmd"].as_str().unwrap()).answer() {
            assert!(answer.starts_with("[toolcoach] ") && answer.ends_with(')'), "{answer}");
        }
    }
}
