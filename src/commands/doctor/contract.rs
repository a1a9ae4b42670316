//! The contract with clients: a call that every client can report, and the answer that it must get.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::trial::{LIMIT, TrialEnd, TrialOutcome};
use crate::protocol::client::Client;
use crate::protocol::event::EventName;
use crate::protocol::reply;

/// Longest answer, characters. Claude Code, Codex, Cursor and Copilot cut or drop longer ones.
pub(super) const MAX_CHARS: usize = 10_000;

/// The command of the call. The advice on it needs no program, no file and no history.
const COMMAND: &str = "git push --force origin main";

/// The rule that has a finding for it.
const RULE: &str = "git-push-force";

/// The event of the call as this client sends it, in `folder`. Cursor's is from its documents, the
/// others were recorded.
pub(super) fn call(client: Client, folder: &Path) -> Value {
    let folder = folder.to_string_lossy();
    let input = json!({ "command": COMMAND });
    let own = match client {
        Client::Codex => json!({
            "hook_event_name": "PostToolUse", "turn_id": "doctor", "model": "doctor", "tool_name": "Bash",
            "tool_response": "",
        }),
        Client::Gemini => json!({
            "hook_event_name": "AfterTool", "timestamp": "2026-11-22T18:18:50.907Z", "tool_name": "run_shell_command",
            "tool_response": { "llmContent": "Output: (empty)", "returnDisplay": "" },
        }),
        Client::Qwen => json!({
            "hook_event_name": "PostToolUse", "tool_call_id": "doctor", "tool_name": "run_shell_command",
            "tool_response": { "llmContent": "Output: (empty)", "returnDisplay": "" },
        }),
        Client::Cursor => json!({
            "hook_event_name": "postToolUse", "cursor_version": "2026.09.18", "workspace_roots": [folder],
            "conversation_id": "doctor", "tool_name": "Shell", "tool_output": r#"{"output":"","exitCode":0}"#,
        }),
        Client::Copilot => {
            return json!({
                "sessionId": "doctor", "timestamp": 1_795_341_600_000_u64, "cwd": folder, "toolName": "bash",
                "toolArgs": input, "toolResult": { "resultType": "success", "textResultForLlm": "" },
            });
        }
        Client::Cline => {
            let output = json!([{ "query": COMMAND, "result": "", "success": true }]);
            return json!({
                "hookName": "tool_result", "clineVersion": "", "taskId": "doctor", "workspaceRoots": [folder],
                "tool_result": { "id": "doctor", "name": "run_commands", "input": { "commands": [COMMAND] }, "output": output },
                "postToolUse": { "toolName": "run_commands", "success": true },
            });
        }
        Client::Opencode => json!({
            "client": "opencode", "hook_event_name": "tool.execute.after", "tool_name": "bash",
            "tool_response": { "output": "", "metadata": { "exit": 0 } },
        }),
        Client::Pi => json!({
            "client": "pi", "hook_event_name": "tool_result", "tool_name": "bash",
            "tool_response": { "output": "", "exit": 0, "failed": false },
        }),
        Client::Droid => json!({
            "hook_event_name": "PostToolUse", "permission_mode": "auto-medium", "tool_name": "Execute",
            "tool_response": "\n[Process exited with code 0]",
        }),
        _ => json!({
            "hook_event_name": "PostToolUse", "tool_name": "Bash",
            "tool_response": { "stdout": "", "stderr": "", "interrupted": false, "isImage": false },
        }),
    };
    let mut event = Map::new();
    event.insert("session_id".to_owned(), json!("doctor"));
    event.insert("transcript_path".to_owned(), Value::Null);
    event.insert("cwd".to_owned(), json!(folder));
    event.extend(own.as_object().cloned().unwrap_or_default());
    event.insert("tool_input".to_owned(), input);
    event.insert("tool_use_id".to_owned(), json!("doctor"));
    Value::Object(event)
}

/// Checks that the client accepts what a command did with the call.
///
/// # Errors
/// When it does not: the message says why.
pub(super) fn judge(client: Client, outcome: &TrialOutcome) -> Result<(), String> {
    let first =
        |text: &str| text.lines().next().unwrap_or_default().chars().take(100).collect::<String>();
    match &outcome.end {
        TrialEnd::NotStarted(error) => return Err(format!("cannot be started: {error}")),
        TrialEnd::TooLong => {
            return Err(format!("did not end within {} s and was stopped", LIMIT.as_secs()));
        }
        TrialEnd::Exit(Some(0)) => {}
        TrialEnd::Exit(code) => {
            let code =
                code.map_or("ended by a signal".to_owned(), |code| format!("exit code {code}"));
            let why = first(&outcome.stderr);
            return Err(if why.is_empty() { code } else { format!("{code}: {why}") });
        }
    }
    if !outcome.stderr.is_empty() {
        return Err(format!("writes to stderr: {}", first(&outcome.stderr)));
    }
    if outcome.stdout.trim().is_empty() || outcome.stdout.as_bytes() == reply::silence(client) {
        return Err(format!("says nothing about `{COMMAND}`, which it should know"));
    }
    if !outcome.stdout.ends_with('\n') || outcome.stdout.lines().count() != 1 {
        return Err(format!(
            "answers with more than one line, the first of them: {}",
            first(&outcome.stdout)
        ));
    }
    let answer: Value = serde_json::from_str(&outcome.stdout).map_err(|_| {
        format!("answers with something that is not JSON: {}", first(&outcome.stdout))
    })?;
    let text = longest(&answer).to_owned();
    let wanted = reply::line(client, EventName::PostToolUse, &text).unwrap_or_default();
    let wanted: Value = serde_json::from_slice(&wanted).unwrap_or_default();
    if let Some(difference) = difference(&wanted, &answer, "") {
        return Err(format!("answers in another form: {difference}"));
    }
    let length = text.chars().count();
    if length > MAX_CHARS {
        return Err(format!("answers with {length} characters; agents accept {MAX_CHARS}"));
    }
    if !text.ends_with(&format!("({RULE})")) {
        return Err(format!("says something unexpected about `{COMMAND}`: {}", first(&text)));
    }
    Ok(())
}

/// The text for the agent. It is the longest string, since all others are names.
fn longest(answer: &Value) -> &str {
    match answer {
        Value::String(text) => text,
        Value::Object(fields) => {
            fields.values().map(longest).max_by_key(|text| text.len()).unwrap_or_default()
        }
        _ => "",
    }
}

/// The first difference between an answer and the wanted one.
fn difference(wanted: &Value, answer: &Value, at: &str) -> Option<String> {
    let (Some(fields), Some(found)) = (wanted.as_object(), answer.as_object()) else {
        return (wanted != answer).then(|| format!("`{at}` is {answer}, not {wanted}"));
    };
    if let Some(key) = found.keys().find(|key| !fields.contains_key(*key)) {
        return Some(format!("it has an unexpected key `{key}`"));
    }
    fields.iter().find_map(|(key, value)| match found.get(key) {
        None => Some(format!("it has no `{key}`")),
        Some(inner) => difference(value, inner, key),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn outcome(stdout: &str, stderr: &str, end: TrialEnd) -> TrialOutcome {
        TrialOutcome {
            end,
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            time: Duration::ZERO,
        }
    }

    #[test]
    fn an_answer_that_a_client_would_not_accept_is_reported() {
        let text = format!("[toolcoach] x ({RULE})");
        let good = |client| {
            let line = reply::line(client, EventName::PostToolUse, &text).unwrap();
            String::from_utf8(line).unwrap()
        };
        for client in Client::ALL {
            let line = good(client);
            assert_eq!(
                judge(client, &outcome(&line, "", TrialEnd::Exit(Some(0)))),
                Ok(()),
                "{client:?}"
            );
        }
        let claude = good(Client::Claude(None));
        let long =
            reply::line(Client::Codex, EventName::PostToolUse, &"x".repeat(MAX_CHARS + 1)).unwrap();
        for (stdout, expected) in [
            ("", "says nothing about"),
            ("hello\n", "not JSON: hello"),
            ("[]\n", "another form"),
            (&*format!("hello\n{claude}"), "more than one line, the first of them: hello"),
            (claude.trim_end(), "more than one line"),
            (
                &*claude.replace("PostToolUse", "AfterTool"),
                "`hookEventName` is \"AfterTool\", not \"PostToolUse\"",
            ),
            (
                &*claude.replacen('{', "{\"suppressOutput\":true,", 1),
                "it has an unexpected key `suppressOutput`",
            ),
            (
                &*claude.replace("\"hookEventName\":\"PostToolUse\",", ""),
                "it has no `hookEventName`",
            ),
            (&*good(Client::Copilot), "it has an unexpected key `additionalContext`"),
            (&*claude.replace(RULE, "other"), "says something unexpected"),
            (&*String::from_utf8(long).unwrap(), "10001 characters"),
        ] {
            let error = judge(Client::Claude(None), &outcome(stdout, "", TrialEnd::Exit(Some(0))))
                .unwrap_err();
            assert!(error.contains(expected), "{stdout:?}: {error}");
        }
        for (stderr, end, expected) in [
            ("noise\n", TrialEnd::Exit(Some(0)), "stderr: noise"),
            ("not found", TrialEnd::Exit(Some(127)), "exit code 127: not found"),
            ("", TrialEnd::Exit(None), "ended by a signal"),
            ("", TrialEnd::TooLong, "within 5 s"),
        ] {
            let error = judge(Client::Claude(None), &outcome(&claude, stderr, end)).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let error =
            judge(Client::Cursor, &outcome("{}\n", "", TrialEnd::Exit(Some(0)))).unwrap_err();
        assert!(error.contains("says nothing"), "{error}");
    }
}
