//! A settings file that is tried out in place of the one that counts.

use std::path::PathBuf;

use super::file::{File, Owner};
use super::{ProjectFile, Settings};
use crate::project::environment::Environment;

/// A project's file, and the folder whose calls it is tried on.
#[derive(Debug, Clone)]
pub(super) struct TriedProject {
    folder: PathBuf,
    file: File,
}

impl Settings {
    /// The same settings with this file in place of its owner's. A project's file counts for calls
    /// in `folder` or below it, as if it were trusted.
    pub(crate) fn trying(self, file: File, folder: PathBuf) -> Self {
        match file.owner {
            Owner::Company => Self { company: Some(file), ..self },
            Owner::User => Self { user: Some(file), ..self },
            Owner::Project => Self { tried: Some(Box::new(TriedProject { folder, file })), ..self },
        }
    }

    /// The project's file that is tried out on calls here.
    pub(super) fn tried_here(&self, environment: &Environment) -> Option<ProjectFile> {
        let tried = self.tried.as_ref()?;
        let is_below = environment.cwd().is_some_and(|cwd| cwd.starts_with(&tried.folder));
        is_below.then(|| ProjectFile { file: Some(tried.file.clone()), fault: None, trusted: true })
    }
}
