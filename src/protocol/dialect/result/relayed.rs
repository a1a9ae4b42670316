//! The results of opencode and pi, as this program's plugin for opencode and its extension for pi
//! pass them on: `{output, metadata{exit}}`, and `{output, exit, failed}`.

use serde_json::Value;

use super::tool_result::{ToolResult, plain};
use crate::protocol::dialect::fields::Fields;

/// What both write in place of an empty output.
const EMPTY: &str = "(no output)";

/// Reads what the plugin of opencode passes on. `exit` is null where the time limit ended a command
/// (opencode 1.18.33), and the text says so at its end.
pub(super) fn of_opencode(tool: &str, fields: &Fields) -> ToolResult {
    let text = plain(fields.inner("tool_response", "output"));
    match tool {
        "Bash" => {
            let metadata = fields.inner("tool_response", "metadata");
            let exit = metadata.and_then(|metadata| metadata.get("exit")?.as_i64());
            let (output, note) = text.split_once("\n\n<shell_metadata>\n").unwrap_or((&text, ""));
            let note = note.trim_end().trim_end_matches("</shell_metadata>").trim_end();
            let failure = note.contains("exceeding timeout").then(|| note.to_owned());
            ToolResult { text: without_empty(output), exit, failure, ..ToolResult::default() }
        }
        "Read" => ToolResult { text: file(&text).unwrap_or(text), ..ToolResult::default() },
        _ => ToolResult { text, ..ToolResult::default() },
    }
}

/// The lines of a file in `<content>`, without their numbers and the note at the end.
fn file(text: &str) -> Option<String> {
    let (_, content) = text.split_once("\n<content>\n")?;
    let (content, _) = content.rsplit_once("\n\n(")?;
    let line = |line: &str| line.split_once(": ").map_or("", |(_, line)| line).to_owned();
    Some(content.lines().map(line).collect::<Vec<_>>().join("\n"))
}

/// Reads what the extension of pi passes on. pi appends a line to the output of a command that
/// failed (pi 1.6.0).
pub(super) fn of_pi(tool: &str, fields: &Fields) -> ToolResult {
    let text = plain(fields.inner("tool_response", "output"));
    let exit = fields.inner("tool_response", "exit").and_then(Value::as_i64);
    let failed = fields.inner("tool_response", "failed") == Some(&Value::Bool(true));
    match exit.filter(|_| tool == "Bash") {
        Some(code) => {
            let last = format!("\n\nCommand exited with code {code}");
            let output = text.strip_suffix(last.as_str()).unwrap_or(&text);
            ToolResult { text: without_empty(output), exit: Some(code), ..ToolResult::default() }
        }
        None if failed => ToolResult { failure: Some(text), ..ToolResult::default() },
        None => ToolResult { text, ..ToolResult::default() },
    }
}

fn without_empty(output: &str) -> String {
    if output == EMPTY { String::new() } else { output.to_owned() }
}
