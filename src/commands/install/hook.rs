//! A hook of ours as a client's settings have it, and how it is started.

use std::path::Path;

use serde_json::Value;

use super::command_line::{called_program, quoted, typed};
use super::guard;
use super::words;
use crate::base::env;
use crate::base::file_error::Position;

/// A command of ours under an event.
pub(crate) struct Hook {
    pub(crate) event: String,
    /// The matcher of its group.
    pub(crate) matcher: Option<String>,
    pub(crate) launch: Launch,
    /// The client does not wait for its answer.
    pub(crate) is_async: bool,
    /// The rule that calls must fit before the client starts it.
    pub(crate) only_if: Option<String>,
    /// The names by which the client may know it: the one that it is given, and its command.
    pub(super) names: Vec<String>,
    /// The client does not run it: one of its names is on a list.
    pub(crate) is_disabled: bool,
    /// The client's own time limit for it, ms.
    pub(crate) limit_ms: Option<f64>,
    pub(crate) position: Position,
    /// The index of its group in the event, and its index in the group.
    pub(crate) indices: Vec<usize>,
}

/// How a client starts a hook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Launch {
    /// A program with arguments, without a shell.
    Program(Vec<String>),
    /// A line for the shell.
    Line(String),
}

impl Launch {
    /// How a client starts this entry of its settings; `None` if the entry has no command.
    pub(super) fn of(entry: &Value) -> Option<Self> {
        let line = ["command", "bash", "powershell"]
            .into_iter()
            .find_map(|key| entry.get(key)?.as_str())?;
        let Some(args) = entry.get("args").and_then(Value::as_array) else {
            return Some(Self::Line(line.to_owned()));
        };
        let args = args.iter().filter_map(Value::as_str);
        Some(Self::Program([line].into_iter().chain(args).map(str::to_owned).collect()))
    }

    /// The shell command that does the same.
    pub(crate) fn to_shell(&self) -> String {
        match self {
            Self::Program(words) => {
                let program = words.iter().take(1).map(|word| typed(word));
                let rest = words.iter().skip(1).map(|word| quoted(word));
                program.chain(rest).collect::<Vec<_>>().join(" ")
            }
            Self::Line(line) => line.clone(),
        }
    }

    /// The program that it names; `None` where only a shell can find out.
    pub(crate) fn program(&self) -> Option<String> {
        let word = match self {
            Self::Program(words) => words.first()?.clone(),
            Self::Line(line) => match called_program(line) {
                Some(program) => program,
                None => {
                    let line = guard::inner(line.strip_prefix("& ").unwrap_or(line));
                    words::words(line)?.into_iter().next()?
                }
            },
        };
        let home = env::home();
        let below = ["~/", "$HOME/", "${HOME}/"].iter().find_map(|start| word.strip_prefix(start));
        let word = match (matches!(self, Self::Line(_)), below, home) {
            (true, Some(below), Some(home)) => home.join(below).to_str()?.to_owned(),
            _ => word,
        };
        (!word.contains('$')).then_some(word)
    }

    /// The same with the folder of its plugin filled in.
    pub(super) fn within(self, plugin: &Path) -> Self {
        let fill = |text: String| text.replace("${CLAUDE_PLUGIN_ROOT}", &plugin.to_string_lossy());
        match self {
            Self::Program(words) => Self::Program(words.into_iter().map(fill).collect()),
            Self::Line(line) => Self::Line(fill(line)),
        }
    }
}
