//! The hook, one process a call and at the time of the call, says what `replay` says. Only in
//! builds that take the time from outside: `cargo test --release --features fault-injection --test
//! it clock`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use serde_json::{Value, json};
use toolcoach::base::calendar::Utc;
use toolcoach::commands::transcripts;
use toolcoach::commands::transcripts::Conditions;

use crate::harness::{World, answer, feed};
use crate::requirements::recorded_calls;

#[test]
fn the_hook_says_what_replay_says() {
    let calls = recorded_calls();
    let world = World::new();
    let mut recording = String::new();
    let mut projects: BTreeMap<String, Value> = BTreeMap::new();
    let mut heard = Vec::new();
    for call in &calls {
        writeln!(recording, "{call}").unwrap();
        let is_codex = call["x_agent"] == "codex";
        let project =
            projects.entry(call["session_id"].to_string()).or_insert_with(|| call["cwd"].clone());
        let mut input = call.clone();
        let fields = input.as_object_mut().unwrap();
        fields.insert("agent_id".into(), call["x_agent_id"].clone());
        if is_codex {
            fields.insert("turn_id".into(), json!("t"));
        }
        let now = Utc::parse(call["ts"].as_str().unwrap()).unwrap().0;
        let mut command = world.command(&[]);
        command.env("TOOLCOACH_FAULT_NOW", now.to_string()).env("XDG_CONFIG_HOME", world.root());
        // The test asks in its own environment.
        command.env("HOME", std::env::var_os("HOME").unwrap_or_default());
        if !is_codex {
            let version = call["x_version"].as_str().unwrap_or_default().replace('.', "-");
            command.env("AI_AGENT", format!("claude-code_{version}_x"));
            command.env("CLAUDE_PROJECT_DIR", project.as_str().unwrap());
        }
        heard.push(answer(&feed(&mut command, input.to_string().as_bytes())));
    }
    let path = world.root().join("calls.jsonl");
    fs::write(&path, recording).unwrap();
    let programs = Some(["rg", "fd"].map(str::to_owned).into());
    let conditions = Conditions { programs, ..Conditions::default() };
    let mut said = Vec::new();
    let files: [PathBuf; 1] = [path];
    transcripts::read(&files, &conditions, &AtomicU64::new(0), &mut |replayed| {
        said.push(replayed.answer.text())
    });
    assert_eq!(said.len(), calls.len());
    let differing: Vec<_> = calls
        .iter()
        .zip(said.iter().zip(&heard))
        .filter(|(_, (said, heard))| said != heard)
        .map(|(call, (said, heard))| {
            format!("{}\n  replay {said:?}\n  hook   {heard:?}", call["tool_input"])
        })
        .collect();
    assert!(
        differing.is_empty(),
        "{} of {} differ:\n{}",
        differing.len(),
        calls.len(),
        differing.join("\n")
    );
    let spoken = said.iter().flatten().count();
    eprintln!("{} calls, {spoken} answered, no difference", calls.len());
}
