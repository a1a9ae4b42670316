//! One hook input: what a client says happened. It borrows from stdin, is lenient in every field,
//! and decodes on demand.

use std::borrow::Cow;
use std::path::Path;

use once_cell::unsync::OnceCell;

use super::batch;
use super::excerpt::Kept;
use super::input::Input;
use super::json;
use super::response::{Response, ShellResult};
use super::tool;
use crate::base::text::slashed;
use crate::protocol::error::EventError;

pub use super::tool::Tool;
pub(crate) use super::tool::{known_tool, named as kind_of_tool};

/// The hook events that this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventName {
    /// A tool call succeeded.
    PostToolUse,
    /// A tool call failed; the input has an `error` and no response.
    PostToolUseFailure,
    /// A session begins, or goes on after its context was cleared or compacted.
    SessionStart,
    /// Several tool calls of one message ended. Of this event only a call that the client rejected
    /// counts, since no other event tells of it.
    PostToolBatch,
}

impl EventName {
    const ALL: [Self; 4] =
        [Self::PostToolUse, Self::PostToolUseFailure, Self::SessionStart, Self::PostToolBatch];

    /// The name as clients spell it; the reply echoes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::PostToolUse => "PostToolUse",
            Self::PostToolUseFailure => "PostToolUseFailure",
            Self::SessionStart => "SessionStart",
            Self::PostToolBatch => "PostToolBatch",
        }
    }
}

/// How a tool call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Success,
    /// It ran and failed.
    Failure,
    /// The client did not run it: a parameter was wrong, or an edit did not fit its file.
    Rejection,
}

/// A text, of which the end may be missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a> {
    /// The text, or its first 64 KiB.
    pub(crate) text: &'a str,
    /// Bytes of all of it.
    pub(crate) bytes: usize,
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, bytes: text.len() }
    }
}

/// One hook input.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// Which event it is.
    pub name: EventName,
    /// The client's session id; absent if a person made the call.
    pub session: Option<Cow<'a, str>>,
    /// The sub-agent's id. A sub-agent has its own context, and so its own ledger.
    pub agent: Option<Cow<'a, str>>,
    /// The shell's working directory after the call: Claude Code reports it after a `cd` in the
    /// command.
    reported_cwd: Option<Cow<'a, str>>,
    /// The folder of the call, once somebody asked for it.
    cwd: OnceCell<Option<Cow<'a, str>>>,
    /// The kind of tool that was called.
    pub(crate) tool: Tool,
    /// The tool's name as received.
    pub(crate) tool_name: Cow<'a, str>,
    /// The client's id of this call.
    pub call_id: Option<Cow<'a, str>>,
    /// Wall time of the tool as the client measured it, ms.
    pub(crate) duration_ms: Option<u64>,
    /// The event has a `turn_id`, which Codex sends with every call.
    pub(crate) turn_id: bool,
    /// The event has an `effort`, which Claude Code sends since 2.1.133.
    pub(crate) effort: bool,
    /// The event has a `prompt_id`, which Claude Code sends since 2.1.196.
    pub(crate) prompt_id: bool,
    /// The event has a field that neither Claude Code nor Codex sends.
    pub(crate) has_foreign_field: bool,
    /// The client's permission mode.
    pub(crate) permission_mode: Option<Cow<'a, str>>,
    /// Why a session starts: `compact`, `clear`, `startup`, ...
    pub(crate) source: Option<Cow<'a, str>>,
    /// The tool input as raw JSON.
    pub(crate) raw_input: Option<&'a str>,
    /// The user interrupted the call.
    pub(crate) is_interrupt: bool,
    /// The tool's response, not decoded.
    pub(crate) response: Response<'a>,
    error: Option<&'a str>,
    /// What the fields are slices of.
    kept: Kept<'a>,
    input: OnceCell<Input<'a>>,
    shell: OnceCell<ShellResult<'a>>,
}

const FIELDS: [&str; 21] = [
    "hook_event_name",
    "session_id",
    "agent_id",
    "cwd",
    "tool_name",
    "tool_use_id",
    "duration_ms",
    "turn_id",
    "source",
    "tool_input",
    "tool_response",
    "error",
    "effort",
    "prompt_id",
    "conversation_id",
    "is_interrupt",
    "permission_mode",
    "tool_call_id",
    "tool_result",
    "workspace_roots",
    "client_type",
];

impl<'a> Event<'a> {
    /// Reads one event: all of stdin, or what is kept of it.
    ///
    /// # Errors
    /// When the text is not one JSON object, or the event or tool that it names is unknown.
    pub fn parse(kept: impl Into<Kept<'a>>) -> Result<Self, EventError> {
        let kept = kept.into();
        let text = kept.text();
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let skipped = text.len() - body.len();
        let start = body.len() - body.trim_ascii_start().len();
        match body.as_bytes().get(start) {
            None => return Err(EventError::Empty),
            Some(b'{') => {}
            Some(_) => return Err(EventError::NotAnObject { byte: skipped + start }),
        }
        let [
            name,
            session,
            agent,
            cwd,
            named_tool,
            call_id,
            duration,
            turn_id,
            source,
            input,
            response,
            error,
            effort,
            prompt_id,
            conversation,
            interrupt,
            mode,
            tool_call_id,
            tool_result,
            roots,
            client_type,
        ] = json::pick(body, &FIELDS).map_err(|e| EventError::Json {
            line: e.line(),
            column: e.column(),
            what: message_of(&e),
        })?;

        let text_of = |raw: Option<&'a str>| raw.and_then(json::kept_string);
        let named = text_of(name)
            .ok_or(EventError::Field { field: "hook_event_name", expected: "a string" })?;
        let name = *EventName::ALL
            .iter()
            .find(|known| known.as_str() == named)
            .ok_or_else(|| EventError::UnknownEvent { name: crate::base::text::excerpt(&named) })?;
        let is_call = matches!(name, EventName::PostToolUse | EventName::PostToolUseFailure);
        let rejected = (name == EventName::PostToolBatch).then(|| batch::rejected(body)).flatten();
        let (named_tool, call_id, input, error) = match rejected {
            Some(call) => (Some(call.tool), call.id, call.input, Some(call.error)),
            None => (named_tool, call_id, input, error),
        };
        let tool_name = match text_of(named_tool) {
            Some(name) => name,
            None if is_call => {
                return Err(EventError::Field { field: "tool_name", expected: "a string" });
            }
            None => Cow::Borrowed(""),
        };
        let tool = tool::named(&tool_name);
        Ok(Self {
            name,
            session: id_of(session).or_else(|| id_of(conversation)),
            agent: id_of(agent),
            reported_cwd: text_of(cwd).map(slashed),
            cwd: OnceCell::new(),
            tool,
            tool_name,
            call_id: id_of(call_id),
            duration_ms: duration.and_then(json::number),
            turn_id: turn_id.is_some(),
            effort: effort.is_some(),
            prompt_id: prompt_id.is_some(),
            has_foreign_field: tool_call_id.or(tool_result).or(roots).or(client_type).is_some(),
            permission_mode: text_of(mode),
            source: text_of(source),
            raw_input: input,
            response: Response::new(response, kept),
            kept,
            is_interrupt: interrupt.is_some_and(json::is_true),
            error,
            input: OnceCell::new(),
            shell: OnceCell::new(),
        })
    }

    /// The decoded fields of the tool input.
    pub fn input(&self) -> &Input<'a> {
        let parse = |raw| Input::parse(raw, self.kept);
        self.input.get_or_init(|| self.raw_input.map(parse).unwrap_or_default())
    }

    /// The response as the result of a shell call. It is kept, since several rules ask for it and
    /// for its size.
    pub(crate) fn shell(&self) -> &ShellResult<'a> {
        self.shell.get_or_init(|| self.response.shell())
    }

    /// The folder of the call: the one that a shell call names, else the shell's working directory
    /// after the call.
    pub fn cwd(&self) -> Option<&str> {
        let find = || match self.named_folder() {
            Some(named) if Path::new(named).is_absolute() => Some(Cow::Owned(named.to_owned())),
            Some(named) => {
                let joined = Path::new(self.reported_cwd.as_deref()?).join(named);
                Some(Cow::Owned(joined.to_string_lossy().into_owned()))
            }
            None => self.reported_cwd.clone(),
        };
        self.cwd.get_or_init(find).as_deref()
    }

    /// The folder that a shell call names for itself, absolute or relative to the session's.
    pub(crate) fn named_folder(&self) -> Option<&str> {
        if self.tool != Tool::Shell {
            return None;
        }
        self.input().workdir.as_deref().filter(|folder| !folder.is_empty())
    }

    /// The shell text of a shell tool's call.
    pub fn command(&self) -> Option<&str> {
        if self.tool == Tool::Shell { self.input().command.as_deref() } else { None }
    }

    /// How the tool call ended; `None` for an event that is about no call.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        match self.name {
            EventName::PostToolUse => Some(Outcome::Success),
            EventName::PostToolUseFailure => Some(Outcome::Failure),
            EventName::PostToolBatch if !self.tool_name.is_empty() => Some(Outcome::Rejection),
            EventName::PostToolBatch | EventName::SessionStart => None,
        }
    }

    /// Whether the tool call succeeded.
    pub(crate) fn succeeded(&self) -> bool {
        self.name == EventName::PostToolUse
    }

    /// The first `limit` bytes of a failure's error text; empty for other events.
    pub(crate) fn error_text(&self, limit: usize) -> String {
        json::RawText::new(self.error).head(limit)
    }

    /// The first `limit` bytes of a failure's error text as raw JSON, escapes included. This is
    /// enough to search it for a word.
    pub(crate) fn raw_error(&self, limit: usize) -> &'a str {
        json::RawText::new(self.error).raw(limit)
    }

    /// The exit code in the first line of a failed shell call's error.
    pub(crate) fn exit_code(&self) -> Option<i32> {
        let error = self.error_text(64);
        error.strip_prefix("Exit code ")?.lines().next()?.trim().parse().ok()
    }

    /// Bytes of the response, or of the error of a failed call, as JSON text. This size needs no
    /// scan.
    pub(crate) fn result_bytes(&self) -> usize {
        self.response.raw_bytes().max(self.error.map_or(0, |raw| self.kept.bytes_of(raw)))
    }

    /// What tells this call from others of the same tool: its command without the space around it,
    /// else its input as JSON.
    pub(crate) fn words(&self) -> Words<'_> {
        match self.command().map(str::trim) {
            Some(text) => text.into(),
            None => {
                let text = self.raw_input.unwrap_or_default();
                Words { text, bytes: self.kept.bytes_of(text) }
            }
        }
    }

    /// The tool's name in ledgers: a known name, `mcp` or `other`, so that a ledger contains no
    /// foreign text.
    pub(crate) fn tool_label(&self) -> &'static str {
        tool::label(&self.tool_name)
    }
}

/// An id: a string, or a number as it is written. `None` for null and the empty string.
fn id_of(raw: Option<&str>) -> Option<Cow<'_, str>> {
    let raw = raw?;
    match json::string(raw) {
        Some(text) => Some(text).filter(|text| !text.is_empty()),
        None => raw.starts_with(|c: char| c.is_ascii_digit()).then_some(Cow::Borrowed(raw)),
    }
}

/// serde_json's message without the position, which has its own fields in [`EventError`].
fn message_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(tail: &str) -> String {
        format!(r#"{{"hook_event_name":"PostToolUse","tool_name":"Bash"{tail}}}"#)
    }

    #[test]
    fn a_field_of_the_wrong_type_is_ignored() {
        let text =
            call(r#","session_id":7,"cwd":["/x"],"tool_input":"grep -r x .","tool_response":null"#);
        let event = Event::parse(&text).unwrap();
        assert_eq!(event.session.as_deref(), Some("7"));
        assert_eq!(event.cwd(), None);
        assert_eq!(event.command(), None);
    }

    #[test]
    fn the_response_may_have_any_type() {
        for response in ["{}", "[]", "\"x\"", "1", "null", "[{\"type\":\"text\",\"text\":\"hi\"}]"]
        {
            let text =
                call(&format!(r#","tool_input":{{"command":"ls"}},"tool_response":{response}"#));
            assert_eq!(Event::parse(&text).unwrap().command(), Some("ls"), "{response}");
        }
    }

    #[test]
    fn errors_give_the_position() {
        assert!(matches!(Event::parse(" \n"), Err(EventError::Empty)));
        assert!(matches!(Event::parse("  [1]"), Err(EventError::NotAnObject { byte: 2 })));
        assert!(matches!(Event::parse("{\"a\":\n\"b"), Err(EventError::Json { line: 2, .. })));
        assert!(matches!(
            Event::parse("{}"),
            Err(EventError::Field { field: "hook_event_name", .. })
        ));
        let other = r#"{"hook_event_name":"PreToolUse","tool_name":"Bash"}"#;
        assert!(matches!(Event::parse(other), Err(EventError::UnknownEvent { .. })));
    }

    #[test]
    fn the_first_line_of_an_error_gives_the_exit_code() {
        let text = r#"{"hook_event_name":"PostToolUseFailure","tool_name":"Bash","error":"Exit code 127\nx"}"#;
        assert_eq!(Event::parse(text).unwrap().exit_code(), Some(127));
        let text = r#"{"hook_event_name":"PostToolUseFailure","tool_name":"Read","error":"gone"}"#;
        assert_eq!(Event::parse(text).unwrap().exit_code(), None);
    }
}
