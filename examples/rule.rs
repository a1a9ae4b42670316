//! The examples of one rule, for the inner loop: `cargo run --example rule -- ID`.
//!
//! It shares the tests' harness, but acts as the program itself: nothing but the library and this
//! file is compiled after an edit. `cargo test` runs the same examples through the built binary.
#![allow(
    dead_code,
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

use std::process::ExitCode;
use std::time::Instant;

use harness::{AS_TOOLCOACH, World, advice};
use toolcoach::rules;
use toolcoach::rules::rule::Rule;

fn main() -> ExitCode {
    let started = Instant::now();
    if std::env::var_os(AS_TOOLCOACH).is_some() {
        return toolcoach::cli::main(started).into();
    }
    let Some(id) = std::env::args().nth(1) else {
        eprintln!("usage: cargo run --example rule -- ID");
        return ExitCode::from(2);
    };
    let Some(rule) = rules::named(&id) else {
        eprintln!("no rule is called {id}");
        return ExitCode::from(2);
    };
    let failures = failures(rule);
    for failure in &failures {
        println!("{failure}\n");
    }
    let (hits, misses) = (rule.hits.len(), rule.misses.len());
    println!("{id}: {hits} hits, {misses} misses, {} failed", failures.len());
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn failures(rule: &Rule) -> Vec<String> {
    let mut failures = Vec::new();
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
