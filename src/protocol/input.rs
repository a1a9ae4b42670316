//! What the agent asked a tool to do: the fields of `tool_input` that rules look at.

use std::borrow::Cow;

use super::excerpt::Kept;
use super::json;
use super::json::RawText;
use crate::base::text::slashed;

/// The decoded fields of one `tool_input`.
#[derive(Debug, Clone, Default)]
pub struct Input<'a> {
    /// The shell text.
    pub(crate) command: Option<Cow<'a, str>>,
    /// The file of a Read, Edit or Write, or the notebook.
    pub file_path: Option<Cow<'a, str>>,
    /// First line of a partial Read.
    pub(crate) offset: Option<u64>,
    /// Number of lines of a partial Read.
    pub(crate) limit: Option<u64>,
    /// The agent asked for pages of a PDF.
    pub(crate) pages: bool,
    /// The agent sent the command to the background.
    pub(crate) run_in_background: bool,
    /// The folder in which a command runs, if the agent names one.
    pub(crate) workdir: Option<Cow<'a, str>>,
    /// The time limit of a command, ms.
    pub(crate) timeout: Option<u64>,
    /// The text that a Write writes.
    pub(crate) content: RawText<'a>,
    /// The text that an Edit inserts, or the new source of a notebook's cell.
    pub(crate) new_string: RawText<'a>,
    /// The text that an Edit replaces.
    pub(crate) old_string: RawText<'a>,
    /// The list of edits of a MultiEdit, as JSON. `None` if a part of it was not kept.
    pub(crate) edits: Option<&'a str>,
    /// The pattern of a Grep or Glob.
    pub(crate) pattern: Option<Cow<'a, str>>,
    /// The folder or file in which a Grep or Glob searches.
    pub(crate) path: Option<Cow<'a, str>>,
    /// The id of the background task that the agent asks about.
    pub(crate) task: Option<Cow<'a, str>>,
}

impl<'a> Input<'a> {
    /// Reads the raw JSON of a `tool_input` in `kept`. All fields are empty if it is not an
    /// object.
    pub(crate) fn parse(raw: &'a str, kept: Kept<'a>) -> Self {
        const NAMES: [&str; 18] = [
            "command",
            "file_path",
            "notebook_path",
            "offset",
            "limit",
            "pages",
            "run_in_background",
            "timeout",
            "content",
            "new_string",
            "new_source",
            "old_string",
            "edits",
            "pattern",
            "path",
            "task_id",
            "bash_id",
            "workdir",
        ];
        let Ok(
            [
                command,
                file,
                notebook,
                offset,
                limit,
                pages,
                background,
                timeout,
                content,
                new_string,
                new_source,
                old_string,
                edits,
                pattern,
                path,
                task,
                shell,
                workdir,
            ],
        ) = json::pick(raw, &NAMES)
        else {
            return Self::default();
        };
        let text = |raw| RawText::of(raw, kept);
        Self {
            command: command.and_then(json::kept_string),
            file_path: file.or(notebook).and_then(json::kept_string).map(slashed),
            offset: offset.and_then(json::number),
            limit: limit.and_then(json::number),
            pages: pages.is_some_and(|p| p != "null"),
            run_in_background: background.is_some_and(json::is_true),
            workdir: workdir.and_then(json::kept_string).map(slashed),
            timeout: timeout.and_then(json::number),
            content: text(content),
            new_string: text(new_string.or(new_source)),
            old_string: text(old_string),
            edits: edits.filter(|edits| kept.cuts_in(edits).is_empty()),
            pattern: pattern.and_then(json::kept_string),
            path: path.and_then(json::kept_string).map(slashed),
            task: task.or(shell).and_then(json::kept_string),
        }
    }
}
