//! Agents other than Claude Code: who calls is recognised, and answered in the form that it takes.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use toolcoach::protocol::client::Client;
use toolcoach::rules;

use crate::harness::{World, advice, recorded};

/// A forced push as each client tells it.
fn forced_push(client: Client) -> Value {
    let command = "git push -f origin main";
    let input = json!({ "command": command });
    match client {
        Client::Claude(_) => {
            json!({ "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": input, "prompt_id": "p" })
        }
        Client::Codex => {
            json!({ "hook_event_name": "PostToolUse", "turn_id": "t", "tool_name": "Bash", "tool_input": input,
                "tool_response": "+ abc...def main -> main (forced update)" })
        }
        Client::Gemini => {
            json!({ "hook_event_name": "AfterTool", "tool_name": "run_shell_command", "tool_input": input,
                "tool_response": { "llmContent": "<untrusted_context>\nOutput: ok\nProcess Group PGID: 7\n</untrusted_context>" } })
        }
        Client::Qwen => {
            json!({ "hook_event_name": "PostToolUse", "tool_call_id": "c", "tool_name": "run_shell_command",
                "tool_input": input, "tool_response": { "llmContent": "Output: ok" } })
        }
        Client::Cursor => {
            json!({ "hook_event_name": "postToolUse", "cursor_version": "2026.09.18", "tool_name": "Shell",
                "tool_input": input, "tool_output": "{\"output\":\"ok\",\"exitCode\":0}" })
        }
        Client::Copilot => {
            json!({ "toolName": "bash", "toolArgs": input.to_string(), "toolResult": { "resultType": "success" } })
        }
        Client::VsCode => {
            json!({ "hookEventName": "PostToolUse", "sessionId": "s", "tool_name": "run_in_terminal",
                "tool_input": input })
        }
        Client::Droid => {
            json!({ "hook_event_name": "PostToolUse", "permission_mode": "auto-medium", "tool_name": "Execute",
                "tool_input": input, "tool_response": "ok\n[Process exited with code 0]" })
        }
        Client::Cline => {
            json!({ "hookName": "PostToolUse", "clineVersion": "3.60.0", "taskId": "1",
                "postToolUse": { "toolName": "execute_command", "parameters": input, "success": true } })
        }
        Client::Augment => {
            json!({ "hook_event_name": "PostToolUse", "conversation_id": "c", "workspace_roots": ["/r"],
                "tool_name": "launch-process", "tool_input": input, "tool_output": "ok" })
        }
        Client::Opencode => {
            json!({ "client": "opencode", "hook_event_name": "tool.execute.after", "tool_name": "bash",
                "tool_input": input, "tool_response": { "output": "ok", "metadata": { "exit": 0 } } })
        }
        Client::Pi => {
            json!({ "client": "pi", "hook_event_name": "tool_result", "tool_name": "bash",
                "tool_input": input, "tool_response": { "output": "ok", "exit": 0, "failed": false } })
        }
        Client::Kimi => {
            json!({ "hook_event_name": "PostToolUse", "client_type": "kimi_code_cli", "tool_call_id": "c",
                "tool_name": "Bash", "tool_input": input, "tool_output": "ok" })
        }
        Client::Kiro => {
            json!({ "hook_event_name": "postToolUse", "tool_name": "execute_bash", "tool_input": input })
        }
        Client::Windsurf => {
            json!({ "agent_action_name": "post_run_command", "tool_info": { "command_line": command } })
        }
    }
}

/// The whole of an answer to `event` that gives `text`, by what the client's documents allow and
/// its releases were seen to take: Codex drops an answer with any other key, Claude Code one with
/// another event. `None` for those that take no text.
fn form(client: Client, event: &str, text: &str) -> Option<Value> {
    Some(match client {
        Client::Cursor => json!({ "additional_context": text }),
        Client::Copilot | Client::Opencode | Client::Pi => json!({ "additionalContext": text }),
        Client::Cline => json!({ "cancel": false, "contextModification": text }),
        Client::Kimi | Client::Kiro | Client::Windsurf => return None,
        _ => {
            // Cut out, since some recorded events are no JSON for a strict parser.
            let after = |key: &&str| event.split(key).nth(1)?.split('"').nth(1);
            let name = ["\"hook_event_name\"", "\"hookEventName\""].iter().find_map(after);
            json!({ "hookSpecificOutput": { "hookEventName": name, "additionalContext": text } })
        }
    })
}

/// What each wants to read where there is nothing to say.
fn silence(client: Client) -> &'static str {
    if matches!(client, Client::Cursor | Client::Cline) { "{}\n" } else { "" }
}

/// The text in what was answered to `event`, all of which is as the client wants it; `None` for
/// silence.
#[track_caller]
fn text_of(client: Client, event: &str, output: &Output) -> Option<String> {
    assert!(output.status.success() && output.stderr.is_empty(), "{client:?}: {output:?}");
    let answer = std::str::from_utf8(&output.stdout).unwrap();
    if answer == silence(client) {
        return None;
    }
    assert!(answer.ends_with("}\n") && answer.lines().count() == 1, "{client:?}: {answer:?}");
    let answer: Value = serde_json::from_str(answer).unwrap();
    let places = [
        "/additional_context",
        "/additionalContext",
        "/contextModification",
        "/hookSpecificOutput/additionalContext",
    ];
    let text = places.iter().find_map(|place| answer.pointer(place)?.as_str()).unwrap_or_default();
    assert_eq!(Some(&answer), form(client, event, text).as_ref(), "{client:?}");
    // 10,000 is where Claude Code cuts.
    assert!(
        text.starts_with("[toolcoach] ") && text.chars().count() < 10_000,
        "{client:?}: {text}"
    );
    Some(text.to_owned())
}

#[test]
fn each_is_recognised_and_answered_in_its_form() {
    for client in Client::ALL {
        let world = World::new();
        let event = forced_push(client).to_string();
        let output = world.run(&[], event.as_bytes());
        let text = text_of(client, &event, &output);
        assert!(world.lines("errors.jsonl").is_empty(), "{client:?}");
        assert_eq!(text.is_some(), client.listens(), "{client:?}");
        let Some(text) = text else { continue };
        assert!(text.ends_with("(git-push-force)"), "{client:?}: {text}");
        let report = world.run(&["explain", "--json"], event.as_bytes());
        let report: Value = serde_json::from_slice(&report.stdout).unwrap();
        assert_eq!(report["client"], client.name());
    }
}

#[test]
fn silence_is_what_each_wants_to_read() {
    for client in Client::ALL {
        let world = World::new();
        let silent =
            forced_push(client).to_string().replace("git push -f origin main", "git status");
        let output = world.run(&[], silent.as_bytes());
        assert_eq!(String::from_utf8_lossy(&output.stdout), silence(client), "{client:?}");
        // Who is named on the command line gets his form whatever arrives.
        let output = world.run(&["hook", "--client", client.name()], b"{\"a\":");
        assert_eq!(String::from_utf8_lossy(&output.stdout), silence(client), "{client:?}");
        assert!(output.status.success() && output.stderr.is_empty());
    }
}

/// The tools of Claude Code that advice names.
const TOOLS: [&str; 9] = [
    "Read",
    "Edit",
    "Write",
    "Grep",
    "Glob",
    "MultiEdit",
    "run_in_background",
    "BashOutput",
    "TaskOutput",
];

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

/// The inputs that stand beside the project: captured ones and ones written from the vendors'
/// documents.
#[test]
fn recorded_inputs_tell_their_client() {
    let Some(folder) = recorded("payloads") else { return };
    let folders = fs::read_dir(folder).unwrap();
    let (mut seen, mut answered) = (0, 0);
    for path in
        folders.flatten().filter_map(|entry| fs::read_dir(entry.path()).ok()).flatten().flatten()
    {
        let path = path.path();
        let of = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let (file, folder) = (of(&path), of(path.parent().unwrap()));
        let named = if folder == "written-from-docs" { &file } else { &folder };
        let Some(client) = Client::named(named.split(['-', '.']).next().unwrap()) else { continue };
        let world = World::new();
        let input = fs::read(&path).unwrap();
        let report = world.run(&["explain", "--json"], &input);
        let is_call =
            !["precompact", "pretooluse", "sessionend"].iter().any(|event| file.contains(event));
        assert_eq!(report.status.success(), is_call, "{file}");
        if is_call {
            let report: Value = serde_json::from_slice(&report.stdout).unwrap();
            assert_eq!(report["client"], client.name(), "{file}");
            let event = String::from_utf8_lossy(&input);
            answered += usize::from(text_of(client, &event, &world.run(&[], &input)).is_some());
            seen += 1;
        }
    }
    assert!(seen > 160 && answered > 10, "{seen} inputs, {answered} answered");
}

/// `npm install` in a pnpm project at the root, with an npm project in `svc`, told to run in `folder`.
fn install_in(world: &World, mut event: Value, name: &str, folder: &str) -> bool {
    event["cwd"] = json!(world.work());
    event["tool_input"] = json!({ "command": "npm install" });
    if !name.is_empty() {
        event["tool_input"][name] = json!(folder);
    }
    let output = world.run(&["hook"], event.to_string().as_bytes());
    String::from_utf8_lossy(&output.stdout).contains("wrong-js-package-manager")
}

#[test]
fn a_call_is_judged_in_the_folder_that_it_names() {
    let world = World::new();
    for (path, content) in [
        ("package.json", "{}"),
        ("pnpm-lock.yaml", "x"),
        ("svc/package.json", "{}"),
        ("svc/package-lock.json", "{}"),
    ] {
        world.file(path, content);
    }
    let absolute = world.work().join("svc").to_string_lossy().into_owned();
    for (client, name) in [
        (Client::Gemini, "dir_path"),
        (Client::Gemini, "directory"),
        (Client::Qwen, "directory"),
        (Client::Cursor, "working_directory"),
        (Client::Droid, "cwd"),
        (Client::Codex, "workdir"),
    ] {
        let judged = |name, folder| install_in(&world, forced_push(client), name, folder);
        assert!(judged(name, "."), "{client:?} {name}");
        for folder in ["svc", "./svc/", &absolute, "nowhere", "/nowhere"] {
            assert!(!judged(name, folder), "{client:?} {name} {folder}");
        }
        // Codex sends the session's folder, wherever the call ran.
        assert_eq!(judged("", ""), client != Client::Codex, "{client:?}");
    }
}
