//! The errors of every command but the hook, which counts its errors and stays silent.

use std::path::{Path, PathBuf};

use crate::base::file_error::FileError;
use crate::protocol::error::EventError;

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
    Settings(#[from] FileError),
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

impl Error {
    /// Makes an error of reading the sessions of the state folder one that names them.
    pub(crate) fn reading(folder: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = folder.join("sessions");
        move |source| Self::Read { path, source }
    }
}
