//! Shell understanding: a command text becomes a flat list of simple commands, each with its place.
//!
//! Commands are parsed, never searched. The parser ([`rable`]) is known to this folder only.
//! Everything that is not executed here (quoted text, comments, heredoc bodies, message flags) is
//! data and yields no command.

pub mod command;
pub mod guard;
pub mod inner;
pub mod opening;
pub mod options;
pub mod outline;
pub mod resolve;
pub mod walk;
pub mod words;
pub mod wrappers;

use std::ops::Range;

pub use command::{Command, CommandId, Heredoc, Joined, Redirection, Stage};
pub use guard::Refusal;
pub use opening::opening;
pub use words::Word;
pub use wrappers::is_shell;

/// How deep groups, substitutions and `bash -c` are entered.
const MAX_DEPTH: u8 = 8;

/// How many commands of one script are looked at. The most seen in real traffic is 32.
const MAX_COMMANDS: usize = 256;

/// A pipeline of several commands.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The simple commands by index into [`Script::commands`]; `None` where a stage is a group.
    pub stages: Vec<Option<usize>>,
    /// Nesting, as in [`Command::depth`].
    pub depth: u8,
    /// It runs inside a substitution.
    pub in_substitution: bool,
    /// First and past-the-end character of its text in the script.
    chars: Option<(usize, usize)>,
}

/// What drives a loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoopKind {
    /// As long as its condition succeeds.
    While,
    /// Until its condition succeeds.
    Until,
    /// Once for each of these words.
    For(Vec<Word>),
    /// `for (( ... ))`
    Arithmetic,
}

/// A loop, with the commands in it.
#[derive(Debug, Clone)]
pub struct Loop {
    /// What drives it.
    pub kind: LoopKind,
    /// The commands of its condition, or inside the words that it goes through, by index into
    /// [`Script::commands`].
    pub condition: Range<usize>,
    /// The commands of its body.
    pub body: Range<usize>,
    /// The wrappers around it, as in [`Command::wrappers`].
    pub wrappers: Vec<&'static str>,
    /// It was sent to the background with `&`.
    pub background: bool,
    /// It runs on another machine or in a container.
    pub remote: bool,
    /// It stands in the body of a function.
    pub in_function: bool,
    /// First and past-the-end character of its text in the script.
    chars: Option<(usize, usize)>,
}

/// A parsed command text.
///
/// The bodies of quoted heredocs are blank in it where the text was too much to parse with them.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The text it was parsed from.
    pub text: String,
    /// Every simple command, outer ones before those inside them.
    pub commands: Vec<Command>,
    /// Every pipeline of two or more stages.
    pub pipelines: Vec<Pipeline>,
    /// The variables of its `for` and `select` loops.
    pub loop_variables: Vec<String>,
    /// Every loop, inner ones before those around them.
    pub loops: Vec<Loop>,
    /// The names of the functions that it defines.
    pub functions: Vec<String>,
}

/// Parses `text`, if that is safe.
///
/// # Errors
/// Why it was not parsed. No error means that anything was wrong with the caller: silence is the
/// answer.
pub fn parse(text: &str) -> Result<Script, Refusal> {
    let outline = match guard::admit(text) {
        Ok(()) => None,
        // The outline is as long as the text.
        Err(refusal) if text.len() > guard::MAX_BYTES => return Err(refusal),
        Err(refusal) => {
            let outline = outline::outline(text).ok_or(refusal)?;
            guard::admit(&outline)?;
            Some(outline)
        }
    };
    let nodes =
        rable::parse(outline.as_deref().unwrap_or(text), true).map_err(|_| Refusal::Syntax)?;
    let mut script = Script { text: text.to_owned(), ..Script::default() };
    walk::Walker::new(&mut script).top(&nodes);
    Ok(script)
}

impl Script {
    /// The commands before this one, oldest first.
    pub fn before(&self, command: &Command) -> &[Command] {
        self.commands.get(..command.id.0).unwrap_or_default()
    }

    /// The commands after this one, those inside it first.
    pub fn after(&self, command: &Command) -> &[Command] {
        self.commands.get(command.id.0 + 1..).unwrap_or_default()
    }

    /// The commands of `pipeline` in order, if every stage is a simple command.
    pub fn stages(&self, pipeline: usize) -> Option<Vec<&Command>> {
        let stages = &self.pipelines.get(pipeline)?.stages;
        stages.iter().map(|at| at.and_then(|at| self.commands.get(at))).collect()
    }

    /// The text of `pipeline` as it was written, if it stands in the script itself.
    pub fn pipeline_text(&self, pipeline: usize) -> Option<&str> {
        let (start, end) = self.pipelines.get(pipeline)?.chars?;
        self.text.get(self.byte(start)?..self.byte(end)?).map(str::trim_end)
    }

    /// The text of a loop as it was written, if it stands in the script itself.
    pub fn loop_text(&self, found: &Loop) -> Option<&str> {
        let (start, end) = found.chars?;
        self.text.get(self.byte(start)?..self.byte(end)?).map(str::trim_end)
    }

    /// The commands with these indexes.
    pub fn range(&self, range: &Range<usize>) -> &[Command] {
        self.commands.get(range.clone()).unwrap_or_default()
    }

    /// The text of a pipeline behind one of its stages, if it stands in the script itself.
    pub fn text_after_stage(&self, stage: Stage) -> Option<&str> {
        let pipeline = self.pipelines.get(stage.pipeline)?;
        let command = self.commands.get((*pipeline.stages.get(stage.index)?)?)?;
        self.text.get(self.byte(command.chars?.1)?..self.byte(pipeline.chars?.1)?)
    }

    /// The text of `command` as it was written, wrappers and redirections included, if it stands in
    /// the script itself.
    pub fn text_of(&self, command: &Command) -> Option<&str> {
        let (start, end) = command.chars?;
        self.text.get(self.byte(start)?..self.byte(end)?).map(str::trim_end)
    }

    /// The script's text with one word of `command` written otherwise, if the word stands there
    /// once.
    pub fn with_word(&self, command: &Command, word: &Word, text: &str) -> Option<String> {
        let start = self.byte(command.chars?.0)?;
        let own = self.text_of(command)?;
        let mut places = own.match_indices(word.raw.as_str());
        let (at, _) = places.next().filter(|_| places.next().is_none())?;
        let (before, after) =
            (self.text.get(..start + at)?, self.text.get(start + at + word.raw.len()..)?);
        Some(format!("{before}{text}{after}").trim().to_owned())
    }

    /// The text before `command`, if it stands in the script itself.
    pub fn text_before(&self, command: &Command) -> Option<&str> {
        self.text.get(..self.byte(command.chars?.0)?)
    }

    /// The text after `command`, if it stands in the script itself.
    pub fn text_after(&self, command: &Command) -> Option<&str> {
        self.text.get(self.byte(command.chars?.1)?..)
    }

    /// The parser counts characters; text is cut by bytes.
    fn byte(&self, chars: usize) -> Option<usize> {
        if self.text.is_ascii() {
            return Some(chars);
        }
        self.text.char_indices().map(|(at, _)| at).chain([self.text.len()]).nth(chars)
    }

    /// The commands at the top of the script: not inside a group, loop or substitution, nor started
    /// by another.
    pub fn top(&self) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(|command| command.depth == 0 && !command.remote)
    }
}
