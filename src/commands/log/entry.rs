//! One entry of the log: a line of advice, and what the transcripts say about its call.

use super::said::Said;

/// A line of advice with its call.
pub(super) struct Entry {
    pub(super) said: Said,
    pub(super) trace: Trace,
}

/// What the transcripts say about the call of a line of advice.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The transcript of the session; `None` if there is none on this disk.
    pub(super) file: Option<String>,
    /// The folder in which the session began, or else that of the call.
    pub(super) project: Option<String>,
    /// The command, or the tool and its file; without secrets.
    pub(super) command: Option<String>,
    /// The line that was said.
    pub(super) line: Option<String>,
    /// How the line is known.
    pub(super) line_from: LineFrom,
}

/// How a line of advice is known: the ledger does not have it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineFrom {
    /// The transcript has it, as the agent read it.
    Transcript,
    /// The rule was asked about the call again, on the files of today.
    Evaluation,
    /// It is not known; what is left is the rule's summary.
    #[default]
    Summary,
}

impl LineFrom {
    /// The word in JSON.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Transcript => "transcript",
            Self::Evaluation => "evaluation",
            Self::Summary => "summary",
        }
    }
}
