//! The results of Copilot CLI.

use super::tool_result::{ToolResult, stated_code};
use crate::protocol::dialect::fields::Fields;

/// What is before the id of a command that now runs in the background.
const BACKGROUND: &str = "<command started in background with shellId: ";

/// Reads `toolResult{resultType, textResultForLlm}`, or the same in snake case.
pub(super) fn of(tool: &str, fields: &Fields) -> ToolResult {
    let result = fields.first(&["toolResult", "tool_result"]);
    let field = |names: [&str; 2]| names.iter().find_map(|name| result?.get(*name)?.as_str());
    let text = field(["textResultForLlm", "text_result_for_llm"]).unwrap_or_default();
    let failed = field(["resultType", "result_type"]).is_some_and(|kind| kind != "success");
    let ended = if tool == "Bash" { of_command(text) } else { None };
    ToolResult {
        failure: failed.then(|| "the tool failed".to_owned()),
        ..ended.unwrap_or_else(|| ToolResult {
            text: text.to_owned(),
            exit: failed.then(|| stated_code(text)).flatten(),
            ..ToolResult::default()
        })
    }
}

/// Reads the last line of a command's text. A command that failed is a success there, and only this
/// line has the exit code (Copilot CLI 1.0.102).
fn of_command(text: &str) -> Option<ToolResult> {
    let (output, last) = text.rsplit_once('\n').unwrap_or(("", text));
    if let Some(id) = last.strip_prefix(BACKGROUND).and_then(|rest| rest.strip_suffix('>')) {
        let task = Some(id.to_owned());
        return Some(ToolResult { text: output.to_owned(), task, ..ToolResult::default() });
    }
    let ending = last.strip_prefix("<shellId: ")?.strip_suffix('>')?;
    let (_, code) = ending.split_once(" completed with exit code ")?;
    let exit = Some(code.parse().ok()?);
    Some(ToolResult { text: output.to_owned(), exit, ..ToolResult::default() })
}
