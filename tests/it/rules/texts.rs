//! The sentences are the product: every text that the examples bring out is held to the house's
//! form.

use toolcoach::rules;
use toolcoach::rules::rule::MAX_LESSON_CHARS;

use crate::harness::{World, advice, have};

/// Words that shout, praise or blame.
const BANNED: [&str; 14] = [
    "MUST", "NEVER", "ALWAYS", "please", "Please", "!", "great", "sorry", "you ", "You ", "should",
    "wrong", "bad ", "mistake",
];

fn texts() -> Vec<(String, String)> {
    rules::all()
        .flat_map(|rule| rule.hits)
        .flat_map(|example| advice(&World::new().example(example).explain()))
        .collect()
}

/// The rewritten command of a text.
fn rewrite(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

#[test]
fn every_text_has_the_houses_form() {
    for (rule, text) in texts() {
        let body = text
            .strip_prefix("[toolcoach] ")
            .and_then(|rest| rest.strip_suffix(&format!(" ({rule})")))
            .unwrap_or_else(|| panic!("{text}"));
        assert!(body.chars().count() <= 160, "{} characters: {text}", body.chars().count());
        assert!(!body.contains('\n') && !body.ends_with('.'), "{text}");
        let outside: String = body.split('`').step_by(2).collect();
        for word in BANNED {
            assert!(!outside.contains(word), "{word:?} in {text}");
        }
        assert!(!outside.contains(['<', '>', '&']), "markup outside the rewrite: {text}");
        assert!(text.chars().all(|c| !c.is_control()), "{text:?}");
    }
}

#[test]
fn every_lesson_is_one_standing_sentence() {
    let lessons: Vec<(&str, &str)> =
        rules::all().filter_map(|rule| Some((rule.id, rule.lesson?))).collect();
    assert!(lessons.len() >= 20, "{}", lessons.len());
    for (at, (rule, text)) in lessons.iter().enumerate() {
        let length = text.chars().count();
        assert!(length <= MAX_LESSON_CHARS, "{length} characters: {rule}: {text}");
        assert!(
            text.starts_with(|c: char| c.is_ascii_uppercase()) && text.ends_with('.'),
            "{text}"
        );
        assert!(text.is_ascii() && text.chars().all(|c| !c.is_control()), "{text:?}");
        let outside: String = text.split('`').step_by(2).collect();
        assert_eq!(text.matches('`').count() % 2, 0, "{text}");
        assert_eq!(outside.matches(['.', '!', '?']).count(), 1, "one sentence: {text}");
        for word in BANNED {
            assert!(!outside.contains(word), "{word:?} in {text}");
        }
        // No path, no variable, nothing to be filled in.
        assert!(!text.contains(['/', '\\', '<', '>', '{', '}', '~', '*']), "{text}");
        let is_variable = |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic());
        assert!(!text.match_indices('$').any(|(at, _)| is_variable(at)), "{text}");
        let shouts = |word: &str| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase());
        assert!(!text.split(' ').any(|word| shouts(word) && word != "PATH"), "{text}");
        assert!(!lessons[..at].iter().any(|(_, other)| other == text), "{text}");
    }
}

#[test]
fn nothing_of_the_users_text_is_quoted_at_length_or_hidden() {
    let long = format!("src/{}.py", "x".repeat(200));
    let world = World::new();
    let call = world
        .bash(&format!("cat {long}"))
        .response(serde_json::json!({ "stdout": "x".repeat(3000) }));
    let text = call.answer().unwrap();
    assert!(!text.contains(&"x".repeat(41)), "{text}");
    // Hidden characters in a name reach nobody.
    let call =
        world.call("Read", serde_json::json!({ "file_path": "/a/b\u{202e}\u{200b}\u{1b}[31m.rs" })).response(
            serde_json::json!({ "type": "text", "file": { "content": "x\n".repeat(900), "numLines": 900 } }),
        );
    let text = call.answer().unwrap();
    assert!(text.starts_with("[toolcoach] b[31m.rs was read whole (900 lines)"), "{text:?}");
}

/// Backticks mark what is to be run, so the user's own are not quoted.
#[test]
fn a_backtick_of_the_user_marks_nothing() {
    let long = "x".repeat(40);
    for command in [
        &format!("rm -rf \"$c %R:-}}\"`date{long}`/*"),
        "rm -rf $A/`date`",
        "rm -rf \"$A`date`/b\"",
        "grep -rn '`x' .",
        "git reset --hard `git rev-parse x`",
        &format!("cat 'a`b'{long}.py"),
    ] {
        for (rule, text) in advice(&World::new().bash(command).explain()) {
            assert!(text.matches('`').count() % 2 == 0, "{rule}: {text}");
            let body = text.split('`').step_by(2).collect::<String>();
            assert!(!body.contains("date"), "{rule}: {text}");
        }
    }
    let said = World::new().bash("rm -rf \"$c %R:-}\"`date`/*").answer().unwrap();
    assert!(said.contains("rm -r \"$c %R:-}\"… removes another path if $c is empty"), "{said}");
}

#[test]
fn secrets_are_not_repeated() {
    let world = World::new();
    for secret in [
        "sk-ant-api03-0123456789abcdef0123",
        "ghp_0123456789abcdefABCDEF0123",
        "AKIA0123456789ABCDEF",
    ] {
        let text = world.bash(&format!("grep -rn {secret} .")).answer().unwrap();
        assert!(text.contains("rg skips them") && !text.contains(secret), "{text}");
        let text = world
            .bash(&format!("git push -f https://user:{secret}@host/x.git main"))
            .answer()
            .unwrap();
        assert!(!text.contains(secret), "{text}");
    }
    let text = world.bash("git push -f https://user:hunter2@host/x.git main").answer().unwrap();
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn what_is_suggested_is_not_advised_against() {
    for (rule, text) in texts() {
        let Some(command) = rewrite(&text) else { continue };
        let world = World::new();
        let again = advice(&world.bash(command).explain());
        assert!(
            again.iter().all(|(id, _)| *id != rule),
            "{rule} suggests {command}, of which it says {again:?}"
        );
    }
}

#[test]
fn what_is_suggested_is_valid_bash() {
    if !have("bash") {
        return;
    }
    for (_, text) in texts() {
        let Some(command) = rewrite(&text) else { continue };
        let output =
            std::process::Command::new("bash").args(["-n", "-c", command]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{command}: {output:?}");
    }
}

/// What every machine with a POSIX shell has, and what the shell does itself.
const COMMON: &[&str] = &[
    "", "[", "awk", "bash", "break", "cat", "cd", "chmod", "compgen", "cp", "cut", "date", "echo",
    "env", "exit", "find", "grep", "head", "kill", "ls", "mkdir", "mktemp", "mv", "printf", "rm",
    "sed", "set", "sleep", "sort", "tail", "test", "touch", "true", "uniq", "wc", "xargs",
];

#[test]
fn what_is_suggested_is_there() {
    let programs = |command: &str| -> Vec<(String, String)> {
        let script = toolcoach::shell::parse(command).unwrap();
        script.commands.into_iter().map(|command| (command.program, command.spelled)).collect()
    };
    for rule in rules::all() {
        for example in rule.hits {
            let world = World::new();
            let report = world.example(example).explain();
            // What the agent has just named is there too, itself or for another program to run
            // (`watch kubectl`).
            let named: Vec<&str> = match example.call {
                toolcoach::rules::example::Call::Bash(command) => {
                    command.split(|c: char| c.is_whitespace() || "'\"/;|&()".contains(c)).collect()
                }
                _ => Vec::new(),
            };
            for (id, text) in advice(&report).iter().filter(|(id, _)| id == rule.id) {
                for (program, spelled) in programs(rewrite(text).unwrap_or_default()) {
                    let brought = program == "rg" && report["client"] == "claude";
                    // A word in capitals stands for something of the agent's own.
                    let filled_in = program.chars().all(|c| c.is_ascii_uppercase());
                    let there = COMMON.contains(&program.as_str())
                        || filled_in
                        || named.contains(&program.as_str())
                        || spelled.contains('/')
                            && world.work().join(spelled.trim_start_matches("../")).exists()
                        || world.root().join("bin").join(&program).exists();
                    assert!(
                        brought || there,
                        "{id} suggests {program} on {example}, which is not there: {text}"
                    );
                }
            }
        }
    }
}
