//! Whatever arrives: exit 0, empty stderr, nothing or one whole line, and the error counted.

use serde_json::json;

use crate::harness::{World, answer, feed};

/// Name, input, the kind under which it is counted.
fn inputs() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let event = r#"{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"grep -r x ."}"#;
    vec![
        ("empty", b"".to_vec(), "empty"),
        ("white space", b" \n\t".to_vec(), "empty"),
        ("text", b"not json".to_vec(), "not-an-object"),
        ("array", b"[1,2,3]".to_vec(), "not-an-object"),
        ("number", b"12".to_vec(), "not-an-object"),
        ("truncated", event.as_bytes().to_vec(), "invalid-json"),
        ("two objects", format!("{event}}}{event}}}").into_bytes(), "invalid-json"),
        ("binary", (0..=255).cycle().take(4096).collect(), "not-an-object"),
        (
            "binary in an object",
            [b"{\"a\":\"".as_slice(), &[0, 159, 146, 150, 255]].concat(),
            "invalid-json",
        ),
        ("no event", b"{}".to_vec(), "wrong-type"),
        (
            "wrong types",
            br#"{"hook_event_name":"PostToolUse","tool_name":null,"tool_input":"x"}"#.to_vec(),
            "wrong-type",
        ),
        (
            "another event",
            br#"{"hook_event_name":"PreToolUse","tool_name":"Bash"}"#.to_vec(),
            "unknown-event",
        ),
        ("too large", [b"{\"a\":\"".as_slice(), &vec![b'x'; 17 << 20]].concat(), "too-large"),
    ]
}

/// Runs without time limits: a call that is cut off counts nothing, and the largest input keeps a debug build busy
/// for long.
#[test]
fn bad_input_gets_silence_and_is_counted() {
    for (name, input, kind) in inputs() {
        let world = World::new();
        assert_eq!(answer(&feed(&mut world.unhurried(&[]), &input)), None, "{name}");
        let lines = world.lines("errors.jsonl");
        assert_eq!(lines.len(), 1, "{name}");
        assert_eq!(lines[0]["kind"], kind, "{name}");
        let stats = world.run(&["--stats", "--format", "json"], b"");
        let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
        assert_eq!(stats["errors"][kind], 1, "{name}");
    }
}

#[test]
fn explain_says_what_is_wrong_and_where() {
    for (input, expected) in [
        ("", "explain: stdin is empty"),
        ("  x", "explain: stdin is not a JSON object: expected '{' at byte 2"),
        ("{\"a\": 1,\n \"b\" 2}", "at line 2, column 6"),
        ("{\"hook_event_name\":\"Stop\"}", "event `Stop` is not one of PostToolUse"),
        ("{\"hook_event_name\":7}", "field `hook_event_name`"),
    ] {
        let output = World::new().run(&["explain"], input.as_bytes());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{input}");
        assert!(stderr.contains(expected), "{input}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{input}: {stderr}");
        assert!(output.stdout.is_empty());
    }
}

/// Runs without time limits: a debug build needs half a second for a response of 15 MB, and more on a busy machine.
#[test]
fn odd_but_valid_input_is_answered() {
    let world = World::new();
    let call = r#""tool_name":"Bash","tool_input":{"command":"git push -f"}"#;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (name, input) in [
        ("byte order mark", format!("\u{feff}{{\"hook_event_name\":\"PostToolUse\",{call}}}")),
        (
            "duplicate keys",
            format!("{{\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Read\",{call}}}"),
        ),
        (
            "lone surrogate",
            format!(
                "{{\"hook_event_name\":\"PostToolUse\",{call},\"tool_response\":{{\"stdout\":\"\\udc00\"}}}}"
            ),
        ),
        (
            "deep response",
            format!("{{\"hook_event_name\":\"PostToolUse\",{call},\"tool_response\":{deep}}}"),
        ),
        (
            "unknown fields",
            format!(
                "{{\"new\":[1,{{}}],\"hook_event_name\":\"PostToolUse\",{call},\"session_id\":null}}"
            ),
        ),
        (
            "15 MB response",
            format!(
                "{{\"hook_event_name\":\"PostToolUse\",{call},\"tool_response\":\"{}\"}}",
                "x".repeat(15 << 20)
            ),
        ),
    ] {
        let answer = answer(&feed(&mut world.unhurried(&[]), input.as_bytes()));
        let answer = answer.unwrap_or_else(|| panic!("{name} is silent"));
        assert!(answer.ends_with("(git-push-force)"), "{name}: {answer}");
    }
    // A command that holds no text is answered, but not rewritten: it would be another.
    let lone = r#"{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"grep -r \ud83d ."}}"#;
    let answer = world.hook(lone.as_bytes()).unwrap();
    assert!(answer.contains("rg skips them"), "{answer}");
    // Bytes that are not UTF-8 are replaced, not refused.
    let mut input =
        format!("{{\"hook_event_name\":\"PostToolUse\",{call},\"tool_response\":\"").into_bytes();
    input.extend([255, 254]);
    input.extend(b"\"}");
    assert!(world.hook(&input).is_some());
}

/// Runs without time limits: silence must come from the command, not from the clock.
#[test]
fn hostile_commands_are_survived_in_silence() {
    let world = World::new();
    let tail = " ; git push -f";
    for (name, command) in [
        ("1 MB", format!("{}{tail}", "x ".repeat(1 << 19))),
        ("unclosed quotes", format!("{tail} 'a \"b")),
        ("nested substitutions", format!("{}{tail}", "$(".repeat(3000))),
        ("nested quoted substitutions", format!("{}{tail}", "\"$(".repeat(3000))),
        ("16 KB of if", format!("{}{tail}", "if ".repeat(5500))),
        ("while", format!("{}{tail}", "while ".repeat(2500))),
        ("case", format!("{}{tail}", "case x in a) ".repeat(1200))),
        ("bangs", format!("{}git push -f", "! ".repeat(8000))),
        ("arithmetic", format!("(( {} 1 )){tail}", "a = ".repeat(4000))),
        ("ternaries", format!("(( {} 1 )){tail}", "a ? b : ".repeat(2000))),
        ("conditions", format!("[[ {} ]]{tail}", "( ".repeat(4000))),
        ("negated conditions", format!("[[ {} a ]]{tail}", "! ".repeat(4000))),
        ("process substitutions", format!("{}{tail}", "<(".repeat(4000))),
        ("braces", format!("{}{tail}", "{".repeat(16_000))),
        ("a long chain", format!("{}git push -f", "a && b || ".repeat(3000))),
        ("a long pipeline", format!("{}a{tail}", "a | ".repeat(7000))),
    ] {
        assert_eq!(world.bash(&command).answer(), None, "{name}");
    }
    // What is long but plain is still understood.
    world.bash(&format!("{}git push -f", "echo a; ".repeat(100))).says("git-push-force");
}

#[test]
fn ids_lead_nowhere() {
    let world = World::new();
    for id in ["../../etc/passwd", "/etc/passwd", "a\0b", &"x".repeat(100_000), "…", "-"] {
        world.bash("ls").session(id).agent(id).id(id).is_silent();
    }
    for name in world.stored().keys() {
        let is_known = name.starts_with("sessions/") || name.starts_with("upkeep.");
        assert!(is_known && !name.contains(".."), "{name}");
    }
    assert!(!world.root().join("etc").exists());
}

#[test]
fn a_tool_that_is_not_a_shell_is_not_read_as_one() {
    let world = World::new();
    for tool in ["PowerShell", "apply_patch", "mcp__shell__run", "", "Unknown"] {
        world.call(tool, json!({ "command": "git push -f" })).is_silent();
    }
    world.call("Monitor", json!({ "command": "git push -f" })).says("git-push-force");
}
