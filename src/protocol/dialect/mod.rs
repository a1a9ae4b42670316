//! What other clients send, told in the words of Claude Code, so that one form is known to
//! everything behind this.
//!
//! Whoever sends that form (Claude Code itself, Codex) is read as it is; the others' events are
//! built anew, which costs a parse more. Gemini CLI and Qwen Code were seen in real runs; the rest
//! is from the vendors' documents.

pub mod result;
pub mod tool;

use once_cell::unsync::OnceCell;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::event::{Event, Tool};
use crate::protocol::error::EventError;
use result::Outcome;

/// The event in `text`, whoever sent it, and the client if it was sent in another form than Claude
/// Code's. `room` holds the translation.
///
/// # Errors
/// When the text is not one JSON object, or names no event or tool that is known in its place.
pub(super) fn read<'a>(
    text: &'a str,
    room: &'a OnceCell<String>,
) -> Result<(Event<'a>, Option<Client>), EventError> {
    let parsed = Event::parse(text);
    let is_foreign = match &parsed {
        Ok(event) => is_foreign(event),
        Err(error) => matches!(error, EventError::UnknownEvent { .. } | EventError::Field { .. }),
    };
    match is_foreign.then(|| translate(text)).flatten() {
        None => parsed.map(|event| (event, None)),
        Some((client, translation)) => {
            let translation = room.get_or_init(|| translation.to_string());
            Ok((Event::parse(translation)?, Some(client)))
        }
    }
}

/// Whether the event shows a field, a tool's name or a mode that neither Claude Code nor Codex
/// sends.
fn is_foreign(event: &Event) -> bool {
    event.has_foreign_field
        || !event.turn_id
            && (event.tool == Tool::Other && tool::is_foreign(&event.tool_name)
                || event.permission_mode.as_deref().is_some_and(is_of_droid))
}

/// The top level of a foreign event.
struct Fields(Map<String, Value>);

impl Fields {
    /// The first of these that is there and not null.
    fn first(&self, names: &[&str]) -> Option<&Value> {
        names.iter().filter_map(|name| self.0.get(*name)).find(|value| !value.is_null())
    }

    /// The first of these that is a text, not an empty one.
    fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().filter_map(|name| self.0.get(*name)?.as_str()).find(|text| !text.is_empty())
    }

    fn has(&self, name: &str) -> bool {
        self.first(&[name]).is_some()
    }

    /// A field of an object at the top level.
    fn inner(&self, outer: &str, name: &str) -> Option<&Value> {
        self.0.get(outer)?.get(name).filter(|value| !value.is_null())
    }

    fn event(&self) -> &str {
        self.text(&["hook_event_name", "hookEventName", "hookName"]).unwrap_or_default()
    }
}

/// Who sent it, by signs that no other client has; `None` for the form that needs no translation.
fn client(fields: &Fields) -> Option<Client> {
    let mode = fields.text(&["permission_mode"]).unwrap_or_default();
    let named = fields.text(&["client"]).and_then(Client::named);
    let signs = [
        (fields.has("cursor_version"), Client::Cursor),
        (fields.has("agent_action_name"), Client::Windsurf),
        (fields.has("hookName") || fields.has("clineVersion"), Client::Cline),
        (fields.event() == "AfterTool", Client::Gemini),
        (fields.has("toolName"), Client::Copilot),
        (fields.has("tool_result"), Client::Copilot),
        (fields.has("hookEventName") && fields.has("sessionId"), Client::VsCode),
        (
            fields.has("conversation_id")
                && (fields.has("workspace_roots") || fields.has("is_mcp_tool")),
            Client::Augment,
        ),
        (
            fields.has("tool_call_id")
                || fields.inner("tool_response", "llmContent").is_some()
                || matches!(mode, "auto_edit" | "auto-edit" | "yolo"),
            Client::Qwen,
        ),
        (fields.text(&["tool_name"]) == Some("Execute") || is_of_droid(mode), Client::Droid),
        (fields.event() == "postToolUse", Client::Kiro),
    ];
    named.or_else(|| signs.into_iter().find_map(|(holds, client)| holds.then_some(client)))
}

/// Whether a `permission_mode` is one that only Droid has.
fn is_of_droid(mode: &str) -> bool {
    matches!(mode, "off" | "spec") || mode.starts_with("auto-") && mode != "auto-edit"
}

/// Whether the call's end is what the event tells: the beginning of a call, a prompt or a stop is
/// none of ours.
fn tells_a_result(client: Client, event: &str) -> bool {
    match client {
        Client::Gemini => event == "AfterTool",
        Client::Cline => matches!(event, "PostToolUse" | "tool_result"),
        Client::Opencode => event == "tool.execute.after",
        // Copilot's older form names no event; Windsurf's name is that of the action.
        Client::Copilot | Client::Windsurf if event.is_empty() => true,
        _ => event.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("PostToolUse")),
    }
}

fn translate(text: &str) -> Option<(Client, Value)> {
    let fields = Fields(serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()?);
    let client = client(&fields)?;
    let event = fields.event();
    // Sessions begin alike everywhere, in the form that is known.
    if !tells_a_result(client, event) || event == "PostToolBatch" {
        return None;
    }
    let name = fields.text(&["tool_name", "toolName", "agent_action_name"]);
    let name = name.or_else(|| fields.inner("tool_result", "name")?.as_str());
    let name = name.or_else(|| fields.inner("postToolUse", "toolName")?.as_str())?;
    let tool = tool::named(name);
    let raw = fields.first(&["tool_input", "toolArgs", "tool_info"]);
    let raw = raw.or_else(|| fields.inner("tool_result", "input"));
    let raw = raw.or_else(|| fields.inner("postToolUse", "parameters"));
    let input = tool::input(&tool, raw);
    let outcome = Outcome::of(client, &fields);

    let mut told = Map::new();
    let mut tell = |name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            told.insert(name.to_owned(), value);
        }
    };
    let root = fields.first(&["workspace_roots", "workspaceRoots"]).and_then(|roots| roots.get(0));
    let folder = fields.text(&["cwd"]).map(Value::from);
    let session =
        fields.first(&["session_id", "sessionId", "conversation_id", "trajectory_id", "taskId"]);
    let call = fields
        .first(&["tool_use_id", "tool_call_id"])
        .or_else(|| fields.inner("tool_result", "id"));
    let took = fields.first(&["duration_ms", "duration"]);
    let took = took.or_else(|| fields.inner("tool_result", "durationMs"));
    let took = took.or_else(|| fields.inner("postToolUse", "executionTimeMs"));
    tell("session_id", session.cloned());
    tell("agent_id", fields.first(&["agent_id"]).cloned());
    tell("cwd", folder.or_else(|| root.cloned()));
    tell("tool_use_id", call.cloned());
    tell("duration_ms", took.cloned());
    tell("is_interrupt", fields.first(&["is_interrupt"]).cloned());
    match outcome.error(&tool) {
        Some(error) => {
            tell("hook_event_name", Some(json!("PostToolUseFailure")));
            tell("error", Some(json!(error)));
        }
        None => {
            tell("hook_event_name", Some(json!("PostToolUse")));
            tell("tool_response", Some(outcome.response(&tool, &input)));
        }
    }
    tell("tool_name", Some(json!(tool)));
    tell("tool_input", Some(input));
    Some((client, Value::Object(told)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client and the event as it is told.
    fn told(text: &str) -> Option<(Client, Value)> {
        translate(text)
    }

    #[test]
    fn the_known_form_is_left_alone() {
        let room = OnceCell::new();
        let text = r#"{"hook_event_name":"PostToolUse","tool_name":"Bash","permission_mode":"auto","tool_input":{"command":"ls"}}"#;
        let (event, client) = read(text, &room).unwrap();
        assert_eq!((event.command(), client), (Some("ls"), None));
        assert!(room.get().is_none());
    }

    #[test]
    fn what_is_no_end_of_a_call_is_not_translated() {
        for text in [
            r#"{"hook_event_name":"BeforeTool","tool_name":"run_shell_command","tool_call_id":"x"}"#,
            r#"{"hook_event_name":"beforeShellExecution","cursor_version":"1","command":"ls"}"#,
            r#"{"hookName":"PreToolUse","clineVersion":"3"}"#,
            r#"{"hook_event_name":"PostToolUse"}"#,
            r#"{"toolName":7}"#,
        ] {
            assert!(told(text).is_none(), "{text}");
            assert!(read(text, &OnceCell::new()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_failing_command_is_a_failure_whatever_its_event_is_called() {
        for text in [
            r#"{"hook_event_name":"AfterTool","tool_name":"run_shell_command","tool_input":{"command":"x"},"tool_response":{"llmContent":"<untrusted_context>\nOutput: out\nerr\nExit Code: 3\nProcess Group PGID: 1\n</untrusted_context>","returnDisplay":"out\nerr"}}"#,
            r#"{"cursor_version":"1","hook_event_name":"postToolUse","tool_name":"Shell","tool_input":{"command":"x"},"tool_output":"{\"output\":\"out\\nerr\",\"exitCode\":3}"}"#,
            r#"{"hook_event_name":"PostToolUse","permission_mode":"off","tool_name":"Execute","tool_input":{"command":"x"},"tool_response":"out\nerr\n[Process exited with code 3]"}"#,
            r#"{"client":"opencode","hook_event_name":"tool.execute.after","tool_name":"bash","tool_input":{"command":"x"},"tool_response":{"output":"out\nerr","metadata":{"exit":3}}}"#,
        ] {
            let (_, event) = told(text).unwrap();
            assert_eq!(event["hook_event_name"], "PostToolUseFailure", "{text}");
            assert_eq!(event["error"], "Exit code 3\nout\nerr", "{text}");
        }
    }
}
