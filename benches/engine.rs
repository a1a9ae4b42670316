//! The stages of one call inside a process: `cargo bench --bench engine`. What a process costs in
//! all stands in `benches/process.rs`; this one tells where a change of it comes from.
#![allow(
    clippy::unwrap_used,
    reason = "a bench stops at the first thing that is not as it should be"
)]

use divan::{Bencher, black_box, black_box_drop};
use toolcoach::engine::analyzers::Findings;
use toolcoach::project::environment::Environment;
use toolcoach::protocol::client::Client;
use toolcoach::protocol::event::Event;
use toolcoach::rules::case::Case;
use toolcoach::rules::example::{Call, Example};
use toolcoach::rules::gate;
use toolcoach::rules::rule::Rule;
use toolcoach::store::history::CallLine;
use toolcoach::store::ledger::Ledger;
use toolcoach::{engine, rules, shell};

fn main() {
    divan::main();
}

const KB: usize = 1 << 10;

/// An event of a shell call with this many bytes of output.
fn event(command: &str, output: usize) -> String {
    let command = serde_json::to_string(command).unwrap();
    let output = "src/app.py:12:    raise ValueError(\\\"no such key\\\")\\n".repeat(output / 52);
    format!(
        r#"{{"session_id":"s","cwd":"/home/dev/project","hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{{"command":{command}}},"tool_response":{{"stdout":"{output}","stderr":""}},"tool_use_id":"toolu_0","duration_ms":49}}"#
    )
}

/// The shell commands among the examples of all rules.
fn commands(of: fn(&Rule) -> &'static [Example]) -> Vec<&'static str> {
    let examples = rules::all().flat_map(of);
    examples
        .filter_map(|example| if let Call::Bash(text) = example.call { Some(text) } else { None })
        .collect()
}

#[divan::bench(args = [KB, 30 * KB, 300 * KB])]
fn parse_event(bencher: Bencher, output: usize) {
    let text = event("ls -la src", output);
    bencher.bench(|| black_box_drop(Event::parse(black_box(&text))));
}

#[divan::bench(args = ["ls -la src", "go test ./...", "cd app && git push -f origin main"])]
fn search_gate(bencher: Bencher, command: &str) {
    let text = event(command, KB);
    let event = Event::parse(&text).unwrap();
    bencher.bench_local(|| gate::candidates(black_box(&event)));
}

/// What a process would pay at its start without the const table.
#[divan::bench]
fn build_gate_at_start() -> usize {
    gate::generate::automaton().memory_usage()
}

/// All commands that some rule speaks of.
#[divan::bench]
fn parse_shell(bencher: Bencher) {
    let commands = commands(|rule| rule.hits);
    bencher.counter(divan::counter::ItemsCount::new(commands.len())).bench(|| {
        commands.iter().for_each(|command| black_box_drop(shell::parse(black_box(command))));
    });
}

#[divan::bench]
fn examine_hits(bencher: Bencher) {
    examine(bencher, &commands(|rule| rule.hits));
}

#[divan::bench]
fn examine_misses(bencher: Bencher) {
    examine(bencher, &commands(|rule| rule.misses));
}

/// Gate, parse and rules over each command.
fn examine(bencher: Bencher, commands: &[&str]) {
    let texts: Vec<String> = commands.iter().map(|command| event(command, 0)).collect();
    let events: Vec<Event> = texts.iter().map(|text| Event::parse(text).unwrap()).collect();
    bencher.counter(divan::counter::ItemsCount::new(events.len())).bench_local(|| {
        for event in &events {
            let environment = Environment::new(Client::Claude(None), event.cwd());
            black_box_drop(engine::examine(&Case::new(event, environment, None), false, |_| {
                Findings::default()
            }));
        }
    });
}

fn line() -> CallLine<'static> {
    let hash = "0123456789abcdef";
    let (key, cwd, call) = (hash.into(), hash.into(), hash.into());
    CallLine { v: 1, t: 1, ok: true, tool: "Bash".into(), key, cwd, call, ..CallLine::default() }
}

#[divan::bench]
fn append_to_ledger(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path(), "s", None);
    let line = line();
    bencher.bench(|| ledger.append_call(black_box(&line)).unwrap());
}

/// What only a call that may speak pays.
#[divan::bench(args = [10, 100, 10_000])]
fn read_history(bencher: Bencher, calls: usize) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path(), "s", None);
    for _ in 0..calls {
        ledger.append_call(&line()).unwrap();
    }
    bencher.bench(|| ledger.recent().is_empty());
}

#[divan::bench(args = [300 * KB])]
fn hash_long_text(bencher: Bencher, bytes: usize) {
    let ledger = Ledger::new("/nowhere".as_ref(), "s", None);
    let text = "x".repeat(bytes);
    bencher.bench(|| ledger.hash("key", black_box(&text)));
}
