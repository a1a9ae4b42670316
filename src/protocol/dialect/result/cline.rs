//! The results of Cline.

use serde_json::Value;

use super::tool_result::{ToolResult, holds_image, plain, stated_code};
use crate::protocol::dialect::fields::Fields;

/// What one command of a call printed, or one file has.
struct Part {
    text: String,
    exit: Option<i64>,
    error: Option<String>,
}

/// Reads `postToolUse{result, success}`. The command line version sends `tool_result{output}` too,
/// with one `{query, result, success, error?}` for each command, file or query of the call; its
/// `postToolUse.success` is true even if all of them failed (Cline CLI 3.0.65).
pub(super) fn of(tool: &str, fields: &Fields) -> ToolResult {
    let output = fields.inner("tool_result", "output");
    let parts: Vec<Part> = match output {
        Some(Value::Array(items)) if items.iter().all(is_part) => {
            items.iter().map(|item| part(tool, item)).collect()
        }
        Some(item) if is_part(item) => vec![part(tool, item)],
        other => return of_text(other, fields),
    };
    // A call with several commands counts as one script, which failed if one of them did.
    let exit = parts.iter().filter_map(|part| part.exit).find(|code| *code != 0);
    let has_failed = exit.is_none() && parts.iter().all(|part| part.error.is_some());
    let errors = parts.iter().filter_map(|part| part.error.as_deref());
    let failure = has_failed.then(|| errors.collect::<Vec<_>>().join("\n"));
    let texts: Vec<&str> = parts.iter().map(|part| part.text.trim_end_matches('\n')).collect();
    ToolResult {
        text: texts.join("\n"),
        exit,
        failure: failure.filter(|errors| !errors.is_empty()),
        is_image: output.is_some_and(holds_image),
        ..ToolResult::default()
    }
}

/// Whether a value has the fields of a part.
fn is_part(value: &Value) -> bool {
    value.get("result").or_else(|| value.get("error")).is_some()
}

fn part(tool: &str, item: &Value) -> Part {
    let text = plain(item.get("result"));
    let failed = item.get("success") != Some(&Value::Bool(true));
    let error = item.get("error").and_then(Value::as_str).filter(|_| failed).map(str::to_owned);
    if tool != "Bash" {
        return Part { text, exit: None, error };
    }
    let exit = error.as_deref().and_then(stated_code);
    let first = exit.map(|code| format!("[Command exited with code {code}]"));
    let output = first.and_then(|first| text.strip_prefix(first.as_str())).unwrap_or(&text);
    Part { text: merged(output.strip_prefix('\n').unwrap_or(output)), exit, error }
}

/// Both outputs of a command, without the line between them.
fn merged(output: &str) -> String {
    match output.split_once("\n[stderr]\n") {
        Some(("", stderr)) => stderr.to_owned(),
        Some((stdout, stderr)) => format!("{}\n{stderr}", stdout.trim_end_matches('\n')),
        None => output.strip_prefix("[stderr]\n").unwrap_or(output).to_owned(),
    }
}

/// Reads the form of the editor's version, or of a call that was not understood.
fn of_text(output: Option<&Value>, fields: &Fields) -> ToolResult {
    let text = output.or_else(|| fields.inner("postToolUse", "result"));
    let failed = fields.inner("postToolUse", "success") == Some(&Value::Bool(false));
    let error = fields.inner("tool_result", "error").and_then(Value::as_str);
    let failure = error.map(str::to_owned).or_else(|| failed.then(|| "the tool failed".to_owned()));
    ToolResult { text: plain(text), failure, ..ToolResult::default() }
}
