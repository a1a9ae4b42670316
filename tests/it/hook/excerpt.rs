//! Of a large input only parts are kept. That changes no answer and no line of a ledger.

use std::collections::BTreeSet;

use once_cell::unsync::OnceCell;
use serde_json::{Value, json};
use toolcoach::engine;
use toolcoach::engine::analyzers;
use toolcoach::project::environment::Environment;
use toolcoach::protocol;
use toolcoach::protocol::excerpt::Kept;
use toolcoach::protocol::stdin;
use toolcoach::rules;
use toolcoach::rules::case::Case;
use toolcoach::store::ledger::Ledger;

use crate::harness::{World, advice};
use crate::requirements::payloads;

/// What the engine says of an event and notes about it.
fn outcome(input: Kept) -> (Option<String>, String) {
    let room = OnceCell::new();
    let Ok((event, client)) = protocol::read(input, &room, |named| named, None) else {
        return (None, "no event".to_owned());
    };
    let environment = Environment::of_call(client, &event);
    let ledger = Ledger::in_memory("s", None);
    let case = Case::new(&event, environment, Some(&ledger));
    let started = std::time::Instant::now();
    let ask = |tasks: &[_]| analyzers::look(&case, tasks, false);
    let answer = engine::answer(&case, Some(&ledger), started, ask);
    let noted = ledger.recent();
    let lines: Vec<String> = noted
        .calls()
        .iter()
        .map(|line| {
            format!(
                "{:?}",
                (
                    &line.key, line.size, &line.err, &line.file, line.ok, &line.hit, &line.good,
                    line.range, &line.sel
                )
            )
        })
        .collect();
    (answer.text(), lines.join("\n"))
}

/// The event in `document`, read in pieces of this many bytes.
///
/// Returns what is left of its length too.
fn in_pieces(document: &str, bytes: usize) -> ((Option<String>, String), usize) {
    let mut rest = document.as_bytes();
    let fill = |piece: &mut Vec<u8>, size: usize| {
        while piece.len() < size && !rest.is_empty() {
            let (some, more) = rest.split_at(bytes.min(rest.len()));
            piece.extend_from_slice(some);
            rest = more;
        }
        Ok(())
    };
    let excerpt = stdin::read_pieces(fill, |event| !rules::needs_all_of(event)).unwrap();
    let excerpt = excerpt.into_excerpt();
    (outcome(excerpt.kept()), excerpt.kept().text().len())
}

/// Every text in `value` and below, with its path.
fn texts<'v>(value: &'v Value, path: &str, found: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text)),
        // Members of an array are alike.
        Value::Array(items) => {
            items.iter().for_each(|item| texts(item, &format!("{path}/*"), found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| texts(field, &format!("{path}/{name}"), found));
        }
        _ => {}
    }
}

#[test]
fn what_is_left_out_changes_nothing() {
    let fillers = [
        "error: no such key \"a\\b\" \u{e9}\u{1F600}\n",
        "x",
        "line of output, one of many\n",
        "\\",
    ];
    let (mut seen, mut cut) = (BTreeSet::new(), 0);
    for (name, payload) in payloads() {
        let Ok(value) = serde_json::from_str::<Value>(&payload) else { continue };
        let mut found = Vec::new();
        texts(&value, "", &mut found);
        for (path, text) in found {
            // One of each client's fields is enough, and the first one is as good as any.
            let folder = name.rsplit('/').nth(1).unwrap_or_default();
            let event = [&value["hook_event_name"], &value["tool_name"]].map(Value::to_string);
            if !seen.insert((folder.to_owned(), event, path.clone())) {
                continue;
            }
            let filler = fillers[seen.len() % fillers.len()];
            let long =
                json!(format!("{text}{}", filler.repeat(100_000 / filler.len()))).to_string();
            // The fields stay in the client's order, on which it depends what may be cut.
            let document = payload.replacen(&json!(text).to_string(), &long, 1);
            let whole = outcome(document.as_str().into());
            let (heard, kept) = in_pieces(&document, 7_001);
            assert_eq!(heard, whole, "{name}: {path} made long");
            cut += usize::from(kept < document.len());
        }
    }
    assert!(seen.len() > 50, "inputs were compared: {}", seen.len());
    assert!(cut > 10, "and long texts were left out: {cut}");
}

#[test]
fn a_large_event_is_answered_and_noted_with_its_size() {
    let world = World::new();
    let printed = "warning: 1 of many\n".repeat(200_000);
    let call = world
        .bash("git push -f origin main")
        .session("s")
        .response(json!({ "stdout": printed, "stderr": "" }));
    call.says("git-push-force");
    let size = json!({ "stdout": printed, "stderr": "" }).to_string().len();
    let noted = world.lines(".calls.jsonl");
    assert_eq!(noted.last().unwrap()["size"], size);
}

#[test]
fn a_secret_that_was_in_a_large_file_before_is_no_new_one() {
    let world = World::new();
    let secret = "TOKEN='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'";
    let far = format!("{}{secret}\n", "x = 1\n".repeat(20_000));
    let write = |original: &str| {
        world
            .call("Write", json!({ "file_path": world.work().join("cfg.py"), "content": format!("{secret}\n") }))
            .response(json!({ "type": "update", "originalFile": original }))
    };
    assert!(
        !advice(&write(&far).explain()).iter().any(|(rule, _)| rule == "secret-in-written-file")
    );
    write(&far).is_silent();
    write("x = 1\n").says("secret-in-written-file");
}
