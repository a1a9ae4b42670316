//! The page of all that can be said, as the examples bring it out.

use std::fmt::Write;
use std::fs;

use toolcoach::rules;
use toolcoach::rules::rule::Rule;

use super::pages::check;
use crate::harness::{World, advice};

const PAGE: &str = "docs/texts.md";

/// The texts of a rule, each once, in the order of its examples.
fn texts(rule: &Rule) -> Vec<String> {
    let mut texts = Vec::new();
    for example in rule.hits {
        let world = World::new();
        let folder = world.work().to_string_lossy().into_owned();
        for (id, text) in advice(&world.example(example).explain()) {
            let text = text
                .trim_start_matches("[toolcoach] ")
                .trim_end_matches(&format!(" ({id})"))
                .replace(&folder, "{dir}");
            if id == rule.id && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

fn page() -> String {
    let rules: Vec<(&Rule, Vec<String>)> = rules::all().map(|rule| (rule, texts(rule))).collect();
    let count: usize = rules.iter().map(|(_, texts)| texts.len()).sum();
    let mut page = format!(
        "# What is said\n\nEach text that the examples of the rules bring out: {count} in all, of {} rules. Around each \
         are `[toolcoach]` and\nthe rule's name in brackets. `{{dir}}` is the folder of the example. Made from the \
         program by `just bless`.\n",
        rules.len()
    );
    for (rule, texts) in rules {
        write!(page, "\n## {}\n\n{}.\n\n", rule.id, rule.summary).unwrap();
        for text in texts {
            writeln!(page, "- {text}").unwrap();
        }
    }
    page
}

/// All examples of all rules.
fn examples() -> String {
    let mut page = String::from(
        "# Examples\n\nEach is run through the built binary by a test: on the first a rule speaks, on the others it is \
         silent. What is given\nbesides the call stands behind `#`. Made from the program by `just bless`.\n",
    );
    for rule in rules::all() {
        write!(page, "\n## {}\n", rule.id).unwrap();
        for (title, examples) in [("Speaks on", rule.hits), ("Silent on", rule.misses)] {
            write!(page, "\n{title}:\n\n```\n").unwrap();
            for example in examples {
                writeln!(page, "{example}").unwrap();
            }
            page.push_str("```\n");
        }
    }
    page
}

#[test]
fn the_page_of_examples_is_fresh() {
    let fresh = examples();
    let path = format!("{}/docs/examples.md", env!("CARGO_MANIFEST_DIR"));
    let kept = fs::read_to_string(path).unwrap_or_default();
    check("docs/examples.md", &kept, &fresh, || fresh.clone());
}

#[test]
fn the_page_of_texts_is_fresh() {
    // A program with a stale table is silent on what it does not let through.
    let built_with = include_str!("../../../src/rules/gate/table.rs");
    assert!(
        built_with == toolcoach::rules::gate::generate::source(),
        "this was built with a stale table of the gate: `just bless`"
    );
    let fresh = page();
    let path = format!("{}/{PAGE}", env!("CARGO_MANIFEST_DIR"));
    let kept = fs::read_to_string(path).unwrap_or_default();
    check(PAGE, &kept, &fresh, || fresh.clone());
}
