//! Translates the events of other clients into the form of Claude Code, so that the rest of the
//! program knows one form only.
//!
//! Events in that form (from Claude Code itself, and from Codex) are read as they are. Other events
//! are translated, which costs a second parse. The dialects of Gemini CLI, Qwen Code, Copilot CLI,
//! Droid, Cline, opencode, pi and Kimi Code were taken from real runs, the others from the vendors'
//! documentation.

mod fields;
mod folded;
mod result;
mod tool;

use once_cell::unsync::OnceCell;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::event::{Event, EventName, Tool};
use super::excerpt::Kept;
#[cfg(fuzzing)]
use super::excerpt::{self, Excerpt};
use crate::protocol::error::EventError;
use crate::protocol::json;
use fields::Fields;

pub(crate) use tool::names as tool_names;

/// The event in `text`, in whatever dialect, and the client if the event is not in Claude Code's
/// form. The event borrows from `room` if it was translated.
///
/// # Errors
/// When the text is not one JSON object, or the event or tool that it names is unknown.
pub(super) fn read<'a>(
    kept: Kept<'a>,
    room: &'a OnceCell<String>,
) -> Result<(Event<'a>, Option<Client>), EventError> {
    let parsed = Event::parse(kept);
    let is_foreign = match &parsed {
        // Claude Code sends the id of each call, and Copilot CLI none.
        Ok(event) => {
            let is_failure = event.name == EventName::PostToolUseFailure;
            is_foreign(event) || is_failure && event.call_id.is_none()
        }
        Err(error) => matches!(error, EventError::UnknownEvent { .. } | EventError::Field { .. }),
    };
    match is_foreign.then(|| translate(kept.text())).flatten() {
        None => parsed.map(|event| (event, None)),
        Some((client, translation)) => {
            let translation = room.get_or_init(|| translation.to_string());
            Ok((Event::parse(translation)?, Some(client)))
        }
    }
}

/// Whether a long text of an event may be cut: in the `current` member, behind these `members`. An
/// event of another dialect is needed whole for its translation, and may show itself only at its
/// end. So this is for the tools that rules know, in Claude Code's form, if `may_cut` permits it.
pub(super) fn may_be_cut(members: &str, current: &[u8], may_cut: &dyn Fn(&Event) -> bool) -> bool {
    let name = current.strip_prefix(b",").unwrap_or(current).trim_ascii_start();
    // Copilot CLI may send Claude Code's names of tools, and its own result behind them.
    let has_no_time = json::pick(members, &["timestamp"]).is_ok_and(|[time]| time.is_none());
    has_no_time
        && LARGE_MEMBERS.iter().any(|large| name.starts_with(large.as_bytes()))
        && Event::parse(members).is_ok_and(|event| {
            let is_known = event.tool != Tool::Other || event.name == EventName::PostToolBatch;
            is_known && !is_foreign(&event) && may_cut(&event)
        })
}

/// What is kept of `document` where little is kept, see [`excerpt::small`].
#[cfg(fuzzing)]
pub fn small_excerpt(document: &[u8], piece: usize) -> Excerpt {
    let may_cut = |members: &str, current: &[u8]| may_be_cut(members, current, &|_| true);
    excerpt::small(document, piece, &may_cut)
}

/// What may be large of an event in Claude Code's form.
const LARGE_MEMBERS: [&str; 4] =
    ["\"tool_response\"", "\"tool_input\"", "\"error\"", "\"tool_calls\""];

/// Whether the event has a field, a tool's name or a permission mode that neither Claude Code nor
/// Codex sends.
fn is_foreign(event: &Event) -> bool {
    event.has_foreign_field
        || !event.turn_id
            && (event.tool == Tool::Other && tool::is_foreign(&event.tool_name)
                || event.permission_mode.as_deref().is_some_and(is_of_droid))
}

/// The client, by fields and values that no other client sends. `None` if the event needs no
/// translation.
fn client(fields: &Fields) -> Option<Client> {
    let mode = fields.text(&["permission_mode"]).unwrap_or_default();
    let named = fields.text(&["client"]).and_then(Client::named);
    let signs = [
        (fields.has("cursor_version"), Client::Cursor),
        (fields.has("agent_action_name"), Client::Windsurf),
        (fields.has("hookName") || fields.has("clineVersion"), Client::Cline),
        // It looks like Qwen Code but for these.
        (
            fields.text(&["client_type"]).is_some_and(|kind| kind.starts_with("kimi"))
                || fields.has("tool_output") && fields.has("tool_call_id"),
            Client::Kimi,
        ),
        (fields.event() == "AfterTool", Client::Gemini),
        (fields.has("toolName"), Client::Copilot),
        (fields.has("tool_result") || is_failure_of_copilot(fields), Client::Copilot),
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

/// Whether Copilot CLI reports a failure here in the form of Claude Code. It has a time, and neither
/// the id of the call nor a permission mode.
fn is_failure_of_copilot(fields: &Fields) -> bool {
    let others = ["tool_use_id", "tool_call_id", "permission_mode"];
    fields.event() == "PostToolUseFailure"
        && fields.has("timestamp")
        && !others.iter().any(|name| fields.has(name))
}

/// Whether only Droid has this `permission_mode`.
fn is_of_droid(mode: &str) -> bool {
    matches!(mode, "off" | "spec") || mode.starts_with("auto-") && mode != "auto-edit"
}

/// Whether the event reports the end of a tool call, and not the start of one, a prompt or a stop.
fn reports_a_result(client: Client, event: &str) -> bool {
    match client {
        Client::Gemini => event == "AfterTool",
        Client::Cline => matches!(event, "PostToolUse" | "tool_result"),
        Client::Opencode => event == "tool.execute.after",
        Client::Pi => event == "tool_result",
        // Copilot's older form names no event, and Windsurf names the action instead.
        Client::Copilot | Client::Windsurf if event.is_empty() => true,
        _ => event.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("PostToolUse")),
    }
}

fn translate(text: &str) -> Option<(Client, Value)> {
    let fields = Fields::parse(text)?;
    let client = client(&fields)?;
    let event = fields.event();
    // All clients send SessionStart in Claude Code's form.
    if !reports_a_result(client, event) || event == "PostToolBatch" {
        return None;
    }
    let name = fields.text(&["tool_name", "toolName", "agent_action_name"]);
    let name = name.or_else(|| fields.inner("tool_result", "name")?.as_str());
    let name = name.or_else(|| fields.inner("postToolUse", "toolName")?.as_str())?;
    let raw = fields.first(&["tool_input", "toolArgs", "tool_info"]);
    let raw = raw.or_else(|| fields.inner("tool_result", "input"));
    let raw = raw.or_else(|| fields.inner("postToolUse", "parameters"));
    let tool = tool::named(name, raw);
    let input = tool::input(&tool, raw);
    let result = result::of(client, &tool, &fields);

    let mut translation = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            translation.insert(name.to_owned(), value);
        }
    };
    let root = fields.first(&["workspace_roots", "workspaceRoots"]).and_then(|roots| roots.get(0));
    let folder = fields.text(&["cwd"]).map(Value::from);
    let session =
        fields.first(&["session_id", "sessionId", "conversation_id", "trajectory_id", "taskId"]);
    let call = fields
        .first(&["tool_use_id", "tool_call_id"])
        .or_else(|| fields.inner("tool_result", "id"));
    let duration = fields.first(&["duration_ms", "duration"]);
    let duration = duration.or_else(|| fields.inner("tool_result", "durationMs"));
    let duration = duration.or_else(|| fields.inner("postToolUse", "executionTimeMs"));
    set("session_id", session.cloned());
    // Cline gives its main agent an id too.
    let has_parent = client != Client::Cline || fields.has("parent_agent_id");
    set("agent_id", fields.first(&["agent_id"]).filter(|_| has_parent).cloned());
    set("cwd", folder.or_else(|| root.cloned()));
    set("tool_use_id", call.cloned());
    set("duration_ms", duration.cloned());
    set("is_interrupt", fields.first(&["is_interrupt"]).cloned());
    match result.error(&tool) {
        Some(error) => {
            set("hook_event_name", Some(json!("PostToolUseFailure")));
            set("error", Some(json!(error)));
        }
        None => {
            set("hook_event_name", Some(json!("PostToolUse")));
            set("tool_response", Some(result.response(&tool, &input)));
        }
    }
    set("tool_name", Some(json!(tool)));
    set("tool_input", Some(input));
    Some((client, Value::Object(translation)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_in_claude_codes_form_is_not_translated() {
        let room = OnceCell::new();
        let text = r#"{"hook_event_name":"PostToolUse","tool_name":"Bash","permission_mode":"auto","tool_input":{"command":"ls"}}"#;
        let (event, client) = read(text.into(), &room).unwrap();
        assert_eq!((event.command(), client), (Some("ls"), None));
        assert!(room.get().is_none());
    }

    #[test]
    fn only_the_end_of_a_call_is_translated() {
        for text in [
            r#"{"hook_event_name":"BeforeTool","tool_name":"run_shell_command","tool_call_id":"x"}"#,
            r#"{"hook_event_name":"beforeShellExecution","cursor_version":"1","command":"ls"}"#,
            r#"{"hookName":"PreToolUse","clineVersion":"3"}"#,
            r#"{"hook_event_name":"PostToolUse"}"#,
            r#"{"toolName":7}"#,
        ] {
            assert!(translate(text).is_none(), "{text}");
            assert!(read(text.into(), &OnceCell::new()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_failed_command_is_a_failure_in_every_dialect() {
        for text in [
            r#"{"hook_event_name":"AfterTool","tool_name":"run_shell_command","tool_input":{"command":"x"},"tool_response":{"llmContent":"<untrusted_context>\nOutput: out\nerr\nExit Code: 3\nProcess Group PGID: 1\n</untrusted_context>","returnDisplay":"out\nerr"}}"#,
            r#"{"cursor_version":"1","hook_event_name":"postToolUse","tool_name":"Shell","tool_input":{"command":"x"},"tool_output":"{\"output\":\"out\\nerr\",\"exitCode\":3}"}"#,
            r#"{"hook_event_name":"PostToolUse","permission_mode":"off","tool_name":"Execute","tool_input":{"command":"x"},"tool_response":"out\nerr\n[Process exited with code 3]"}"#,
            r#"{"client":"opencode","hook_event_name":"tool.execute.after","tool_name":"bash","tool_input":{"command":"x"},"tool_response":{"output":"out\nerr","metadata":{"exit":3}}}"#,
            r#"{"client":"pi","hook_event_name":"tool_result","tool_name":"bash","tool_input":{"command":"x"},"tool_response":{"output":"out\nerr\n\n\nCommand exited with code 3","exit":3,"failed":true}}"#,
            r#"{"hook_event_name":"PostToolUseFailure","tool_call_id":"c","tool_name":"run_shell_command","tool_input":{"command":"x"},"error":"Command: x\nDirectory: (root)\nOutput: out\nerr\nError: (none)\nExit Code: 3\nSignal: (none)\nProcess Group PGID: (none)"}"#,
            r#"{"toolName":"bash","toolArgs":{"command":"x"},"toolResult":{"resultType":"success","textResultForLlm":"out\nerr\n<shellId: 1 completed with exit code 3>"}}"#,
            r#"{"hookName":"tool_result","tool_result":{"name":"run_commands","input":{"commands":["x"]},"output":[{"query":"x","result":"[Command exited with code 3]\nout\n\n[stderr]\nerr\n","error":"Command exited with code 3","success":false}]},"postToolUse":{"success":true}}"#,
            r#"{"hook_event_name":"PostToolUseFailure","client_type":"kimi_code_cli","tool_call_id":"c","tool_name":"Bash","tool_input":{"command":"x"},"error":{"message":"out\nerr\nCommand failed with exit code: 3."}}"#,
        ] {
            let (_, event) = translate(text).unwrap();
            assert_eq!(event["hook_event_name"], "PostToolUseFailure", "{text}");
            assert_eq!(event["error"], "Exit code 3\nout\nerr", "{text}");
        }
    }
}
