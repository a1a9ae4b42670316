//! One settings file: what it says, and what in it does not count, with its position.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::custom_rule::CustomRule;
use crate::base::file_error::{FileError, Position};
use crate::base::read;
use crate::protocol::client::Client;

/// Largest file, bytes.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// Most time that the work on one call may take, ms. A file can only lower it.
pub const MAX_DEADLINE_MS: u64 = 75;

/// Whose file it is, which decides what it may contain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A company's file decides what its users cannot undo.
    Company,
    /// The user's file may contain all that is one person's choice.
    #[default]
    User,
    /// A project's file may make this program say less, and may add custom rules, which wait for
    /// the user's trust.
    Project,
}

impl Owner {
    /// Every owner, the strongest first.
    pub const ALL: [Self; 3] = [Self::Company, Self::User, Self::Project];

    /// The word for users.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::User => "user",
            Self::Project => "project",
        }
    }
}

/// A rule's id in a list, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedRule {
    /// The rule's id.
    pub(crate) id: String,
    /// The byte offset of the id.
    pub(crate) at: usize,
}

/// A project whose custom rules a company lets speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrustedProject {
    /// Where the project comes from: the host and path of its git remote.
    pub(crate) remote: String,
    /// The SHA-256 of its settings file, in hexadecimal digits.
    pub(crate) sha256: String,
}

/// The content of one settings file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// The path of the file.
    pub(crate) path: PathBuf,
    /// Whose file it is.
    pub(crate) owner: Owner,
    /// The text of the file, which trust compares.
    pub(crate) text: String,
    /// Rules that must not speak.
    pub(crate) disable: Vec<ListedRule>,
    /// Rules that are off by default and should speak.
    pub(crate) enable: Vec<ListedRule>,
    /// Rules that learning must not mute.
    pub(crate) pin: Vec<ListedRule>,
    /// Numbers of rules.
    pub(crate) set: Vec<SetNumber>,
    /// Most hints between two resets.
    pub(crate) hints: Option<usize>,
    /// Most warnings between two resets.
    pub(crate) warnings: Option<usize>,
    /// Fewest calls between two hints.
    pub(crate) gap: Option<usize>,
    /// Most time for the work on one call, ms.
    pub(crate) deadline_ms: Option<u64>,
    /// How long the ledger of an idle session is kept, days.
    pub(crate) retention_days: Option<u64>,
    /// The share of sessions in which a rule's lines are held out.
    pub(crate) holdout: Option<f64>,
    /// Whether a new session is told the habits of agents in its project.
    pub(crate) lessons: Option<bool>,
    /// Whether a call's line keeps the client's id of the call.
    pub(crate) tool_use_id: bool,
    /// The client, if the event does not show it.
    pub(crate) client: Option<Client>,
    /// Custom rules.
    pub(crate) rules: Vec<ListedCustomRule>,
    /// Projects whose custom rules the company trusts.
    pub(crate) trust: Vec<TrustedProject>,
    /// What in the file does not count, and why. The rest does.
    pub(crate) faults: Vec<FileError>,
    /// How many of the faults are about its custom rules.
    pub(crate) faults_of_rules: usize,
}

/// A number of a rule, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetNumber {
    /// The rule's id.
    pub(crate) rule: String,
    /// The name of the number.
    pub(crate) name: String,
    /// The number.
    pub(crate) number: u64,
    /// The byte offset of the number.
    pub(crate) at: usize,
}

/// The largest number that a file may set.
pub const MAX_NUMBER: u64 = 1_000_000_000;

/// A custom rule, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedCustomRule {
    /// The rule. It is leaked, like the rules of the book: the process lives for one call.
    pub(crate) rule: &'static CustomRule,
    /// The byte offset where the rule begins.
    pub(crate) at: usize,
    /// Calls on which the rule must speak, for `toolcoach check`.
    pub(crate) hits: Vec<ListedExample>,
    /// Calls on which it must not speak.
    pub(crate) misses: Vec<ListedExample>,
}

/// An example of a custom rule, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedExample {
    /// The command; of a rule about a tool, the tool and the path that it works on.
    pub(crate) call: String,
    /// The byte offset of the example.
    pub(crate) at: usize,
}

impl File {
    /// Reads the file at `path`. `None` if it does not exist.
    ///
    /// # Errors
    /// Why nothing of the file counts.
    pub(crate) fn read(path: &Path, owner: Owner) -> Result<Option<Self>, FileError> {
        let Some(bytes) = read_bytes(path, owner)? else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let position = Position::of(error.as_bytes(), at);
            FileError::Invalid {
                path: path.to_owned(),
                position,
                what: "this is not UTF-8".to_owned(),
            }
        })?;
        Self::parse(path, text, owner).map(Some)
    }

    /// What in the file does not count, and why; the rest does.
    pub fn faults(&self) -> &[FileError] {
        &self.faults
    }

    /// The error about what is wrong at the byte offset `at`. Line and column are computed only
    /// here: counting them for each entry of a long file took longer than reading it.
    pub(crate) fn fault(&self, at: usize, what: String) -> FileError {
        let position = Position::of(self.text.as_bytes(), at);
        FileError::Invalid { path: self.path.clone(), position, what }
    }
}

/// The content of a file. `None` if it does not exist.
fn read_bytes(path: &Path, owner: Owner) -> Result<Option<Vec<u8>>, FileError> {
    let wrong = |what: String| FileError::Unreadable { path: path.to_owned(), what };
    let unreadable = |error: io::Error| match error.raw_os_error() {
        #[cfg(unix)]
        Some(libc::ELOOP) if owner == Owner::Project => {
            wrong("a project's settings must not be a symbolic link".to_owned())
        }
        _ => wrong(error.to_string()),
    };
    let file = match open(path, owner) {
        // `NotADirectory`: a part of the path is a file.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        opened => opened.map_err(unreadable)?,
    };
    let is_file = file.metadata().map_err(unreadable)?.is_file();
    if !is_file {
        return Err(wrong("not a regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(wrong(format!("larger than {} KiB", MAX_FILE_BYTES >> 10)));
    }
    Ok(Some(bytes))
}

/// Opens without blocking, so that a FIFO cannot hold up the call. The user's file may be a
/// symbolic link, since people keep such files in a repository of their own; a company's too. A project's file may
/// not, since it must not lead out of the project.
fn open(path: &Path, owner: Owner) -> io::Result<fs::File> {
    match owner {
        Owner::User | Owner::Company => read::open(path),
        Owner::Project => read::open_unlinked(path),
    }
}
