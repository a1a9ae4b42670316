//! What a tool returned, read from each client's form.

mod cline;
mod copilot;
mod cursor;
mod gemini;
mod kimi;
mod relayed;
mod text;
mod tool_result;

use super::fields::Fields;
use crate::protocol::client::Client;
use tool_result::{ToolResult, stated_code};

/// The result of `tool`, by the name that Claude Code gives it.
pub(super) fn of(client: Client, tool: &str, fields: &Fields) -> ToolResult {
    let message = fields.text(&["error", "error_message", "tool_error"]);
    let mut result = match client {
        Client::Gemini | Client::Qwen => gemini::of(fields),
        Client::Cursor => cursor::of(fields),
        Client::Copilot => copilot::of(tool, fields),
        Client::Cline => cline::of(tool, fields),
        Client::Opencode => relayed::of_opencode(tool, fields),
        Client::Pi => relayed::of_pi(tool, fields),
        Client::Kimi => kimi::of(tool, fields),
        _ => text::of(tool, fields),
    };
    // Qwen Code's error is the report of the command, which was read.
    let is_report = client == Client::Qwen && result.exit.is_some();
    let message = message.filter(|_| !is_report);
    if result.exit.is_none() {
        result.exit = message.and_then(stated_code);
    }
    result.failure = message.map(str::to_owned).or(result.failure);
    result
}
