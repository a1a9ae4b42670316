//! Where a command of the call ran, and a command for that folder.

use std::path::{Path, PathBuf};

use crate::project::unknown::Unknown;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::trigger::{Check, Miss};
use crate::shell::Command;
use crate::shell::words::quote;

/// The folder in which a command ran is not certain.
pub(crate) const FOLDER_UNKNOWN: Miss = Miss::Near("the folder in which it ran is not known");

/// The folder in which a command of this call ran.
///
/// # Errors
/// [`FOLDER_UNKNOWN`]
pub(crate) fn folder_of(case: &Case, command: &Command) -> Check<PathBuf> {
    case.told_folder_of(command).ok_or(FOLDER_UNKNOWN)
}

/// `Ok` if the command is not in the body of a function.
///
/// # Errors
/// A near miss otherwise.
pub(crate) fn outside_function(command: &Command) -> Check<()> {
    if command.in_function {
        return Err(Miss::Near("it is in a function that may run elsewhere"));
    }
    Ok(())
}

/// `command`, written for `folder`, as the agent types it in the working directory.
pub(crate) fn from_cwd(case: &Case, folder: &Path, command: String) -> String {
    match case.environment.cwd() {
        Some(cwd) if folder != cwd => {
            format!("cd {} && {command}", quote(&from_folder(folder, cwd)))
        }
        _ => command,
    }
}

impl From<Unknown> for Miss {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::NoProject => Self::No,
            Unknown::Unclear(because) => Self::Near(because),
        }
    }
}
