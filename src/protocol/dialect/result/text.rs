//! Results that are text, as Droid sends them.

use super::tool_result::{ToolResult, holds_image, plain};
use crate::protocol::dialect::fields::Fields;

/// What Droid 0.215.0 writes in place of an empty output.
const EMPTY: &str = "Command completed successfully";

/// How the text begins where a command exceeded its time limit.
const TIMED_OUT: &str = "Command timed out after ";

/// How the text begins where a command runs on.
const BACKGROUND: &str = "Background process started (PID: ";

/// Reads text that may end in `[Process exited with code N]`, as Droid's does.
pub(super) fn of(tool: &str, fields: &Fields) -> ToolResult {
    let response = fields.first(&["tool_response", "tool_output"]);
    let text = plain(response);
    let result =
        ToolResult { is_image: response.is_some_and(holds_image), ..ToolResult::default() };
    if tool != "Bash" {
        return ToolResult { text, ..result };
    }
    let ended = text
        .trim_end()
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once("[Process exited with code "));
    if let Some((before, Ok(code))) = ended.map(|(before, code)| (before, code.parse())) {
        let output = before.trim_end();
        let text = if output == EMPTY { "" } else { output }.to_owned();
        return ToolResult { text, exit: Some(code), ..result };
    }
    if text.starts_with(TIMED_OUT) {
        return ToolResult { failure: Some(text), ..result };
    }
    let id =
        text.strip_prefix(BACKGROUND).and_then(|rest| Some(rest.split_once(')')?.0.to_owned()));
    ToolResult { text, task: id, ..result }
}
