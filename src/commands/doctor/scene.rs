//! What the checks look at.

use std::cell::Cell;
use std::path::PathBuf;

use once_cell::unsync::OnceCell;

use super::recent::{JUDGED_CALLS, Recent};
use super::registered_command::RegisteredCommand;
use super::trial::Scratch;
use crate::base::state_dir;
use crate::commands::context::Context;
use crate::commands::error::Error;
use crate::commands::install;
use crate::commands::install::{ClientSurvey, DeafClient};
use crate::store::ledger;

/// The clients and their settings, the state folder, and what was found out about them so far.
pub(super) struct Scene {
    /// The clients that the user named, else those that are here or have the hook.
    pub(super) surveys: Vec<ClientSurvey>,
    /// Those of them that start hooks and read no answer.
    pub(super) deaf: Vec<&'static DeafClient>,
    /// The user named clients.
    pub(super) names_clients: bool,
    /// The state folder.
    pub(super) state: Option<PathBuf>,
    pub(super) context: Context,
    /// Unix time, ms.
    pub(super) now: u64,
    /// Where trials write.
    pub(super) scratch: Scratch,
    trials: Cell<u32>,
    /// The commands that clients start; the first check that needs them looks at them.
    pub(super) registered_commands: OnceCell<Vec<RegisteredCommand>>,
    recent: OnceCell<Result<Recent, Error>>,
}

impl Scene {
    /// The scene with the clients of these names, or with every client if there are none.
    ///
    /// # Errors
    /// When there is no room for trials, or the current folder no longer exists.
    pub(super) fn new(clients: &[String]) -> Result<Self, Error> {
        let scratch = Scratch::new()
            .map_err(|source| Error::NotWritten { path: std::env::temp_dir(), source })?;
        Ok(Self {
            surveys: install::survey(clients)?,
            deaf: install::deaf(clients),
            names_clients: !clients.is_empty(),
            state: state_dir::folder(),
            context: Context::quiet(),
            now: ledger::now_ms(),
            scratch,
            trials: Cell::new(0),
            registered_commands: OnceCell::new(),
            recent: OnceCell::new(),
        })
    }

    /// A fresh number for a trial.
    pub(super) fn next_trial(&self) -> u32 {
        self.trials.set(self.trials.get() + 1);
        self.trials.get()
    }

    /// The last calls. The first check that needs them reads them.
    pub(super) fn recent(&self) -> Result<&Recent, &Error> {
        let recent = self.recent.get_or_init(|| match &self.state {
            Some(folder) => Recent::read(folder, JUDGED_CALLS),
            None => Ok(Recent::default()),
        });
        recent.as_ref()
    }
}
