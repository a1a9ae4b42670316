//! A parsed script: its commands, pipelines and loops, and the text of each.

use std::ops::Range;

use super::command::{Command, Stage};
use super::words::{Word, split_at_word};

/// A pipeline of several commands.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The stages by index into [`Script::commands`]; `None` where a stage is not a simple command.
    pub(crate) stages: Vec<Option<usize>>,
    /// The pipeline runs inside a substitution.
    pub(crate) in_substitution: bool,
    /// First and past-the-end character of its text in the script.
    pub(super) chars: Option<(usize, usize)>,
}

/// What drives a loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoopKind {
    /// `while`
    While,
    /// `until`
    Until,
    /// `for` and `select`, over these words.
    For(Vec<Word>),
    /// `for (( ... ))`
    Arithmetic,
}

/// A loop, with the commands in it.
#[derive(Debug, Clone)]
pub struct Loop {
    /// What drives the loop.
    pub kind: LoopKind,
    /// The commands of its condition, or inside the words that it iterates over, by index into
    /// [`Script::commands`].
    pub condition: Range<usize>,
    /// The commands of its body, by index.
    pub body: Range<usize>,
    /// The wrappers around the loop, as in [`Command::wrappers`].
    pub(crate) wrappers: Vec<&'static str>,
    /// The loop was sent to the background with `&`.
    pub(crate) background: bool,
    /// The loop runs on another machine or in a container.
    pub(crate) remote: bool,
    /// The loop is in the body of a function.
    pub(crate) in_function: bool,
    /// First and past-the-end character of its text in the script.
    pub(super) chars: Option<(usize, usize)>,
}

/// A parsed shell text.
///
/// The bodies of quoted heredocs are blank if the parser could not take the text with them.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The text it was parsed from.
    pub(crate) text: String,
    /// Every simple command, an outer one before those inside it.
    pub commands: Vec<Command>,
    /// Every pipeline of two or more stages.
    pub pipelines: Vec<Pipeline>,
    /// The variables of its `for` and `select` loops.
    pub(crate) loop_variables: Vec<String>,
    /// Every loop, an inner one before those around it.
    pub loops: Vec<Loop>,
    /// The names of the functions that the script defines.
    pub functions: Vec<String>,
}

impl Script {
    /// The commands before this one, first to last.
    pub(crate) fn before(&self, command: &Command) -> &[Command] {
        self.commands.get(..command.id.0).unwrap_or_default()
    }

    /// The commands after this one, those inside it first.
    pub(crate) fn after(&self, command: &Command) -> &[Command] {
        self.commands.get(command.id.0 + 1..).unwrap_or_default()
    }

    /// The commands of `pipeline` in order, if every stage is a simple command.
    pub fn stages(&self, pipeline: usize) -> Option<Vec<&Command>> {
        let stages = &self.pipelines.get(pipeline)?.stages;
        stages.iter().map(|at| at.and_then(|at| self.commands.get(at))).collect()
    }

    /// The last stage of `pipeline`, if it is a simple command.
    pub(crate) fn last_stage(&self, pipeline: usize) -> Option<&Command> {
        self.commands.get((*self.pipelines.get(pipeline)?.stages.last()?)?)
    }

    /// The innermost pipeline that begins with a group around `command`, and its second stage.
    pub(crate) fn group_before_pipe(&self, command: &Command) -> Option<(usize, &Command)> {
        let inside = (0..self.pipelines.len()).filter_map(|at| {
            let pipeline = self.pipelines.get(at)?;
            let [None, Some(next), ..] = pipeline.stages.as_slice() else { return None };
            let next = self.commands.get(*next)?;
            (self.is_in_pipeline(command, at) && command.id < next.id).then_some((
                pipeline.chars?,
                at,
                next,
            ))
        });
        let innermost = inside.min_by_key(|((start, end), ..)| end - start);
        innermost.map(|(_, at, next)| (at, next))
    }

    /// Whether the text of `command` is part of that of `pipeline`.
    pub(crate) fn is_in_pipeline(&self, command: &Command, pipeline: usize) -> bool {
        let within =
            |(start, end): (usize, usize), (from, to): (usize, usize)| start <= from && to <= end;
        let around = self.pipelines.get(pipeline).and_then(|pipeline| pipeline.chars);
        around.zip(command.chars).is_some_and(|(around, own)| within(around, own))
    }

    /// The text of `pipeline` as written. `None` if it is not part of the script's own text.
    pub fn pipeline_text(&self, pipeline: usize) -> Option<&str> {
        let (start, end) = self.pipelines.get(pipeline)?.chars?;
        self.text.get(self.byte(start)?..self.byte(end)?).map(str::trim_end)
    }

    /// The text of a loop as written. `None` if it is not part of the script's own text.
    pub fn loop_text(&self, found: &Loop) -> Option<&str> {
        let (start, end) = found.chars?;
        self.text.get(self.byte(start)?..self.byte(end)?).map(str::trim_end)
    }

    /// The commands with these indexes.
    pub fn range(&self, range: &Range<usize>) -> &[Command] {
        self.commands.get(range.clone()).unwrap_or_default()
    }

    /// The text of a pipeline after one of its stages. `None` if it is not part of the script's own
    /// text.
    pub(crate) fn text_after_stage(&self, stage: Stage) -> Option<&str> {
        let pipeline = self.pipelines.get(stage.pipeline)?;
        let command = self.commands.get((*pipeline.stages.get(stage.index)?)?)?;
        self.text.get(self.byte(command.chars?.1)?..self.byte(pipeline.chars?.1)?)
    }

    /// The text of `command` as written, with its wrappers and redirections. `None` if it is not
    /// part of the script's own text, such as a command in `bash -c '...'`.
    pub fn text_of(&self, command: &Command) -> Option<&str> {
        let (start, end) = command.chars?;
        self.text.get(self.byte(start)?..self.byte(end)?).map(str::trim_end)
    }

    /// The script's text with `replacement` for one word of `command`. `None` if the command's text
    /// contains the word more than once.
    pub(crate) fn with_word(
        &self,
        command: &Command,
        word: &Word,
        replacement: &str,
    ) -> Option<String> {
        let start = self.byte(command.chars?.0)?;
        let mut matches = self.text_of(command)?.match_indices(word.raw.as_str());
        let (at, _) = matches.next().filter(|_| matches.next().is_none())?;
        let (before, after) =
            (self.text.get(..start + at)?, self.text.get(start + at + word.raw.len()..)?);
        Some(format!("{before}{replacement}{after}").trim().to_owned())
    }

    /// The script's text with a replacement for each argument of `command` that has one. `None` where
    /// an argument is not found.
    pub(crate) fn with_arguments(
        &self,
        command: &Command,
        replaced: impl Fn(&Word) -> Option<String>,
    ) -> Option<String> {
        let (start, end) = command.chars?;
        let (start, end) = (self.byte(start)?, self.byte(end)?);
        let mut rest = self.text.get(start..end)?;
        let mut out = self.text.get(..start)?.to_owned();
        for word in &command.args {
            let (before, after) = split_at_word(rest, &word.raw)?;
            out.push_str(before);
            out.push_str(&replaced(word).unwrap_or_else(|| word.raw.clone()));
            rest = after;
        }
        out.push_str(rest);
        out.push_str(self.text.get(end..)?);
        Some(out.trim().to_owned())
    }

    /// The text after `command`. `None` if it is not part of the script's own text.
    pub fn text_after(&self, command: &Command) -> Option<&str> {
        self.text.get(self.byte(command.chars?.1)?..)
    }

    /// The byte offset of a character: the parser counts characters.
    fn byte(&self, chars: usize) -> Option<usize> {
        if self.text.is_ascii() {
            return Some(chars);
        }
        self.text.char_indices().map(|(at, _)| at).chain([self.text.len()]).nth(chars)
    }

    /// The commands at the top level: not inside a group, loop or substitution, and not started by
    /// another command.
    pub(crate) fn top(&self) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(|command| command.depth == 0 && !command.remote)
    }
}
