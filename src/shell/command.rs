//! One simple command of a script, with its context.

use super::words::Word;

/// How a command follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// It is the first of the script, or of the group or text around it.
    First,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or `&`
    Semicolon,
    /// A line break.
    Newline,
    /// `|` or `|&`
    Pipe,
}

/// A redirection with its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// `>`, `>>`, `<`, `<<`, `<<<`, `>&`, `&>`, ...
    pub(crate) operator: String,
    /// The file descriptor before the operator, if one is written.
    pub(crate) fd: Option<i32>,
    /// The file, or the delimiter of a heredoc.
    pub(crate) target: Word,
    /// The heredoc, if it is one.
    pub heredoc: Option<Heredoc>,
}

/// The body of a heredoc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// Its lines as written; blank if the script could only be parsed without them.
    pub text: String,
    /// Its delimiter is quoted, so the shell expands nothing in it.
    pub quoted: bool,
}

impl Redirection {
    /// Whether it sends standard output to a file.
    pub(crate) fn takes_stdout(&self) -> bool {
        let to_file = matches!(self.operator.as_str(), ">" | ">>" | ">|" | "&>" | "&>>")
            || (self.operator == ">&"
                && !self.target.text.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
        to_file && matches!(self.fd, None | Some(1))
    }

    /// Whether it replaces standard input.
    pub(crate) fn gives_stdin(&self) -> bool {
        self.operator.starts_with('<')
            && !self.operator.contains('>')
            && matches!(self.fd, None | Some(0))
    }
}

/// The position of a command in a pipeline of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// The pipeline, by index into [`super::Script::pipelines`].
    pub(crate) pipeline: usize,
    /// The stage of the pipeline, 0 for the first.
    pub(crate) index: usize,
}

/// Identifies a command within its script: two commands of one script are the same if their ids are
/// equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CommandId(pub(super) usize);

/// A simple command: a program with its words, seen through its wrappers.
#[derive(Debug, Clone)]
pub struct Command {
    /// Its id within the script.
    pub(crate) id: CommandId,
    /// The last part of the program's path, quotes removed; empty if it is not a literal.
    pub program: String,
    /// The program as written, path and quotes included.
    pub spelled: String,
    /// First and past-the-end character in the script's text, if the command is part of that text.
    pub(super) chars: Option<(usize, usize)>,
    /// The words after the program.
    pub args: Vec<Word>,
    /// Name and value of each `NAME=value` before the program, those of an `env` wrapper included.
    pub(crate) assignments: Vec<(String, Word)>,
    /// Its own redirections.
    pub redirections: Vec<Redirection>,
    /// Its position in a pipeline, if it is itself a stage.
    pub stage: Option<Stage>,
    /// Standard input is a pipe, its own or that of a group around it.
    pub reads_pipe: bool,
    /// Standard output is a pipe, its own or that of a group around it.
    pub writes_pipe: bool,
    /// A group around it sends standard output to a file.
    pub group_redirected: bool,
    /// It was sent to the background with `&`.
    pub background: bool,
    /// How it follows the command before it.
    pub joined: Joined,
    /// 0 at the top of the script; 1 and more inside groups, loops, functions, substitutions and
    /// `bash -c`.
    pub depth: u8,
    /// It runs inside `$( )`, backticks or `<( )`.
    pub(crate) in_substitution: bool,
    /// It runs inside `( )`: its `cd` ends with it.
    pub in_subshell: bool,
    /// It is the condition of an `if`, `while` or `until`, or it is negated.
    pub is_condition: bool,
    /// It is in the body of a function, which the script may call elsewhere or never.
    pub in_function: bool,
    /// The wrappers around it, outermost first: `sudo`, `xargs`, `find`, `bash`, ...
    pub wrappers: Vec<&'static str>,
    /// It runs on another machine or in a container.
    pub remote: bool,
}

impl Command {
    /// Whether the program has this name.
    pub fn is(&self, program: &str) -> bool {
        self.program == program
    }

    /// Whether one of the wrappers has this name.
    pub(crate) fn is_under(&self, wrapper: &str) -> bool {
        self.wrappers.contains(&wrapper)
    }

    /// Whether its standard output reaches the agent, and not a file, a pipe or a variable.
    pub fn shows_output(&self) -> bool {
        !self.writes_pipe
            && !self.in_substitution
            && !self.group_redirected
            && !self.redirections.iter().any(Redirection::takes_stdout)
    }

    /// The value assigned to `name` before the program.
    pub(crate) fn assigned(&self, name: &str) -> Option<&Word> {
        self.assignments.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The words after the program as written, joined by spaces.
    pub(crate) fn raw_args(&self) -> String {
        self.args.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ")
    }
}
