//! Reads recorded hook inputs, one a line. A recording may add fields to each: `timestamp` or `ts`
//! (UTC), `x_agent` (`claude` or `codex`), `x_version`, `x_agent_id`, and `x_event_fires` (`false`
//! for a call without a hook). A line with `cmd` alone is a bare command: a successful call without
//! a session.

use std::borrow::Cow;

use super::record::{HookInput, LineFields, LineKind, Record};
use crate::base::calendar::Utc;
use crate::protocol::client::{Client, Version};
use crate::protocol::json;

/// Whether a line is a hook input or a bare command.
pub(super) fn owns(fields: &LineFields) -> bool {
    fields.event.is_some() || (fields.command.is_some() && fields.kind.is_none())
}

/// Reads a line.
pub(super) fn read(line: &str, fields: &LineFields, emit: &mut dyn FnMut(Record)) -> LineKind {
    if let (None, Some(command)) = (fields.event, fields.command) {
        let input = HookInput::new("PostToolUse")
            .text("cwd", "/repo")
            .text("tool_name", "Bash")
            .raw("tool_input", Some(&format!(r#"{{"command":{command}}}"#)))
            .raw("tool_response", Some(r#"{"stdout":"","stderr":""}"#));
        let client = Some(Client::Claude(None));
        emit(Record { input: Cow::Owned(input.done()), client, ..Record::default() });
        return LineKind::Known;
    }
    let names = ["x_event_fires", "x_agent_id", "x_agent", "x_version", "ts"];
    let Ok([fires, agent_id, agent, version, time]) = json::pick(line, &names) else {
        return LineKind::Unreadable;
    };
    if fires == Some("false") {
        return LineKind::Unhooked;
    }
    let text = |raw: Option<&str>| raw.and_then(json::string).map(Cow::into_owned);
    let version = text(version).and_then(|text| Version::parse(&text, '.'));
    let client = match text(agent).as_deref() {
        Some("codex") => Some(Client::Codex),
        Some("claude") => Some(Client::Claude(version)),
        _ => version.map(|version| Client::Claude(Some(version))),
    };
    let time = fields.timestamp.or(time).and_then(json::string).and_then(|text| Utc::parse(&text));
    let agent = agent_id.and_then(json::string);
    let input = Cow::Borrowed(line);
    emit(Record { input, agent, client, time_ms: time.map(|time| time.0), project: None });
    LineKind::Known
}
