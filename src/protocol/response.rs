//! The tool's response, which is never parsed as a whole: rules get its size, its line count, its
//! flags and bounded text.

use std::borrow::Cow;

use once_cell::unsync::OnceCell;

use super::excerpt::Kept;
use super::json;
use super::json::{Measure, RawText};

/// A `tool_response` of any type, or none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Response<'a> {
    raw: Option<&'a str>,
    kept: Kept<'a>,
}

/// The result of a shell call.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShellResult<'a> {
    /// The output that the model got. Claude Code merges stderr into it.
    pub(crate) stdout: RawText<'a>,
    /// Standard error, if the client sends it separately.
    pub(crate) stderr: RawText<'a>,
    /// The call was interrupted.
    pub(crate) interrupted: bool,
    /// Bytes of the whole output, if the client cut it and saved the rest to a file.
    pub(crate) persisted_bytes: Option<u64>,
    /// The id of the background task that the command became.
    pub(crate) background_task: Option<Cow<'a, str>>,
    /// The time limit that the command exceeded, ms.
    pub(crate) timed_out_after_ms: Option<u64>,
    shown: OnceCell<Measure>,
}

/// The result of reading a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadResult<'a> {
    /// The file is text, and not an image, a PDF or a notebook.
    pub(crate) is_text: bool,
    /// The lines that were read.
    pub(crate) content: RawText<'a>,
    /// The number of lines read, as the client counted them.
    pub(crate) lines: Option<u64>,
}

/// The result of writing a whole file.
#[derive(Debug, Clone, Default)]
pub(crate) struct WriteResult<'a> {
    /// The file existed before.
    pub(crate) is_update: bool,
    /// The content before, if the client sends it.
    pub(crate) original: RawText<'a>,
    /// The size of the change, if the client sends a patch.
    pub(crate) patch: Option<Patch>,
}

/// How many lines a patch removes and adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Patch {
    /// Lines that begin with `-`.
    pub(crate) removed: usize,
    /// Lines that begin with `+`.
    pub(crate) added: usize,
    /// The number of hunks.
    pub(crate) hunks: usize,
}

/// The result of a search with the Grep tool.
#[derive(Debug, Clone, Default)]
pub(crate) struct GrepResult {
    /// The number of files found, as the client counted them.
    pub(crate) files: Option<u64>,
    /// The number of lines found, as the client counted them.
    pub(crate) lines: Option<u64>,
}

impl<'a> Response<'a> {
    /// Wraps a raw JSON value of `kept`; `null` counts as none.
    pub(crate) fn new(raw: Option<&'a str>, kept: Kept<'a>) -> Self {
        Self { raw: raw.filter(|raw| *raw != "null"), kept }
    }

    /// Bytes of the response as JSON text, which needs no scan.
    pub(crate) fn raw_bytes(&self) -> usize {
        self.raw.map_or(0, |raw| self.kept.bytes_of(raw))
    }

    /// Whether the response has a block of type `image`, as far as a search for the word shows.
    pub(crate) fn holds_image(&self) -> bool {
        self.mentions("image")
    }

    /// Whether some field has this word as its value.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        self.raw.is_some_and(|raw| {
            raw.contains(&format!(":\"{word}\"")) || raw.contains(&format!(": \"{word}\""))
        })
    }

    /// The response as the result of a shell call. A plain string, as Codex sends it, is stdout.
    pub(crate) fn shell(&self) -> ShellResult<'a> {
        const NAMES: [&str; 6] = [
            "stdout",
            "stderr",
            "interrupted",
            "persistedOutputSize",
            "backgroundTaskId",
            "timedOutAfterMs",
        ];
        match self.raw {
            Some(raw) if raw.starts_with('{') => {
                let [stdout, stderr, interrupted, persisted, task, limit] =
                    json::pick(raw, &NAMES).unwrap_or([None; 6]);
                ShellResult {
                    stdout: self.text(stdout),
                    stderr: self.text(stderr),
                    interrupted: interrupted.is_some_and(json::is_true),
                    persisted_bytes: persisted.and_then(json::number),
                    background_task: task.and_then(json::string),
                    timed_out_after_ms: limit.and_then(json::number),
                    shown: OnceCell::new(),
                }
            }
            raw => ShellResult { stdout: self.text(raw), ..ShellResult::default() },
        }
    }

    /// The response as the result of a Read.
    pub(crate) fn read(&self) -> ReadResult<'a> {
        let Some(raw) = self.raw else { return ReadResult::default() };
        let [kind, file] = json::pick(raw, &["type", "file"]).unwrap_or([None; 2]);
        let [content, lines] = file
            .and_then(|raw| json::pick(raw, &["content", "numLines"]).ok())
            .unwrap_or([None; 2]);
        ReadResult {
            is_text: kind == Some("\"text\""),
            content: self.text(content),
            lines: lines.and_then(json::number),
        }
    }

    /// The response as the result of a Write.
    pub(crate) fn write(&self) -> WriteResult<'a> {
        let Some(raw) = self.raw else { return WriteResult::default() };
        let [kind, original, patch] =
            json::pick(raw, &["type", "originalFile", "structuredPatch"]).unwrap_or([None; 3]);
        WriteResult {
            is_update: kind == Some("\"update\""),
            original: self.text(original),
            // A patch of which a part is missing says nothing about the size of the change.
            patch: patch.filter(|raw| self.kept.cuts_in(raw).is_empty()).and_then(Patch::read),
        }
    }

    fn text(&self, raw: Option<&'a str>) -> RawText<'a> {
        RawText::of(raw, self.kept)
    }

    /// The response as the result of a Grep.
    pub(crate) fn grep(&self) -> GrepResult {
        let Some(raw) = self.raw else { return GrepResult::default() };
        let [files, lines] = json::pick(raw, &["numFiles", "numLines"]).unwrap_or([None; 2]);
        GrepResult { files: files.and_then(json::number), lines: lines.and_then(json::number) }
    }
}

impl Patch {
    /// Counts the lines of a `structuredPatch`: an array of hunks, each with `lines`.
    fn read(raw: &str) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Hunk<'h> {
            #[serde(borrow)]
            lines: Vec<&'h serde_json::value::RawValue>,
        }
        let hunks: Vec<Hunk> = serde_json::from_str(raw).ok()?;
        let mut patch = Self { hunks: hunks.len(), ..Self::default() };
        for line in hunks.iter().flat_map(|hunk| &hunk.lines) {
            patch.removed += usize::from(line.get().starts_with("\"-"));
            patch.added += usize::from(line.get().starts_with("\"+"));
        }
        Some(patch)
    }
}

impl ShellResult<'_> {
    /// Bytes of output, with the part that the client saved to a file.
    pub(crate) fn bytes(&self) -> u64 {
        self.persisted_bytes.unwrap_or(0).max(self.shown().bytes as u64)
    }

    /// Lines of the output that the model got.
    pub(crate) fn lines(&self) -> usize {
        self.shown().lines
    }

    fn shown(&self) -> Measure {
        *self.shown.get_or_init(|| {
            let (stdout, stderr) = (self.stdout.measure(), self.stderr.measure());
            Measure { bytes: stdout.bytes + stderr.bytes, lines: stdout.lines + stderr.lines }
        })
    }
}
