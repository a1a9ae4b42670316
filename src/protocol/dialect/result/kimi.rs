//! The results of Kimi Code.

use super::tool_result::{ToolResult, plain, stated_code};
use crate::protocol::dialect::fields::Fields;

/// What Kimi Code 2.1.0 writes in place of an empty output.
const EMPTY: &str = "Command executed successfully.";

/// Reads `tool_output`, or `error{message}`, in which the output of a command is before the line
/// with its exit code.
pub(super) fn of(tool: &str, fields: &Fields) -> ToolResult {
    let message = fields.inner("error", "message").and_then(|message| message.as_str());
    let Some(message) = message else {
        let text = plain(fields.first(&["tool_output"]));
        let is_empty = tool == "Bash" && text == EMPTY;
        return ToolResult {
            text: if is_empty { String::new() } else { text },
            ..ToolResult::default()
        };
    };
    let (output, last) = message.rsplit_once('\n').unwrap_or(("", message));
    if tool != "Bash" || !last.starts_with("Command failed with exit code") {
        return ToolResult { failure: Some(message.to_owned()), ..ToolResult::default() };
    }
    let text = if output.starts_with("Process exited with code ") { "" } else { output };
    ToolResult { text: text.to_owned(), exit: stated_code(last), ..ToolResult::default() }
}
