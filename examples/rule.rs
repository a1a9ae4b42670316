//! The examples of one rule, for the inner loop: `cargo run --example rule -- ID`.
//!
//! It shares the tests' harness, but acts as the program itself: nothing but the library and this
//! file is compiled after an edit. `cargo test` runs the same examples through the built binary.
#![allow(
    dead_code,
    unused_imports,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "shared with the tests, and may fail loudly"
)]

#[path = "../tests/it/rules/example_world.rs"]
mod example_world;
#[path = "../tests/it/harness.rs"]
mod harness;
#[path = "../tests/it/requirements.rs"]
mod requirements;

use std::process::ExitCode;
use std::time::Instant;

use example_world::{LEAST_HITS, LEAST_MISSES};
use harness::{AS_TOOLCOACH, World, advice};
use toolcoach::rules;
use toolcoach::rules::rule::Rule;

fn main() -> ExitCode {
    let started = Instant::now();
    if std::env::var_os(AS_TOOLCOACH).is_some() {
        return toolcoach::cli::main(started, std::env::args_os()).into();
    }
    let Some(id) = std::env::args().nth(1) else {
        eprintln!("usage: cargo run --example rule -- ID");
        return ExitCode::from(2);
    };
    let Some(rule) = rules::named(&id) else {
        eprintln!("no rule is called {id}");
        return ExitCode::from(2);
    };
    if let Some(code) = renew_table(&id) {
        return code;
    }
    let failures = failures(rule);
    for failure in &failures {
        println!("{failure}\n");
    }
    let (hits, misses) = (rule.hits.len(), rule.misses.len());
    println!("{id}: {hits} hits, {misses} misses, {} failed", failures.len());
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Renews the gate's table where the rule's trigger changed, and runs the program again with it: a
/// stale table would keep calls from the rule.
fn renew_table(id: &str) -> Option<ExitCode> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/gate/table.rs");
    let fresh = toolcoach::rules::gate::generate::source();
    if std::fs::read_to_string(path).unwrap() == fresh {
        return None;
    }
    println!("the gate's table is stale: renewed, building again");
    std::fs::write(path, fresh).unwrap();
    let mut again = std::process::Command::new(env!("CARGO"));
    let status = again.args(["run", "--quiet", "--example", "rule", "--", id]).status().unwrap();
    Some(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn failures(rule: &Rule) -> Vec<String> {
    let mut failures = Vec::new();
    for (what, count, least) in
        [("hits", rule.hits.len(), LEAST_HITS), ("misses", rule.misses.len(), LEAST_MISSES)]
    {
        if count < least {
            failures.push(format!("{count} {what}, at least {least}"));
        }
    }
    for example in rule.hits {
        let report = World::new().example(example).explain();
        let found = advice(&report).into_iter().find(|(id, _)| id == rule.id);
        match found {
            None => {
                failures.push(format!("hit, but silent: {example}\n  near: {}", report["near"]))
            }
            Some((_, text)) if !text.contains(example.says) => {
                failures.push(format!("{example}\n  says: {text}\n  not:  {:?}", example.says));
            }
            Some(_) => {}
        }
    }
    for example in rule.misses {
        let report = World::new().example(example).explain();
        if let Some((_, text)) = advice(&report).into_iter().find(|(id, _)| id == rule.id) {
            failures.push(format!("miss, but speaks: {example}\n  says: {text}"));
        }
    }
    failures
}
