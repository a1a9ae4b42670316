//! The errors of every command but the hook. The hook counts its errors and stays silent.

use std::path::{Path, PathBuf};

use super::runner;
use crate::base::file_error::FileError;
use crate::protocol::error::EventError;
use crate::ui::format::plural;

/// Why a command other than the hook failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The input of `explain` is not a valid event.
    #[error("explain: {0}")]
    Explain(EventError),
    /// No rule has this id.
    #[error("there is no rule `{id}`; `toolcoach rules` lists them{hint}")]
    UnknownRule {
        /// The id on the command line.
        id: String,
        /// A clause with the nearest id, or empty.
        hint: String,
    },
    /// A rule with this id was once in the book.
    #[error("`{id}` was removed in {since}: {why}")]
    RetiredRule {
        /// The id on the command line.
        id: &'static str,
        /// The version without it.
        since: &'static str,
        /// Why it was removed.
        why: &'static str,
    },
    /// A settings file that a command needs is invalid.
    #[error(transparent)]
    Settings(#[from] FileError),
    /// `check` found faults.
    #[error("{}", plural(*faults, "fault"))]
    Faulty {
        /// The number of faults.
        faults: u64,
    },
    /// The custom rules that `trust` was to trust have faults.
    #[error("{}: nothing was trusted; correct the file first", path.display())]
    FaultyRules {
        /// The settings file.
        path: PathBuf,
    },
    /// The company does not let a rule be muted.
    #[error("`{rule}` is pinned in {}, so it cannot be muted by itself; `toolcoach mute all --for 1h` mutes every rule", path.display())]
    Pinned {
        /// The rule's id.
        rule: String,
        /// The company's settings file.
        path: PathBuf,
    },
    /// The project here has no settings file.
    #[error(
        "there is no {} in this folder, nor in a folder above it in this git work tree",
        crate::settings::PROJECT_FILE
    )]
    NoProjectFile,
    /// The home folder is unknown, and with it the place of a client's settings.
    #[error("there is no home folder; set HOME")]
    NoHome,
    /// No client was found on this machine.
    #[error("no agent was found on this machine; name one with --client, such as --client claude")]
    NoClient,
    /// A client has no settings of this scope.
    #[error("{client} has no {scope} settings")]
    NoScope {
        /// The client's name for users.
        client: &'static str,
        /// The scope.
        scope: &'static str,
    },
    /// The user may not write the settings of all users.
    #[error(
        "only an administrator may change the settings for all users, in {}; run this as root, for instance with sudo", folder.display()
    )]
    NotAdministrator {
        /// The folder of the settings.
        folder: PathBuf,
    },
    /// Not every user may start this program.
    #[error(
        "{}: the settings for all users would start this program, but not every user may run it, or it may not \
         last; copy it to a shared folder, such as /usr/local/bin, and run that copy", program.display()
    )]
    NotForAll {
        /// The program.
        program: PathBuf,
    },
    /// A folder that is to be filled has something in it.
    #[error("{} is not empty, and its files would become part of the export; name a new folder", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// None of the folders on the command line is a store.
    #[error("none of these folders is a state folder or an export of one")]
    NoStores,
    /// Another program wrote a file in the meantime.
    #[error("{} was changed by another program in the meantime; run this again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The state could not be written.
    #[error("cannot write to {}: {source}", folder.display())]
    Store {
        /// The state folder.
        folder: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A file or folder could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The clients' own folders have no transcripts.
    #[error(
        "no transcripts of Claude Code or Codex in {}; name a file or folder, such as the .jsonl of a session, or \
         ask about a command: {} explain -- 'npm test | tail'",
        looked.join(", "), runner::own_command()
    )]
    NoTranscripts {
        /// The folders.
        looked: Vec<String>,
    },
    /// The folders on the command line have no recordings.
    #[error("no .jsonl, .jsonl.gz or .jsonl.zst in {}", list(paths))]
    NoRecordings {
        /// The folders.
        paths: Vec<PathBuf>,
    },
    /// The files on the command line have no line of a recording.
    #[error("no line of these files is part of a transcript or a hook input")]
    NothingRead,
    /// The system refused to start a thread.
    #[error("cannot start a thread: {0}")]
    NoThread(std::io::Error),
    /// A report could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The state folder is unknown.
    #[error("there is no state folder; set TOOLCOACH_STATE_DIR or HOME")]
    NoStateFolder,
    /// Stdout could not be written.
    #[error("cannot write the answer: {0}")]
    Write(#[from] std::io::Error),
    /// A value could not be expressed in JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A fault on the command line that clap cannot detect.
    #[error("{0}")]
    Usage(String),
}

/// The paths as a list for users.
fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

impl Error {
    /// Turns an error of reading the sessions of a state folder into one that has their path.
    pub(crate) fn reading(folder: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = folder.join("sessions");
        move |source| Self::Read { path, source }
    }

    /// Turns an error of writing a report into one that has its path.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Output { path, source }
    }
}
