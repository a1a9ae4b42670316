//! Why an input is not an event.

/// Input longer than this is not read to its end and gets silence. The largest input seen was 11.4
/// MB (an Edit carries the original file whole).
pub const MAX_INPUT_BYTES: usize = 16 << 20;

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
    /// More than [`MAX_INPUT_BYTES`].
    #[error("stdin is larger than {} MiB", MAX_INPUT_BYTES >> 20)]
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
