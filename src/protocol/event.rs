//! One hook input: what a client says happened. Borrowed from stdin, lenient in every field,
//! decoded on demand.

use std::borrow::Cow;

use once_cell::unsync::OnceCell;

use super::input::Input;
use super::json;
use super::response::{Response, ShellResult};
use crate::protocol::error::EventError;

/// The hook events that are acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventName {
    /// A tool call succeeded.
    PostToolUse,
    /// A tool call failed; the input has an `error` and no response.
    PostToolUseFailure,
    /// A session begins, or goes on after its context was cleared or compacted.
    SessionStart,
    /// One process a message instead of one a call: read without error, not used.
    PostToolBatch,
}

impl EventName {
    const ALL: [Self; 4] =
        [Self::PostToolUse, Self::PostToolUseFailure, Self::SessionStart, Self::PostToolBatch];

    /// The name as clients spell it; the reply echoes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PostToolUse => "PostToolUse",
            Self::PostToolUseFailure => "PostToolUseFailure",
            Self::SessionStart => "SessionStart",
            Self::PostToolBatch => "PostToolBatch",
        }
    }
}

/// The tools that rules know. Names of clients that are not listed are `Other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// A shell command in Bash's grammar (Bash, Monitor).
    Shell,
    /// Reads a file.
    Read,
    /// Changes part of a file.
    Edit,
    /// Writes a whole file.
    Write,
    /// Searches file contents.
    Grep,
    /// Lists files by pattern.
    Glob,
    /// Starts a sub-agent.
    Agent,
    /// A tool of an MCP server.
    Mcp,
    /// Anything else; PowerShell too, whose text is no shell script to us.
    Other,
}

/// `(client's name, what it is)`: one list for events, ledgers and diagnostics.
const TOOLS: [(&str, Tool); 14] = [
    ("Bash", Tool::Shell),
    ("Monitor", Tool::Shell),
    ("Read", Tool::Read),
    ("Edit", Tool::Edit),
    ("MultiEdit", Tool::Edit),
    ("NotebookEdit", Tool::Edit),
    ("Write", Tool::Write),
    ("Grep", Tool::Grep),
    ("Glob", Tool::Glob),
    ("Agent", Tool::Agent),
    ("Task", Tool::Agent),
    ("PowerShell", Tool::Other),
    ("WebFetch", Tool::Other),
    ("WebSearch", Tool::Other),
];

/// One hook input.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// Which event it is.
    pub name: EventName,
    /// The client's session id; absent in calls made by hand.
    pub session: Option<Cow<'a, str>>,
    /// The sub-agent's id, whose context and so whose memory is its own.
    pub agent: Option<Cow<'a, str>>,
    /// The shell's directory after the call (Claude Code reports it after the command's own `cd`).
    pub cwd: Option<Cow<'a, str>>,
    /// What kind of tool was called.
    pub tool: Tool,
    /// The tool's name as received.
    pub tool_name: Cow<'a, str>,
    /// The client's id of this call.
    pub call_id: Option<Cow<'a, str>>,
    /// Wall time of the tool, ms, as the client measured it.
    pub duration_ms: Option<u64>,
    /// Codex sends one with every call.
    pub turn_id: bool,
    /// Claude Code sends it since 2.1.133.
    pub effort: bool,
    /// Claude Code sends it since 2.1.196.
    pub prompt_id: bool,
    /// It has a field that neither Claude Code nor Codex sends.
    pub has_foreign_field: bool,
    /// The client's mode of asking for permission.
    pub permission_mode: Option<Cow<'a, str>>,
    /// `compact`, `clear`, `startup`, ... of a SessionStart.
    pub source: Option<Cow<'a, str>>,
    /// The raw tool input.
    pub raw_input: Option<&'a str>,
    /// The user stopped the call.
    pub is_interrupt: bool,
    /// The tool's result, undecoded.
    pub response: Response<'a>,
    error: Option<&'a str>,
    input: OnceCell<Input<'a>>,
    shell: OnceCell<ShellResult<'a>>,
}

const FIELDS: [&str; 20] = [
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
];

impl<'a> Event<'a> {
    /// Reads one event from `text`, the whole of stdin.
    ///
    /// # Errors
    /// When the text is not one JSON object, or names no event or tool that is known in its place.
    pub fn parse(text: &'a str) -> Result<Self, EventError> {
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
        ] = json::pick(body, &FIELDS).map_err(|e| EventError::Json {
            line: e.line(),
            column: e.column(),
            what: reason(&e),
        })?;

        let text_of = |raw: Option<&'a str>| raw.and_then(json::string);
        let named = text_of(name)
            .ok_or(EventError::Field { field: "hook_event_name", expected: "a string" })?;
        let name = *EventName::ALL
            .iter()
            .find(|known| known.as_str() == named)
            .ok_or_else(|| EventError::UnknownEvent { name: crate::base::text::excerpt(&named) })?;
        let is_call = matches!(name, EventName::PostToolUse | EventName::PostToolUseFailure);
        let tool_name = match text_of(named_tool) {
            Some(name) => name,
            None if is_call => {
                return Err(EventError::Field { field: "tool_name", expected: "a string" });
            }
            None => Cow::Borrowed(""),
        };
        let tool = tool_of(&tool_name);
        Ok(Self {
            name,
            session: identity(session).or_else(|| identity(conversation)),
            agent: identity(agent),
            cwd: text_of(cwd),
            tool,
            tool_name,
            call_id: identity(call_id),
            duration_ms: duration.and_then(json::number),
            turn_id: turn_id.is_some(),
            effort: effort.is_some(),
            prompt_id: prompt_id.is_some(),
            has_foreign_field: tool_call_id.or(tool_result).or(roots).is_some(),
            permission_mode: text_of(mode),
            source: text_of(source),
            raw_input: input,
            response: Response::new(response),
            is_interrupt: interrupt.is_some_and(json::is_true),
            error,
            input: OnceCell::new(),
            shell: OnceCell::new(),
        })
    }

    /// The decoded fields of the tool input.
    pub fn input(&self) -> &Input<'a> {
        self.input.get_or_init(|| self.raw_input.map(Input::parse).unwrap_or_default())
    }

    /// The response as the result of a shell call. Several rules ask for it, and for its size.
    pub fn shell(&self) -> &ShellResult<'a> {
        self.shell.get_or_init(|| self.response.shell())
    }

    /// The shell text of a shell tool's call.
    pub fn command(&self) -> Option<&str> {
        if self.tool == Tool::Shell { self.input().command.as_deref() } else { None }
    }

    /// Whether the tool call succeeded.
    pub fn succeeded(&self) -> bool {
        self.name == EventName::PostToolUse
    }

    /// The first `limit` bytes of a failure's error text; empty for other events.
    pub fn error_text(&self, limit: usize) -> String {
        json::RawText::new(self.error).head(limit)
    }

    /// The same as it stands in the JSON, its escapes left as they are: for who only looks for a
    /// word in it.
    pub fn raw_error(&self, limit: usize) -> &'a str {
        json::RawText::new(self.error).raw(limit)
    }

    /// The exit code that the first line of a failed shell call's error states.
    pub fn exit_code(&self) -> Option<i32> {
        let error = self.error_text(64);
        error.strip_prefix("Exit code ")?.lines().next()?.trim().parse().ok()
    }

    /// Bytes of the result (of the error of a failed call) as JSON text, which is what is known
    /// without a scan.
    pub fn result_bytes(&self) -> usize {
        self.response.raw_bytes().max(self.error.map_or(0, str::len))
    }

    /// The tool's name for ledgers: a known name, `mcp` or `other`, so that no foreign text is
    /// stored.
    pub fn tool_label(&self) -> &'static str {
        match TOOLS.iter().find(|(name, _)| *name == self.tool_name) {
            Some((name, _)) => name,
            None if self.tool == Tool::Mcp => "mcp",
            None => "other",
        }
    }
}

fn tool_of(name: &str) -> Tool {
    match TOOLS.iter().find(|(known, _)| *known == name) {
        Some((_, tool)) => *tool,
        None if name.starts_with("mcp__") => Tool::Mcp,
        None => Tool::Other,
    }
}

/// An id: a string, or a number as it is written. Null and empty mean none.
fn identity(raw: Option<&str>) -> Option<Cow<'_, str>> {
    let raw = raw?;
    match json::string(raw) {
        Some(text) => Some(text).filter(|text| !text.is_empty()),
        None => raw.starts_with(|c: char| c.is_ascii_digit()).then_some(Cow::Borrowed(raw)),
    }
}

/// serde_json's message without the position, which `EventError` carries itself.
fn reason(error: &serde_json::Error) -> String {
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
    fn every_field_is_optional_and_lenient() {
        let text =
            call(r#","session_id":7,"cwd":["/x"],"tool_input":"grep -r x .","tool_response":null"#);
        let event = Event::parse(&text).unwrap();
        assert_eq!(event.session.as_deref(), Some("7"));
        assert_eq!(event.cwd, None);
        assert_eq!(event.command(), None);
    }

    #[test]
    fn the_response_may_have_any_shape() {
        for response in ["{}", "[]", "\"x\"", "1", "null", "[{\"type\":\"text\",\"text\":\"hi\"}]"]
        {
            let text =
                call(&format!(r#","tool_input":{{"command":"ls"}},"tool_response":{response}"#));
            assert_eq!(Event::parse(&text).unwrap().command(), Some("ls"), "{response}");
        }
    }

    #[test]
    fn errors_say_where() {
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
    fn the_exit_code_is_the_first_line_of_the_error() {
        let text = r#"{"hook_event_name":"PostToolUseFailure","tool_name":"Bash","error":"Exit code 127\nx"}"#;
        assert_eq!(Event::parse(text).unwrap().exit_code(), Some(127));
        let text = r#"{"hook_event_name":"PostToolUseFailure","tool_name":"Read","error":"gone"}"#;
        assert_eq!(Event::parse(text).unwrap().exit_code(), None);
    }
}
