//! What is never told and never kept, and that both faces say the same: shown with words put in
//! that nobody else has.

use proptest::prelude::*;
use serde_json::json;
use toolcoach::rules;

use crate::harness::{World, advice, recorded_commands};

/// A word that no sentence has, and an extractor's class would take.
const MARK: &str = "qzKx7vWjQ2";

/// `text` with the mark behind each line, and on a line of its own before the last one.
fn marked(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(|line| format!("{line} {MARK}")).collect();
    lines.insert(lines.len().saturating_sub(1), MARK.to_owned());
    lines.join("\n")
}

#[test]
fn no_word_of_a_result_is_told_but_what_a_rule_asks_for() {
    let mut spoken = 0;
    for rule in rules::all() {
        for example in rule.hits {
            let world = World::new();
            let call =
                world.example(example).changed("tool_response", &marked).changed("error", &marked);
            let answer = call.answer().unwrap_or_default();
            spoken += usize::from(!answer.is_empty());
            assert!(!answer.contains(MARK), "{}: {answer} on {example}", rule.id);
        }
    }
    // What is marked is still understood.
    assert!(spoken > 400, "{spoken}");
}

#[test]
fn no_word_of_a_call_is_kept() {
    for rule in rules::all() {
        for example in rule.hits.iter().take(2) {
            let world = World::new();
            let with_mark = |text: &str| format!("{text} {MARK}");
            let in_path = |text: &str| format!("/{MARK}{text}");
            let call = world
                .example(example)
                .changed("tool_response", &marked)
                .changed("error", &marked)
                .changed("tool_input", &with_mark)
                .session(&format!("s-{MARK}"))
                .agent(&format!("a-{MARK}"))
                .id(&format!("t-{MARK}"));
            call.answer();
            call.id("again").changed("cwd", &in_path).answer();
            for (name, text) in world.stored() {
                assert!(!name.contains(MARK) && !text.contains(MARK), "{example}: {name}: {text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_word_of_any_tool_is_kept(
        tool in prop::sample::select(vec![
            "Bash", "Read", "Edit", "Write", "Grep", "Glob", "Task", "WebFetch", "TodoWrite", "NotebookEdit",
            "mcp__a__b", "PowerShell", "run_shell_command", "Execute", "Monitor",
        ]),
        word in "[a-z]{12}",
        path in "(/[a-z]{12}){1,3}",
        failed in any::<bool>(),
    ) {
        let world = World::new();
        let command = format!("cat {path}/a.py; grep -rn {word} {path} | tail -5; curl http://{word}.example/{word}");
        let call = world
            .call(tool, json!({
                "command": command, "file_path": path, "path": path, "pattern": word, "content": word, "url": word,
                "description": word, "old_string": word, "new_string": word,
            }))
            .field("cwd", json!(path))
            .field("client", json!(word))
            .session(&word);
        let text = format!("{word}\n").repeat(900);
        let call = if failed { call.failed(&text) } else { call.response(json!({ "stdout": text, "file": { "content": text } })) };
        let mut call = call;
        for n in 0..3 {
            call = call.id(&format!("{word}{n}"));
            call.answer();
        }
        let folder = path.split('/').nth(1).unwrap_or_default();
        for (name, text) in world.stored() {
            for secret in [word.as_str(), folder] {
                prop_assert!(!name.contains(secret) && !text.contains(secret), "{}: {}", name, text);
            }
        }
    }
}

#[test]
fn explain_and_the_hook_agree() {
    let mut failures = Vec::new();
    let world = World::new();
    let commands = recorded_commands();
    let recorded =
        commands.iter().step_by(29).map(|command| (command.clone(), world.bash(command)));
    for (told, call) in recorded {
        let (found, answer) = (advice(&call.explain()), call.answer());
        let first = found.first().map(|(_, text)| text.as_str());
        if first != answer.as_deref().and_then(|answer| answer.lines().next()) {
            failures.push(format!("{first:?} {answer:?} {told}"));
        }
    }
    // Of hits examples.rs shows the same.
    for example in rules::all().flat_map(|rule| rule.misses) {
        let world = World::new();
        let call = world.example(example);
        let (found, answer) = (advice(&call.explain()), call.answer());
        let is_said = answer
            .as_deref()
            .is_none_or(|answer| found.iter().any(|(_, text)| answer.lines().next() == Some(text)));
        // A call without a session has no memory that could hold anything back.
        let is_due = call.has_session() || answer.is_some() || found.is_empty();
        if !is_said || !is_due {
            failures.push(format!("{found:?} {answer:?} {example}"));
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}
