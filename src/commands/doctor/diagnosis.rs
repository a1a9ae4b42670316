//! A diagnosis: what a check found, how bad it is, and what to do about it.

use std::path::{Path, PathBuf};

use crate::base::file_error::{FileError, Position};
use crate::commands::error::Error;
use crate::commands::install::ClientSurvey;

/// How bad a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// Everything is up to date.
    Ok,
    /// The hook works; something is worth a look.
    Warning,
    /// The hook does not work, or exceeds its limits.
    Failure,
}

impl Status {
    /// The word in reports.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone)]
pub(super) struct Diagnosis {
    pub(super) status: Status,
    /// The client that it is about: its name on the command line, and its name for users.
    pub(super) client: Option<(&'static str, &'static str)>,
    /// What was found, one line.
    pub(super) text: String,
    pub(super) path: Option<PathBuf>,
    pub(super) position: Option<Position>,
    /// What to do, in words.
    pub(super) mend: Option<String>,
    /// What to do, as a line for a shell.
    pub(super) command: Option<String>,
    /// The measured time, us.
    pub(super) us: Option<u64>,
}

impl Diagnosis {
    fn new(status: Status, text: impl Into<String>) -> Self {
        Self {
            status,
            client: None,
            text: text.into(),
            path: None,
            position: None,
            mend: None,
            command: None,
            us: None,
        }
    }

    pub(super) fn ok(text: impl Into<String>) -> Self {
        Self::new(Status::Ok, text)
    }

    pub(super) fn warning(text: impl Into<String>) -> Self {
        Self::new(Status::Warning, text)
    }

    pub(super) fn failure(text: impl Into<String>) -> Self {
        Self::new(Status::Failure, text)
    }

    /// The fault of a file, at its position if that is known.
    pub(super) fn of_file(status: Status, fault: &FileError) -> Self {
        let (what, position) = match fault {
            FileError::Unreadable { what, .. } => (what, None),
            FileError::Invalid { what, position, .. } => (what, Some(*position)),
        };
        Self { position, ..Self::new(status, what.clone()).at(fault.path()) }
    }

    /// An error; that of a file as in [`Diagnosis::of_file`].
    pub(super) fn of_error(status: Status, error: &Error) -> Self {
        match error {
            Error::Settings(fault) => Self::of_file(status, fault),
            other => Self::new(status, other.to_string()),
        }
    }

    pub(super) fn about(self, survey: &ClientSurvey) -> Self {
        Self { client: Some((survey.client.name(), survey.title)), ..self }
    }

    pub(super) fn at(self, path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    pub(super) fn at_position(self, position: Position) -> Self {
        Self { position: Some(position), ..self }
    }

    pub(super) fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }

    pub(super) fn run(self, command: impl Into<String>) -> Self {
        Self { command: Some(command.into()), ..self }
    }

    pub(super) fn took(self, us: u64) -> Self {
        Self { us: Some(us), ..self }
    }
}
