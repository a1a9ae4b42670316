//! The errors of every mode. The hook itself shows none of them: it counts them and stays silent.

use std::path::PathBuf;

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
    /// More than [`crate::event::MAX_INPUT_BYTES`].
    #[error("stdin is larger than {} MiB", crate::event::MAX_INPUT_BYTES >> 20)]
    TooLarge,
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
    /// A file or folder could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which one.
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
