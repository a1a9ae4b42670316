//! What a tool returned, read from each client's form.

use serde_json::{Value, json};

use super::fields::Fields;
use crate::protocol::client::Client;

/// What a tool returned.
#[derive(Debug, Default)]
pub(super) struct ToolResult {
    /// The output of a command, or the content of a file that was read.
    text: String,
    /// The exit code of a command, if the client reports it.
    exit: Option<i64>,
    /// The error, if the client reports a failure.
    failure: Option<String>,
    /// The file's content before the write, if the client reports it.
    original: Option<String>,
}

impl ToolResult {
    pub(super) fn of(client: Client, fields: &Fields) -> Self {
        let message = fields.text(&["error", "error_message", "tool_error"]);
        let mut result = match client {
            Client::Gemini | Client::Qwen => of_gemini(fields),
            Client::Cursor => of_cursor(fields),
            Client::Copilot => of_copilot(fields),
            Client::Cline => of_cline(fields),
            Client::Opencode => Self {
                text: plain(fields.inner("tool_response", "output")),
                exit: fields
                    .inner("tool_response", "metadata")
                    .and_then(|metadata| metadata.get("exit")?.as_i64()),
                ..Self::default()
            },
            _ => of_text(&plain(fields.first(&["tool_response", "tool_output"]))),
        };
        if result.exit.is_none() {
            result.exit = message.and_then(stated_code);
        }
        result.failure = message.map(str::to_owned).or(result.failure);
        result
    }

    /// The error as Claude Code would report it, if the call failed.
    pub(super) fn error(&self, tool: &str) -> Option<String> {
        let text = self.text.trim_end();
        match (self.exit, &self.failure) {
            (Some(0) | None, None) => None,
            (Some(code), failure) if tool == "Bash" && code != 0 => {
                let output =
                    if text.is_empty() { failure.as_deref().unwrap_or_default() } else { text };
                Some(format!("Exit code {code}\n{output}"))
            }
            (_, Some(failure)) if text.is_empty() => Some(failure.clone()),
            (_, Some(failure)) => Some(format!("{failure}\n{text}")),
            (Some(_), None) => None,
        }
    }

    /// The response as Claude Code would send it.
    pub(super) fn response(&self, tool: &str, input: &Value) -> Value {
        let text = &self.text;
        match tool {
            "Bash" => json!({ "stdout": text, "stderr": "", "interrupted": false }),
            "Read" => {
                json!({ "type": "text", "file": { "content": text, "numLines": text.lines().count() } })
            }
            "Write" => match self.original.as_deref() {
                Some(original) if !original.is_empty() => {
                    json!({ "type": "update", "filePath": input["file_path"], "originalFile": original })
                }
                Some(_) => json!({ "type": "create", "filePath": input["file_path"] }),
                None => json!({ "filePath": input["file_path"] }),
            },
            "Edit" => json!({ "filePath": input["file_path"] }),
            _ => json!(text),
        }
    }
}

/// A value as text: a string, or the `text` of each block of an array. Empty for any other value.
fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(blocks)) => {
            let texts = blocks
                .iter()
                .filter_map(|block| block.as_str().or_else(|| block.get("text")?.as_str()));
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// The exit code in a message such as `... exit code 101` or `Command exited with code 3`.
fn stated_code(text: &str) -> Option<i64> {
    let (_, rest) = text.rsplit_once("code ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Reads text that may end in `[Process exited with code N]`, as Droid's does.
fn of_text(text: &str) -> ToolResult {
    let ended = text
        .trim_end()
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once("[Process exited with code "));
    match ended.and_then(|(before, code)| Some((before, code.parse().ok()?))) {
        Some((before, code)) => ToolResult {
            text: before.trim_end().to_owned(),
            exit: Some(code),
            ..ToolResult::default()
        },
        None => ToolResult { text: text.to_owned(), ..ToolResult::default() },
    }
}

/// Reads `{llmContent, returnDisplay, error?}`. The output of a command is between `Output: ` and
/// the lines that report how it ended.
fn of_gemini(fields: &Fields) -> ToolResult {
    let content = plain(fields.inner("tool_response", "llmContent"));
    let failure = fields
        .inner("tool_response", "error")
        .and_then(|error| error.get("message").unwrap_or(error).as_str())
        .map(str::to_owned);
    let original = fields
        .inner("tool_response", "returnDisplay")
        .and_then(|display| display.get("originalContent")?.as_str())
        .map(str::to_owned);
    let inner = content.trim();
    let inner = inner.strip_prefix("<untrusted_context>").map_or(inner, str::trim_start);
    let inner = inner.strip_suffix("</untrusted_context>").map_or(inner, str::trim_end);
    let Some(output) = inner.strip_prefix("Output: ") else {
        return ToolResult { text: content, failure, original, exit: None };
    };
    // Only lines at the end are the client's: the command may have printed the same words earlier.
    let mut lines: Vec<&str> = output.lines().collect();
    let mut exit = None;
    while let Some(last) = lines.last() {
        if let Some(code) = last.strip_prefix("Exit Code: ") {
            exit = code.trim().parse().ok();
        } else if !["Process Group PGID: ", "Background PIDs: ", "Signal: "]
            .iter()
            .any(|start| last.starts_with(start))
        {
            break;
        }
        lines.pop();
    }
    // The client writes this for a command without output.
    let text = lines.join("\n");
    let text = if text == "(empty)" { String::new() } else { text };
    let failure = failure.filter(|_| exit.is_none());
    ToolResult { text, exit, failure, original }
}

/// Reads `tool_output`, which is JSON in a string: `{"output", "exitCode"}` for a command,
/// `{"content"}` for a file.
fn of_cursor(fields: &Fields) -> ToolResult {
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

/// Reads `toolResult{resultType, textResultForLlm}`, or the same in snake case.
fn of_copilot(fields: &Fields) -> ToolResult {
    let result = fields.first(&["toolResult", "tool_result"]);
    let field = |names: [&str; 2]| names.iter().find_map(|name| result?.get(*name)?.as_str());
    let text = field(["textResultForLlm", "text_result_for_llm"]).unwrap_or_default();
    let failed = field(["resultType", "result_type"]).is_some_and(|kind| kind != "success");
    ToolResult {
        text: text.to_owned(),
        exit: failed.then(|| stated_code(text)).flatten(),
        failure: failed.then(|| "the tool failed".to_owned()),
        ..ToolResult::default()
    }
}

/// Reads `postToolUse{result, success}`; the command line version sends `tool_result{output,
/// error}` too.
fn of_cline(fields: &Fields) -> ToolResult {
    let text =
        fields.inner("tool_result", "output").or_else(|| fields.inner("postToolUse", "result"));
    let failed = fields.inner("postToolUse", "success") == Some(&Value::Bool(false));
    let error = fields.inner("tool_result", "error").and_then(Value::as_str);
    let failure = error.map(str::to_owned).or_else(|| failed.then(|| "the tool failed".to_owned()));
    ToolResult { text: plain(text), failure, ..ToolResult::default() }
}
