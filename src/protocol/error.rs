//! Why an input is not an event.

/// Longest input that is read, bytes; a longer one gets silence. The largest input seen had 11.4 MB
/// (the event of an Edit contains the whole original file).
pub(crate) const MAX_INPUT_BYTES: usize = 16 << 20;

/// Why a text is not a usable hook input.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The input is empty or white space.
    #[error("stdin is empty: expected one JSON object")]
    Empty,
    /// The first character does not open an object.
    #[error("stdin is not a JSON object: expected '{{' at byte {byte}")]
    NotAnObject {
        /// Offset of the first character that is not white space.
        byte: usize,
    },
    /// It begins like an object but is not valid JSON.
    #[error("stdin is not valid JSON: {what} at line {line}, column {column}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in bytes.
        column: usize,
        /// serde_json's message.
        what: String,
    },
    /// A field that decides what the event is is missing or has the wrong type.
    #[error("field `{field}` is missing or not {expected}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What the field should be.
        expected: &'static str,
    },
    /// An event that this program does not act on.
    #[error(
        "event `{name}` is not one of PostToolUse, PostToolUseFailure, SessionStart: is the hook registered \
         under another event?"
    )]
    UnknownEvent {
        /// The name as received, cleaned and cut.
        name: String,
    },
    /// The input is longer than `MAX_INPUT_BYTES`.
    #[error("stdin is larger than {} MiB", MAX_INPUT_BYTES >> 20)]
    TooLarge,
    /// Not a fault of the input: this program panicked.
    #[error("a fault in toolcoach itself: {what}")]
    Panic {
        /// The panic's message.
        what: String,
    },
}

impl EventError {
    /// The kind under which `stats` counts the error.
    pub(crate) fn kind(&self) -> &'static str {
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
