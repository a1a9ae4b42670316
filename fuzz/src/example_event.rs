//! The event of a rule's example.

use serde_json::{Value, json};
use toolcoach::rules::example::{Call, Example, Given};

/// The event of an example, as far as one call can have its circumstances. `printed` changes what
/// the tool printed.
pub(crate) fn of(example: &Example, printed: &dyn Fn(&str) -> String) -> Value {
    let (tool, input) = match example.call {
        Call::Bash(command) => ("Bash", json!({ "command": command })),
        Call::Read(path) => ("Read", json!({ "file_path": path })),
        Call::ReadRange(path, offset, limit) => {
            ("Read", json!({ "file_path": path, "offset": offset, "limit": limit }))
        }
        Call::Edit(path) => {
            ("Edit", json!({ "file_path": path, "old_string": "a", "new_string": "b" }))
        }
        Call::Write(path) => ("Write", json!({ "file_path": path, "content": "x" })),
        Call::Grep(pattern, path) => ("Grep", json!({ "pattern": pattern, "path": path })),
        Call::GrepWith(pattern, fields) => {
            let mut input: Value = serde_json::from_str(fields).unwrap_or_default();
            input["pattern"] = json!(pattern);
            ("Grep", input)
        }
        Call::Tool(name, input) => (name, serde_json::from_str(input).unwrap_or_default()),
    };
    let mut event = json!({
        "hook_event_name": "PostToolUse", "session_id": "s", "cwd": "/work", "tool_name": tool, "tool_input": input,
    });
    let mut text = String::new();
    for given in example.given {
        match given {
            Given::OutputBytes(bytes) => text = "x".repeat(*bytes),
            Given::Output(output) => text = printed(output),
            Given::Lines(lines) => text = "x\n".repeat(*lines),
            Given::Cwd(cwd) => event["cwd"] = json!(cwd),
            Given::Failed(error) => {
                event["hook_event_name"] = json!("PostToolUseFailure");
                event["error"] = json!(printed(error));
            }
            Given::Background => event["tool_input"]["run_in_background"] = json!(true),
            Given::Took(ms) => event["duration_ms"] = json!(ms),
            Given::SubAgent => event["agent_id"] = json!("a"),
            Given::Codex => event["turn_id"] = json!("t"),
            _ => {}
        }
    }
    if event["error"].is_null() {
        event["tool_response"] = match tool {
            "Read" => {
                json!({ "type": "text", "file": { "content": text, "numLines": text.lines().count() } })
            }
            _ => json!({ "stdout": text, "stderr": "", "interrupted": false }),
        };
    }
    event
}
