//! The results of Cursor.

use serde_json::Value;

use super::tool_result::{ToolResult, plain};
use crate::protocol::dialect::fields::Fields;

/// Reads `tool_output`, which is JSON in a string: `{"output", "exitCode"}` for a command,
/// `{"content"}` for a file.
pub(super) fn of(fields: &Fields) -> ToolResult {
    let raw = fields.text(&["tool_output"]).unwrap_or_default();
    let Ok(Value::Object(output)) = serde_json::from_str::<Value>(raw) else {
        return ToolResult { text: raw.to_owned(), ..ToolResult::default() };
    };
    ToolResult {
        text: plain(output.get("output").or_else(|| output.get("content"))),
        exit: output.get("exitCode").and_then(Value::as_i64),
        ..ToolResult::default()
    }
}
