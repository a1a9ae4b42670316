//! One simple command of a script, and what is known of its place.

use super::words::Word;

/// How a command follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// It is the first of the script, or of the text it was found in.
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
    pub operator: String,
    /// The descriptor in front, if one was written.
    pub fd: Option<i32>,
    /// What follows; the delimiter of a heredoc.
    pub target: Word,
    /// The text of a heredoc.
    pub heredoc: Option<Heredoc>,
}

/// The text that a heredoc feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// Its lines as they were written; blank if the script could only be parsed without them.
    pub text: String,
    /// Its delimiter was quoted, so that nothing in it is expanded.
    pub quoted: bool,
}

impl Redirection {
    /// Whether standard output goes to a file by it.
    pub fn takes_stdout(&self) -> bool {
        let to_file = matches!(self.operator.as_str(), ">" | ">>" | ">|" | "&>" | "&>>")
            || (self.operator == ">&"
                && !self.target.text.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
        to_file && matches!(self.fd, None | Some(1))
    }

    /// Whether standard input comes from it.
    pub fn gives_stdin(&self) -> bool {
        self.operator.starts_with('<')
            && !self.operator.contains('>')
            && matches!(self.fd, None | Some(0))
    }
}

/// Where a command stands in a pipeline of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Index into [`super::Script::pipelines`].
    pub pipeline: usize,
    /// 0 for the first.
    pub index: usize,
}

/// Which command of its script it is: two commands of one script are the same where their ids are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandId(pub(super) usize);

/// A simple command: a program with its words, seen through its wrappers.
#[derive(Debug, Clone)]
pub struct Command {
    /// Which one of its script it is.
    pub id: CommandId,
    /// The last part of the program's path, quotes resolved; empty if it is not known.
    pub program: String,
    /// The program as it was written, path and quotes included.
    pub spelled: String,
    /// First and past-the-end character in the script's text, where it stands there itself.
    pub(super) chars: Option<(usize, usize)>,
    /// The words after it.
    pub args: Vec<Word>,
    /// `NAME=value` in front, those of an `env` wrapper included: name and value.
    pub assignments: Vec<(String, Word)>,
    /// Its own redirections.
    pub redirections: Vec<Redirection>,
    /// Its place in a pipeline, if it is a direct stage of one.
    pub stage: Option<Stage>,
    /// Standard input is a pipe, here or around it.
    pub reads_pipe: bool,
    /// Standard output is a pipe, here or around it.
    pub writes_pipe: bool,
    /// Standard output of a group around it goes to a file.
    pub group_redirected: bool,
    /// It was sent to the background with `&`.
    pub background: bool,
    /// How it follows the command before it.
    pub joined: Joined,
    /// 0 at the top of the script; 1 and more inside groups, loops, functions, substitutions and
    /// `bash -c`.
    pub depth: u8,
    /// It runs inside `$( )`, backticks or `<( )`.
    pub in_substitution: bool,
    /// It runs inside `( )`: its `cd` ends with it.
    pub in_subshell: bool,
    /// It is the condition of an `if`, `while` or `until`, or negated.
    pub is_condition: bool,
    /// It stands in the body of a function, which may be called at another place or never.
    pub in_function: bool,
    /// The wrappers it was found under, outermost first: `sudo`, `xargs`, `find`, `bash`, ...
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
    pub fn is_under(&self, wrapper: &str) -> bool {
        self.wrappers.contains(&wrapper)
    }

    /// Whether its standard output reaches the model: not a file, not a pipe, not a variable.
    pub fn shows_output(&self) -> bool {
        !self.writes_pipe
            && !self.in_substitution
            && !self.group_redirected
            && !self.redirections.iter().any(Redirection::takes_stdout)
    }

    /// The value that is assigned to `name` in front of it.
    pub fn assigned(&self, name: &str) -> Option<&Word> {
        self.assignments.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The words after the program joined as they were written.
    pub fn raw_args(&self) -> String {
        self.args.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ")
    }
}
