//! The results of Gemini CLI and of Qwen Code, its fork.

use serde_json::Value;

use super::tool_result::{ToolResult, plain};
use crate::protocol::dialect::fields::Fields;

/// Reads `{llmContent, returnDisplay, error?}`; Qwen Code 0.24.4 has the report of a command that
/// failed in `error`.
pub(super) fn of(fields: &Fields) -> ToolResult {
    let content = plain(fields.inner("tool_response", "llmContent"));
    let failure = fields
        .inner("tool_response", "error")
        .and_then(|error| error.get("message").unwrap_or(error).as_str())
        .map(str::to_owned);
    let original = fields
        .inner("tool_response", "returnDisplay")
        .and_then(|display| display.get("originalContent")?.as_str())
        .map(str::to_owned);
    let told =
        if content.is_empty() { fields.text(&["error"]).unwrap_or_default() } else { &content };
    let command = fields.inner("tool_input", "command").and_then(Value::as_str);
    match report(told, command.unwrap_or_default()) {
        Some((text, exit)) => {
            let failure = failure.filter(|_| exit.is_none());
            ToolResult { text, exit, failure, original, ..ToolResult::default() }
        }
        None => ToolResult { text: content, failure, original, ..ToolResult::default() },
    }
}

/// The output and the exit code in the report of a command. The output is between `Output: ` and
/// the lines that report how it ended; Qwen Code has the command and its folder before it.
fn report(told: &str, command: &str) -> Option<(String, Option<i64>)> {
    let inner = told.trim();
    let inner = inner.strip_prefix("<untrusted_context>").map_or(inner, str::trim_start);
    let inner = inner.strip_suffix("</untrusted_context>").map_or(inner, str::trim_end);
    let before = format!("Command: {command}\nDirectory: ");
    let inner = match inner.strip_prefix(before.as_str()) {
        Some(rest) => rest.split_once('\n')?.1,
        None => inner,
    };
    let output = inner.strip_prefix("Output: ")?;
    // Only lines at the end are the client's: the command may have printed the same words earlier.
    let mut lines: Vec<&str> = output.lines().collect();
    let mut exit = None;
    while let Some(last) = lines.last() {
        if let Some(code) = last.strip_prefix("Exit Code: ") {
            exit = code.trim().parse().ok();
        } else if !["Process Group PGID: ", "Background PIDs: ", "Signal: ", "Error: (none)"]
            .iter()
            .any(|start| last.starts_with(start))
        {
            break;
        }
        lines.pop();
    }
    // The client writes this for a command without output.
    let text = lines.join("\n");
    Some((if text == "(empty)" { String::new() } else { text }, exit))
}
