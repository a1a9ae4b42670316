//! A command that a client starts as our hook.

use std::path::PathBuf;

use super::diagnosis::Diagnosis;
use crate::commands::install::Launch;

/// A command that a client starts, and what its program is.
pub(super) struct RegisteredCommand {
    /// The index of the client's survey in the scene.
    pub(super) survey: usize,
    /// The settings file with the command.
    pub(super) file: PathBuf,
    /// The scope of that file.
    pub(super) scope: &'static str,
    pub(super) launch: Launch,
    /// What was found out about its program.
    pub(super) program: Diagnosis,
    /// Its program may be started, and is one of ours.
    pub(super) is_sound: bool,
}
