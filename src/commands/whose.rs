//! Whose settings a file contains, for commands that take the path of one.

use std::path::Path;

use clap::ValueEnum;

use crate::base::file_error::FileError;
use crate::settings::{self, File, Owner, PROJECT_FILE};

/// The value of `--as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Whose {
    Company,
    User,
    Project,
}

impl From<Whose> for Owner {
    fn from(whose: Whose) -> Self {
        match whose {
            Whose::Company => Self::Company,
            Whose::User => Self::User,
            Whose::Project => Self::Project,
        }
    }
}

/// Whose settings the file at `path` contains: what `--as` says, else what the path says.
pub(crate) fn owner_of(path: &Path, whose: Option<Whose>) -> Owner {
    if let Some(whose) = whose {
        whose.into()
    } else if path.file_name().is_some_and(|name| name == PROJECT_FILE) {
        Owner::Project
    } else if Some(path) == settings::company_file().as_deref() {
        Owner::Company
    } else {
        Owner::User
    }
}

/// Reads the file that a user named.
///
/// # Errors
/// When it does not exist, or nothing of it counts.
pub(crate) fn read(path: &Path, owner: Owner) -> Result<File, FileError> {
    let missing = || FileError::Unreadable {
        path: path.to_owned(),
        what: "there is no such file".to_owned(),
    };
    File::read(path, owner).and_then(|file| file.ok_or_else(missing))
}
