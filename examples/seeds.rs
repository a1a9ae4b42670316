//! Writes what the fuzz targets begin with: the examples of every rule, the fixtures, settings and
//! ledgers, and a dictionary of the words in them.
//!
//! `cargo run --example seeds`: writes to fuzz/seeds.

#![expect(
    clippy::indexing_slicing,
    reason = "keys of a JSON value are made where they are missing"
)]

#[path = "../fuzz/src/example_event.rs"]
mod example_event;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use toolcoach::rules;
use toolcoach::rules::example::Call;
use toolcoach::store::history::{CallLine, WarningLine};

/// Longest word of a dictionary that libFuzzer takes, bytes.
const LONGEST_WORD: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = root.join("fuzz/seeds");
    // A target without seeds begins with nothing.
    for target in fs::read_dir(root.join("fuzz/fuzz_targets"))? {
        fs::create_dir_all(seeds.join(target?.path().file_stem().unwrap_or_default()))?;
    }
    let write = |target: &str, name: &str, content: &[u8]| {
        fs::write(seeds.join(target).join(name), content)
    };
    let mut words: BTreeSet<String> = BTreeSet::new();
    for rule in rules::all() {
        for (n, example) in rule.hits.iter().chain(rule.misses).enumerate() {
            let name = format!("{}-{n}", rule.id);
            let event = example_event::of(example, &str::to_owned).to_string();
            write("event", &name, event.as_bytes())?;
            write("json", &name, event.as_bytes())?;
            if let Call::Bash(command) = example.call {
                write("command", &name, command.as_bytes())?;
                words.extend(command.split_whitespace().map(str::to_owned));
            }
        }
        write("ledger", rule.id, &ledger(rule.id)?)?;
        write("names", rule.id, rule.id.as_bytes())?;
    }
    for entry in fs::read_dir(root.join("tests/fixtures"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let content = fs::read(&path)?;
            write("event", &name, &content)?;
            write("json", &name, &content)?;
        }
    }
    for name in ["hooks.example.json", "config.example.json"] {
        write("settings", name, &fs::read(root.join(name))?)?;
    }
    for (n, text) in SETTINGS.iter().enumerate() {
        write("settings", &format!("agent-{n}"), text.as_bytes())?;
    }
    let plain = |word: &&String| {
        word.len() <= LONGEST_WORD && !word.contains(['"', '\\']) && word.is_ascii()
    };
    let mut dictionary: String =
        words.iter().filter(plain).map(|word| format!("\"{word}\"\n")).collect();
    for name in [
        "hook_event_name",
        "PostToolUse",
        "PostToolUseFailure",
        "tool_name",
        "tool_input",
        "tool_response",
    ] {
        dictionary.push_str(&format!("\"{name}\"\n"));
    }
    Ok(fs::write(seeds.join("words.dict"), dictionary)?)
}

/// Settings of agents in their forms and layouts.
const SETTINGS: [&str; 6] = [
    "{}",
    "{\"hooks\":{\"PostToolUse\":[{\"matcher\":\"Bash\",\"hooks\":[{\"type\":\"command\",\"command\":\"lint\"}]}]}}",
    "{\r\n\t\"model\": \"x\",\r\n\t\"hooks\": { \"SessionStart\": [] }\r\n}\r\n",
    "{ \"version\": 1, \"hooks\": { \"postToolUse\": [ { \"command\": \"/usr/bin/toolcoach hook\", \"matcher\": \"Shell\" } ] } }",
    "{\"PostToolUse\":[{\"hooks\":[]}],\"a\":[1.50,\"\\u00e9\",null,{\"b\":[]}]}\n",
    "{\n  \"hooks\": {\n    \"PostToolUse\": [\n      {\n        \"matcher\": \"*\",\n        \"hooks\": [\n          {\n            \"type\": \"command\",\n            \"command\": \"toolcoach\",\n            \"args\": [\"hook\"]\n          }\n        ]\n      }\n    ]\n  }\n}\n",
];

/// Some calls, what was said, and a day of the roll-up, as the target takes them.
fn ledger(rule: &'static str) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    for n in 0..4_u64 {
        let call = CallLine {
            v: 1,
            t: 1_750_000_000_000 + n * 40_000_000,
            call: format!("{n:016x}").into(),
            tool: "Bash".into(),
            ok: n != 2,
            key: "0123456789abcdef".into(),
            dur: Some(5),
            us: 300,
            via: "fast".into(),
            hit: if n < 3 { vec![rule.into()] } else { Vec::new() },
            good: if n == 3 { vec![rule.into()] } else { Vec::new() },
            say: if n == 0 { vec![rule.into()] } else { Vec::new() },
            held: if n == 1 { vec![(rule.into(), "budget".into())] } else { Vec::new() },
            client: "claude".into(),
            ..CallLine::default()
        };
        serde_json::to_writer(&mut bytes, &call)?;
        bytes.push(b'\n');
    }
    bytes.push(0);
    let said = WarningLine {
        v: 1,
        t: 1_750_000_000_000,
        call: format!("{:016x}", 0),
        rule: rule.into(),
        key: "00".into(),
        sev: "hint".into(),
        chars: 90,
        ..WarningLine::default()
    };
    let reset = WarningLine {
        v: 1,
        t: 1_750_000_060_000,
        reset: "compact".into(),
        ..WarningLine::default()
    };
    for line in [said, reset] {
        serde_json::to_writer(&mut bytes, &line)?;
        bytes.push(b'\n');
    }
    bytes.push(0);
    bytes.extend_from_slice(
        format!(
            "{{\"v\":1,\"day\":\"2025-06-15\",\"client\":\"claude\",\"calls\":3,\"us\":{{\"sum\":9,\"max\":4,\"buckets\":[3]}}}}\n{{\"v\":1,\"day\":\"2025-06-15\",\"client\":\"claude\",\"rule\":\"{rule}\",\"said\":1,\"open\":1}}\n"
        )
        .as_bytes(),
    );
    Ok(bytes)
}
