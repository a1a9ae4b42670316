//! The errors of every mode. The hook itself shows none of them: it counts them and stays silent.

use std::path::{Path, PathBuf};

/// Why a text is not a usable hook input.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// Nothing but white space.
    #[error("stdin is empty: expected one JSON object")]
    Empty,
    /// The first character does not open an object.
    #[error("stdin is not a JSON object: expected '{{' at byte {byte}")]
    NotAnObject {
        /// Offset of the first character that is not white space.
        byte: usize,
    },
    /// It opens like an object but is not one.
    #[error("stdin is not valid JSON: {what} at line {line}, column {column}")]
    Json {
        /// 1-based line.
        line: usize,
        /// 1-based column in bytes.
        column: usize,
        /// serde_json's words for it.
        what: String,
    },
    /// A field that decides what the event is has another type.
    #[error("field `{field}` is missing or not {expected}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What it should have been.
        expected: &'static str,
    },
    /// An event that this program does not act on.
    #[error(
        "event `{name}` is not one of PostToolUse, PostToolUseFailure, SessionStart: is the hook registered \
         under another event?"
    )]
    UnknownEvent {
        /// The name as received, cut and cleaned.
        name: String,
    },
    /// More than [`crate::protocol::event::MAX_INPUT_BYTES`].
    #[error("stdin is larger than {} MiB", crate::protocol::event::MAX_INPUT_BYTES >> 20)]
    TooLarge,
    /// No fault of the input: this program panicked over it.
    #[error("a fault in toolcoach itself: {what}")]
    Panic {
        /// The panic's message.
        what: String,
    },
}

impl EventError {
    /// The kind under which `--stats` counts it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAnObject { .. } => "not-an-object",
            Self::Json { .. } => "invalid-json",
            Self::Field { .. } => "wrong-type",
            Self::UnknownEvent { .. } => "unknown-event",
            Self::TooLarge => "too-large",
            Self::Panic { .. } => "panic",
        }
    }
}

/// A place in a file, both counted from 1, columns in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The place of the byte `at`. A byte order mark is no column.
    pub fn of(text: &[u8], at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let before = before.strip_prefix("\u{feff}".as_bytes()).unwrap_or(before);
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Self {
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before.len() - line_start + 1,
        }
    }
}

/// Why a settings file is not used, or an entry of it has no effect.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SettingsError {
    /// It is there and cannot be read.
    #[error("{}: {what}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        what: String,
    },
    /// Something in it is not as it must be.
    #[error("{}:{}:{}: {what}", path.display(), place.line, place.column)]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where.
        place: Position,
        /// What.
        what: String,
    },
}

impl SettingsError {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. } | Self::Invalid { path, .. } => path,
        }
    }

    /// The kind under which `--stats` counts it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "settings-unreadable",
            Self::Invalid { .. } => "settings-invalid",
        }
    }
}

/// Why a mode other than the hook failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input of `explain`.
    #[error("explain: {0}")]
    Explain(EventError),
    /// No rule has that id.
    #[error("no rule is called `{id}`; `toolcoach rules` lists them{hint}")]
    UnknownRule {
        /// What was asked for.
        id: String,
        /// The nearest id, as a clause, or nothing.
        hint: String,
    },
    /// A rule with that id was once in the book.
    #[error("`{id}` is gone since {since}: {why}")]
    RetiredRule {
        /// What was asked for.
        id: &'static str,
        /// The version without it.
        since: &'static str,
        /// Why it went.
        why: &'static str,
    },
    /// A settings file that a command needs.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// There is no project's file here.
    #[error("no {} here, nor above in this git work tree", crate::settings::PROJECT_FILE)]
    NoProjectFile,
    /// Nothing tells where an agent keeps its settings.
    #[error("no home folder: set HOME")]
    NoHome,
    /// No agent is known to be on this machine.
    #[error("no agent was found on this machine: --client names one, such as --client claude")]
    NoAgent,
    /// An agent has no settings of that kind.
    #[error("{agent} has no settings of scope {scope}")]
    NoScope {
        /// The agent.
        agent: &'static str,
        /// The scope.
        scope: &'static str,
    },
    /// Somebody else wrote a file in the meantime.
    #[error("{} was changed by another program in the meantime: run this again", path.display())]
    Changed {
        /// Which one.
        path: PathBuf,
    },
    /// `doctor` found what keeps the hook from working.
    #[error("{failures} of the checks failed")]
    Unwell {
        /// How many.
        failures: u64,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    NotWritten {
        /// Which one.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The state could not be written.
    #[error("cannot write to {}: {source}", folder.display())]
    Store {
        /// The state folder.
        folder: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file or folder could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// No agent has left transcripts where they are looked for.
    #[error(
        "no transcripts in ~/.claude/projects or ~/.codex/sessions: name a file or folder, such as the .jsonl of a \
         session"
    )]
    NoTranscripts,
    /// No thread could be had.
    #[error("cannot start a thread: {0}")]
    NoThread(std::io::Error),
    /// A report could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// No folder for state is known.
    #[error("no state folder: set TOOLCOACH_STATE_DIR or HOME")]
    NoStateFolder,
    /// The answer could not be written.
    #[error("cannot write the answer: {0}")]
    Write(#[from] std::io::Error),
    /// A value could not be put into JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Wrong words on the command line that clap cannot know of.
    #[error("{0}")]
    Usage(String),
}
