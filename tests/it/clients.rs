//! Agents other than Claude Code: who calls is recognised, and answered in the form that it takes.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use toolcoach::client::Client;
use toolcoach::rules;

use crate::harness::{World, advice};

/// A forced push as each client tells it: the event, and the words around the text in the answer.
fn forced_push(client: Client) -> (Value, &'static str) {
    let command = "git push -f origin main";
    let input = json!({ "command": command });
    match client {
        Client::Claude(_) => (
            json!({ "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": input, "prompt_id": "p" }),
            "PostToolUse",
        ),
        Client::Codex => (
            json!({ "hook_event_name": "PostToolUse", "turn_id": "t", "tool_name": "Bash", "tool_input": input,
                "tool_response": "+ abc...def main -> main (forced update)" }),
            "PostToolUse",
        ),
        Client::Gemini => (
            json!({ "hook_event_name": "AfterTool", "tool_name": "run_shell_command", "tool_input": input,
                "tool_response": { "llmContent": "<untrusted_context>\nOutput: ok\nProcess Group PGID: 7\n</untrusted_context>" } }),
            "AfterTool",
        ),
        Client::Qwen => (
            json!({ "hook_event_name": "PostToolUse", "tool_call_id": "c", "tool_name": "run_shell_command",
                "tool_input": input, "tool_response": { "llmContent": "Output: ok" } }),
            "PostToolUse",
        ),
        Client::Cursor => (
            json!({ "hook_event_name": "postToolUse", "cursor_version": "2026.09.18", "tool_name": "Shell",
                "tool_input": input, "tool_output": "{\"output\":\"ok\",\"exitCode\":0}" }),
            "additional_context",
        ),
        Client::Copilot => (
            json!({ "toolName": "bash", "toolArgs": input.to_string(), "toolResult": { "resultType": "success" } }),
            "additionalContext",
        ),
        Client::VsCode => (
            json!({ "hookEventName": "PostToolUse", "sessionId": "s", "tool_name": "run_in_terminal",
                "tool_input": input }),
            "PostToolUse",
        ),
        Client::Droid => (
            json!({ "hook_event_name": "PostToolUse", "permission_mode": "auto-medium", "tool_name": "Execute",
                "tool_input": input, "tool_response": "ok\n[Process exited with code 0]" }),
            "PostToolUse",
        ),
        Client::Cline => (
            json!({ "hookName": "PostToolUse", "clineVersion": "3.60.0", "taskId": "1",
                "postToolUse": { "toolName": "execute_command", "parameters": input, "success": true } }),
            "contextModification",
        ),
        Client::Augment => (
            json!({ "hook_event_name": "PostToolUse", "conversation_id": "c", "workspace_roots": ["/r"],
                "tool_name": "launch-process", "tool_input": input, "tool_output": "ok" }),
            "PostToolUse",
        ),
        Client::Opencode => (
            json!({ "client": "opencode", "hook_event_name": "tool.execute.after", "tool_name": "bash",
                "tool_input": input, "tool_response": { "output": "ok", "metadata": { "exit": 0 } } }),
            "additionalContext",
        ),
        Client::Kiro => (
            json!({ "hook_event_name": "postToolUse", "tool_name": "execute_bash", "tool_input": input }),
            "",
        ),
        Client::Windsurf => {
            (json!({ "agent_action_name": "post_run_command", "tool_info": { "command_line": command } }), "")
        }
    }
}

/// The text in an answer, which holds nothing else than its client's form.
fn text_of(client: Client, answer: &[u8]) -> Option<String> {
    let mut answer: Value = serde_json::from_slice(answer).ok()?;
    let text = match client {
        Client::Cursor => answer["additional_context"].take(),
        Client::Copilot | Client::Opencode => answer["additionalContext"].take(),
        Client::Cline => {
            assert_eq!(answer["cancel"], false);
            answer["contextModification"].take()
        }
        _ => {
            assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
            assert_eq!(answer["hookSpecificOutput"].as_object().unwrap().len(), 2, "{answer}");
            answer["hookSpecificOutput"]["additionalContext"].take()
        }
    };
    text.as_str().map(str::to_owned)
}

#[test]
fn each_is_recognised_and_answered_in_its_form() {
    for client in Client::ALL {
        let world = World::new();
        let (event, around) = forced_push(client);
        let output = world.run(&[], event.to_string().as_bytes());
        assert!(output.stderr.is_empty() && world.lines("errors.jsonl").is_empty(), "{client:?}");
        if !client.listens() {
            assert!(output.stdout.is_empty(), "{client:?}");
            continue;
        }
        let said = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(said.contains(&format!("\"{around}\"")) && said.ends_with("}\n"), "{client:?}: {said}");
        let text = text_of(client, &output.stdout).unwrap_or_else(|| panic!("{client:?}: {said}"));
        assert!(text.ends_with("(git-push-force)"), "{client:?}: {text}");
        let report = world.run(&["explain", "--json"], event.to_string().as_bytes());
        let report: Value = serde_json::from_slice(&report.stdout).unwrap();
        assert_eq!(report["client"], client.name());
    }
}

#[test]
fn silence_is_what_each_wants_to_read() {
    for client in Client::ALL {
        let world = World::new();
        let (event, _) = forced_push(client);
        let silent = event.to_string().replace("git push -f origin main", "git status");
        let output = world.run(&[], silent.as_bytes());
        let wanted = if matches!(client, Client::Cursor | Client::Cline) { "{}\n" } else { "" };
        assert_eq!(String::from_utf8_lossy(&output.stdout), wanted, "{client:?}");
        // Who is named on the command line gets his form whatever arrives.
        let output = world.run(&["hook", "--client", client.name()], b"{\"a\":");
        assert_eq!(String::from_utf8_lossy(&output.stdout), wanted, "{client:?}");
        assert!(output.status.success() && output.stderr.is_empty());
    }
}

/// The tools of Claude Code that advice names.
const TOOLS: [&str; 9] =
    ["Read", "Edit", "Write", "Grep", "Glob", "MultiEdit", "run_in_background", "BashOutput", "TaskOutput"];

#[test]
fn no_advice_names_a_tool_that_the_client_lacks() {
    let mut failures = Vec::new();
    for example in rules::all().flat_map(|rule| rule.hits) {
        let world = World::new();
        world.settings(r#"{ "client": "gemini" }"#);
        let report = world.example(example).explain();
        if report["client"] != "gemini" {
            continue;
        }
        for (_, text) in advice(&report) {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            if words.into_iter().any(|word| TOOLS.contains(&word)) {
                failures.push(format!("{example}: {text}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} texts:\n{}", failures.len(), failures.join("\n"));
}

/// The inputs that stand beside the project: captured ones and ones written from the vendors' documents.
#[test]
fn recorded_inputs_tell_their_client() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/payloads"));
    let Ok(folders) = fs::read_dir(folder) else {
        eprintln!("skipped: no recorded payloads beside the project");
        return;
    };
    let mut seen = 0;
    for path in folders.flatten().filter_map(|entry| fs::read_dir(entry.path()).ok()).flatten().flatten() {
        let path = path.path();
        let of = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let (file, folder) = (of(&path), of(path.parent().unwrap()));
        let named = if folder == "written-from-docs" { &file } else { &folder };
        let Some(client) = Client::named(named.split(['-', '.']).next().unwrap()) else { continue };
        let world = World::new();
        let input = fs::read(&path).unwrap();
        let report = world.run(&["explain", "--json"], &input);
        let is_call = !["precompact", "pretooluse", "sessionend"].iter().any(|event| file.contains(event));
        assert_eq!(report.status.success(), is_call, "{file}");
        if is_call {
            let report: Value = serde_json::from_slice(&report.stdout).unwrap();
            assert_eq!(report["client"], client.name(), "{file}");
            let output = world.run(&[], &input);
            let valid = output.stdout.is_empty()
                || output.stdout == b"{}\n"
                || text_of(client, &output.stdout).is_some_and(|text| text.starts_with("[toolcoach] "));
            assert!(valid, "{file}: {}", String::from_utf8_lossy(&output.stdout));
            seen += 1;
        }
    }
    assert!(seen > 80, "{seen} inputs");
}
