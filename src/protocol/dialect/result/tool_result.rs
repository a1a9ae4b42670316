//! What a tool returned, in no client's form.

use serde_json::{Value, json};

/// What a tool returned.
#[derive(Debug, Default)]
pub(in crate::protocol::dialect) struct ToolResult {
    /// The output of a command, or the content of a file that was read.
    pub(super) text: String,
    /// The exit code of a command, if the client reports it.
    pub(super) exit: Option<i64>,
    /// The error, if the client reports a failure.
    pub(super) failure: Option<String>,
    /// The file's content before the write, if the client reports it.
    pub(super) original: Option<String>,
    /// The id of the background task that a command became.
    pub(super) task: Option<String>,
    /// It has an image.
    pub(super) is_image: bool,
}

impl ToolResult {
    /// The error as Claude Code would report it, if the call failed.
    pub(in crate::protocol::dialect) fn error(&self, tool: &str) -> Option<String> {
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
    pub(in crate::protocol::dialect) fn response(&self, tool: &str, input: &Value) -> Value {
        let text = &self.text;
        match tool {
            "Bash" => match &self.task {
                Some(task) => {
                    json!({ "stdout": text, "stderr": "", "interrupted": false, "backgroundTaskId": task })
                }
                None => json!({ "stdout": text, "stderr": "", "interrupted": false }),
            },
            "Read" if self.is_image => json!({ "type": "image" }),
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
pub(super) fn plain(value: Option<&Value>) -> String {
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

/// The exit code in a message such as `... exit code 101`, `exit code: 1.` or `Command exited with
/// code 3`.
pub(super) fn stated_code(text: &str) -> Option<i64> {
    let (_, rest) = text.rsplit_once("code")?;
    let rest = rest.strip_prefix(':').unwrap_or(rest).strip_prefix(' ')?;
    rest.split(|c: char| !c.is_ascii_digit() && c != '-').next()?.parse().ok()
}

/// Whether a value has a block of type `image`, in its own list or in that of a part.
pub(super) fn holds_image(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_image),
        Value::Object(_) => {
            value.get("type").is_some_and(|kind| kind == "image")
                || value.get("result").is_some_and(holds_image)
        }
        _ => false,
    }
}
