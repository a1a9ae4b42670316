//! The tool's result, never built as a value: rules get its size, its line count, its flags and bounded text.

use std::borrow::Cow;

use crate::json::{self, RawText};

/// A `tool_response` of any type, or none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Response<'a> {
    raw: Option<&'a str>,
}

/// The result of a shell call.
#[derive(Debug, Clone, Default)]
pub struct ShellResult<'a> {
    /// What the model was shown; stderr is merged into it by Claude Code.
    pub stdout: RawText<'a>,
    /// Separate stderr, where a client sends one.
    pub stderr: RawText<'a>,
    /// The call was interrupted.
    pub interrupted: bool,
    /// Bytes of the whole output, where the client cut it and kept the rest in a file.
    pub persisted_bytes: Option<u64>,
    /// The id of the task that the command became in the background.
    pub background_task: Option<Cow<'a, str>>,
}

/// The result of reading a file.
#[derive(Debug, Clone, Default)]
pub struct ReadResult<'a> {
    /// It is text: not an image, a PDF or a notebook.
    pub is_text: bool,
    /// The lines that were read.
    pub content: RawText<'a>,
    /// How many lines were read, as the client counted.
    pub lines: Option<u64>,
}

impl<'a> Response<'a> {
    /// Wraps the raw JSON value; `null` counts as none.
    pub fn new(raw: Option<&'a str>) -> Self {
        Self { raw: raw.filter(|raw| *raw != "null") }
    }

    /// Bytes of the response as JSON text: known without looking into it.
    pub fn raw_bytes(&self) -> usize {
        self.raw.map_or(0, str::len)
    }

    /// The response read as a shell result; a plain string (Codex) is its stdout.
    pub fn shell(&self) -> ShellResult<'a> {
        const NAMES: [&str; 5] =
            ["stdout", "stderr", "interrupted", "persistedOutputSize", "backgroundTaskId"];
        match self.raw {
            Some(raw) if raw.starts_with('{') => {
                let [stdout, stderr, interrupted, persisted, task] =
                    json::pick(raw, &NAMES).unwrap_or([None; 5]);
                ShellResult {
                    stdout: RawText::new(stdout),
                    stderr: RawText::new(stderr),
                    interrupted: interrupted.is_some_and(json::is_true),
                    persisted_bytes: persisted.and_then(json::number),
                    background_task: task.and_then(json::string),
                }
            }
            raw => ShellResult { stdout: RawText::new(raw), ..ShellResult::default() },
        }
    }

    /// The response read as the result of a Read.
    pub fn read(&self) -> ReadResult<'a> {
        let Some(raw) = self.raw else { return ReadResult::default() };
        let [kind, file] = json::pick(raw, &["type", "file"]).unwrap_or([None; 2]);
        let [content, lines] =
            file.and_then(|raw| json::pick(raw, &["content", "numLines"]).ok()).unwrap_or([None; 2]);
        ReadResult {
            is_text: kind == Some("\"text\""),
            content: RawText::new(content),
            lines: lines.and_then(json::number),
        }
    }
}

impl ShellResult<'_> {
    /// Bytes of output, the part that the client kept in a file included.
    pub fn bytes(&self) -> u64 {
        let shown = self.stdout.bytes() + self.stderr.bytes();
        self.persisted_bytes.unwrap_or(0).max(shown as u64)
    }

    /// Lines of the output that was shown.
    pub fn lines(&self) -> usize {
        self.stdout.lines() + self.stderr.lines()
    }
}
