//! The rule book: what the program prints of each rule, with what stands beside it: how often it
//! matched in recorded traffic, and where it is silent on purpose.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use super::pages::{ROOT, check, read};
use crate::harness::World;

/// How often rules matched in recorded calls, as `cargo run --example corpus` counts them.
struct Recorded {
    calls: String,
    contexts: String,
    /// By rule: matches, times said, matches per 1,000 calls, share of the contexts.
    rules: BTreeMap<String, [String; 4]>,
}

impl Recorded {
    fn read() -> Self {
        let page = read("docs/figures/corpus.txt");
        let first = |mark: &str| {
            let line = page.lines().find(|line| line.contains(mark)).expect(mark);
            grouped(line.split(' ').next().unwrap())
        };
        let row = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [rule, matches, said, thousandth, share, "%", ..] = words.as_slice() else {
                return None;
            };
            let figures = [*matches, *said, *thousandth, *share].map(str::to_owned);
            Some(((*rule).to_owned(), figures))
        };
        Self {
            calls: first(" calls;"),
            contexts: first(" contexts;"),
            rules: page.lines().filter_map(row).collect(),
        }
    }

    fn sentence(&self, rule: &str) -> String {
        let Self { calls, contexts, rules } = self;
        match rules.get(rule) {
            Some([matches, said, thousandth, share]) => {
                let matches = grouped(matches);
                format!(
                    "Recorded: {matches} matches in {calls} calls ({thousandth} per 1,000), in {share} % of {contexts} \
                     sessions and sub-agents; said {said} times."
                )
            }
            None => format!("Recorded: no match in {calls} calls."),
        }
    }
}

/// `23119` as `23,119`.
fn grouped(number: &str) -> String {
    match number.len().checked_sub(3) {
        Some(at @ 1..) => format!("{},{}", &number[..at], &number[at..]),
        _ => number.to_owned(),
    }
}

/// The source files of a rule, without its examples.
fn sources(rule: &str) -> Vec<PathBuf> {
    let stem = rule.replace('-', "_");
    let mut files = Vec::new();
    let topics = fs::read_dir(format!("{ROOT}/src/rules/book")).unwrap();
    for topic in topics.map(|topic| topic.unwrap().path()).filter(|path| path.is_dir()) {
        collect(&topic.join(&stem), &mut files);
        files.extend(Some(topic.join(format!("{stem}.rs"))).filter(|path| path.exists()));
    }
    files.retain(|path| !path.ends_with("examples.rs"));
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// The reasons with which the checks of a rule leave out a call that looks alike.
fn limits(rule: &str) -> Vec<String> {
    let mut limits: Vec<String> = Vec::new();
    for path in sources(rule) {
        let text = fs::read_to_string(path).unwrap();
        for part in text.split("Near(").skip(1) {
            let Some(literal) = part.trim_start().strip_prefix('"') else { continue };
            let reason = literal.split('"').next().unwrap().to_owned();
            if !limits.contains(&reason) {
                limits.push(reason);
            }
        }
    }
    limits
}

/// The page: in front of the examples of each rule stand its counts and limits.
fn page() -> String {
    let output = World::new().run(&["rules", "--format", "markdown"], b"");
    let recorded = Recorded::read();
    let (mut page, mut rule) = (String::new(), String::new());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if let Some(id) = line.strip_prefix("## ") {
            id.clone_into(&mut rule);
        }
        if line == "Speaks on:" {
            write!(page, "{}\n\n", recorded.sentence(&rule)).unwrap();
            let limits = limits(&rule);
            if !limits.is_empty() {
                write!(page, "Silent where {}.\n\n", limits.join("; ")).unwrap();
            }
        }
        page.push_str(line);
        page.push('\n');
    }
    page
}

#[test]
fn the_rule_book_is_fresh() {
    let fresh = page();
    let kept = fs::read_to_string(format!("{ROOT}/docs/rules.md")).unwrap_or_default();
    check("docs/rules.md", &kept, &fresh, || fresh.clone());
}
