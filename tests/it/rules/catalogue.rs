//! The catalogue of rules with its whole hook inputs, where it stands beside the project: every
//! case of a rule in the book goes as its label says.

use std::fs;

use serde_json::Value;
use toolcoach::rules;

use crate::harness::{World, advice, recorded};

/// Cases in which the specification's words decide against their label: rule, what is run or
/// written, why.
const DECIDED: [(&str, &str, &str); 8] = [
    (
        "uv-run-python",
        "pytest -q",
        "neither uv nor an environment of the project is there, so nothing better",
    ),
    ("command-not-found", "python app.py", "no python3 is on PATH there, so there is none to name"),
    (
        "command-not-found",
        "docker-compose up -d",
        "docker is not on PATH there, and no shell says so without a name",
    ),
    ("sleep-wait", "sleep 2m; gh run view 1", "it waits for CI, so ci-wait speaks instead"),
    (
        "secret-on-cmdline",
        "export OPENAI_API_KEY=sk-proj-abcdefghijklmnopqrstuv0123456789",
        "the alphabet is a sample's value",
    ),
    (
        "secret-in-written-file",
        "TOKEN='ghp_0123456789abcdefghijklmnopqrstuvwxyz'",
        "the alphabet is a sample's value",
    ),
    ("git-merge-conflict", "git rebase main", "nothing hung under this client: it has no editor"),
    ("pkill-broad", "lsof -ti :3000 | xargs kill", "it kills the clients of the port as well"),
];

#[test]
fn the_catalogue_is_kept() {
    let Some(path) = recorded("catalogue/cases.jsonl") else { return };
    let text = fs::read_to_string(path).unwrap();
    let (mut seen, mut otherwise) = (0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let rule = case["rule"].as_str().unwrap();
        if rules::named(rule).is_none() {
            continue;
        }
        let world = World::new();
        for (path, content) in case["files"].as_object().into_iter().flatten() {
            world.file(path, content.as_str().unwrap_or_default());
        }
        let folder = world.work().to_string_lossy().into_owned();
        let input = case["input"].to_string().replace("{dir}", &folder);
        let output = world.run(&["explain", "--json"], input.as_bytes());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let fires = advice(&report).iter().any(|(id, _)| id == rule);
        let tool_input = &case["input"]["tool_input"];
        let what = ["command", "content"].into_iter().find_map(|field| tool_input[field].as_str());
        let what = what.unwrap_or_default();
        let decided = DECIDED.iter().any(|(id, of, _)| *id == rule && *of == what);
        let wanted = (case["label"] == "hit") != decided;
        if fires != wanted {
            otherwise.push(format!("{rule} on {what}: {report}"));
        }
        seen += 1;
    }
    assert!(seen > 50, "only {seen} cases were run");
    assert!(otherwise.is_empty(), "{otherwise:#?}");
}

/// Calls whose verdict is of another rule than the one that speaks here: command, why it does.
const FIRST_DECIDED: [(&str, &str); 2] = [
    ("cargo test 2>&1 | grep FAILED", "not a search of files, but its status is grep's"),
    ("git add . && git commit -m x && git push", "the order is right, but everything is added"),
];

/// Of the first implementation's calls this many may go otherwise than their verdict says, percent.
const MAX_OTHERWISE: usize = 5;

#[test]
fn the_first_implementations_calls_are_judged() {
    let Some(path) = recorded("catalogue/seed_cases.jsonl") else { return };
    let text = fs::read_to_string(path).unwrap();
    let (mut seen, mut otherwise) = (0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["verdict"] == "decide"
            || !case["session_state"].is_null()
            || case["tool_name"] == ""
        {
            continue;
        }
        let wanted: Vec<&str> = match &case["expected_rule"] {
            Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
            id => id.as_str().into_iter().filter(|id| *id != "none").collect(),
        };
        // Rules that are not in the book yet cannot be asked for.
        if !wanted.is_empty() && wanted.iter().all(|id| rules::named(id).is_none()) {
            continue;
        }
        let world = World::new();
        let call = world.call("x", Value::Null).field("tool_name", case["tool_name"].clone());
        let call = call
            .field("tool_input", case["tool_input"].clone())
            .response(case["tool_response"].clone());
        // A call of no known tool has nothing to explain; what counts is that the hook is silent on
        // it.
        let found =
            if case["tool_name"].is_string() { advice(&call.explain()) } else { Vec::new() };
        assert!(!found.is_empty() || call.answer().is_none(), "{case}");
        let command = case["tool_input"]["command"].as_str().unwrap_or_default();
        let decided = FIRST_DECIDED.iter().any(|(of, _)| *of == command);
        seen += 1;
        let as_wanted = if wanted.is_empty() || decided {
            found.is_empty() != decided
        } else {
            found.iter().any(|(id, _)| wanted.contains(&id.as_str()))
        };
        if !as_wanted {
            otherwise.push(format!("{}: wanted {wanted:?}, got {found:?}", case["tool_input"]));
        }
    }
    assert!(seen > 40, "only {seen} calls were judged");
    assert!(
        otherwise.len() * 100 <= seen * MAX_OTHERWISE,
        "{} of {seen}: {otherwise:#?}",
        otherwise.len()
    );
    eprintln!("{} of {seen} first calls go otherwise: {otherwise:#?}", otherwise.len());
}
