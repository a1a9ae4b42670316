//! Reads messages of sub-agents inside the lines of their session. Older versions of Claude Code,
//! such as 2.1.39, write them as lines of progress, each with the whole message, whether the
//! sub-agent has a file of its own or not.

use super::record::LineFields;
use crate::protocol::json;

/// The line that the sub-agent's own transcript has of the message; `None` if the line has none.
pub(super) fn message<'l>(fields: &LineFields<'l>) -> Option<LineFields<'l>> {
    if fields.kind != Some("\"progress\"") {
        return None;
    }
    let names = ["type", "agentId", "message"];
    let [Some("\"agent_progress\""), agent, Some(line)] = json::pick(fields.data?, &names).ok()?
    else {
        return None;
    };
    let inner = LineFields::of(line)?;
    Some(LineFields {
        session: fields.session,
        agent: agent.or(fields.agent),
        cwd: inner.cwd.or(fields.cwd),
        version: fields.version,
        timestamp: inner.timestamp.or(fields.timestamp),
        ..inner
    })
}
