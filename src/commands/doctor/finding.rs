//! What a check found, how bad it is, and what to do about it.

use std::path::{Path, PathBuf};

use crate::base::file_error::{FileError, Position};
use crate::commands::error::Error;
use crate::commands::install::Surveyed;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// The hook works; something is worth a look.
    Warning,
    /// The hook does not do its work, or not within its limits.
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

/// What was found.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) status: Status,
    /// The agent that it is about: its name on the command line, and for people.
    pub(super) agent: Option<(&'static str, &'static str)>,
    /// One line.
    pub(super) found: String,
    pub(super) path: Option<PathBuf>,
    pub(super) position: Option<Position>,
    /// What to do, in words.
    pub(super) mend: Option<String>,
    /// What to do, as a line for a shell.
    pub(super) command: Option<String>,
    /// The time that was measured, us.
    pub(super) us: Option<u64>,
}

impl Finding {
    fn new(status: Status, found: impl Into<String>) -> Self {
        Self {
            status,
            agent: None,
            found: found.into(),
            path: None,
            position: None,
            mend: None,
            command: None,
            us: None,
        }
    }

    pub(super) fn ok(found: impl Into<String>) -> Self {
        Self::new(Status::Ok, found)
    }

    pub(super) fn warning(found: impl Into<String>) -> Self {
        Self::new(Status::Warning, found)
    }

    pub(super) fn failure(found: impl Into<String>) -> Self {
        Self::new(Status::Failure, found)
    }

    /// What is wrong with a file, at its position if that is known.
    pub(super) fn of_file(status: Status, fault: &FileError) -> Self {
        let (what, position) = match fault {
            FileError::Unreadable { what, .. } => (what, None),
            FileError::Invalid { what, position, .. } => (what, Some(*position)),
        };
        Self { position, ..Self::new(status, what.clone()).at(fault.path()) }
    }

    /// The same of any error.
    pub(super) fn of_error(status: Status, error: &Error) -> Self {
        match error {
            Error::Settings(fault) => Self::of_file(status, fault),
            other => Self::new(status, other.to_string()),
        }
    }

    pub(super) fn about(self, agent: &Surveyed) -> Self {
        Self { agent: Some((agent.client.name(), agent.title)), ..self }
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
