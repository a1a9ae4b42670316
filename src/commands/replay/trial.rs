//! A settings file that `replay` tries out on past sessions.

use std::path::PathBuf;

use super::filter::absolute;
use super::options::ReplayOptions;
use crate::commands::context;
use crate::commands::error::Error;
use crate::commands::whose;
use crate::rules::problems;
use crate::settings::{File, Owner, Settings};
use crate::ui::format;

/// A settings file in place of the one in force.
pub(super) struct Trial {
    /// The path as the user wrote it.
    pub(super) path: PathBuf,
    file: File,
    /// The folder in whose calls a project's file counts.
    folder: PathBuf,
}

impl Trial {
    /// The file that the options name, if they do. Reports on stderr what in it has no effect.
    ///
    /// # Errors
    /// When it does not exist, or nothing of it counts.
    pub(super) fn of(options: &ReplayOptions, settings: &Settings) -> Result<Option<Self>, Error> {
        let Some(path) = options.config.clone() else { return Ok(None) };
        let owner = whose::owner_of(&path, options.whose);
        let file = whose::read(&path, owner)?;
        let folder = match &options.project {
            Some(project) => absolute(project),
            None => absolute(&path).parent().map(PathBuf::from).unwrap_or_default(),
        };
        let trial = Self { path, file, folder };
        trial.report_problems(settings);
        Ok(Some(trial))
    }

    fn report_problems(&self, settings: &Settings) {
        let file = &self.file;
        // Beside the files that keep their place, in the order in which files count.
        let others = settings.company().into_iter().chain(settings.user());
        let mut files: Vec<&File> = others.filter(|other| other.owner != file.owner).collect();
        files.push(file);
        files.sort_by_key(|file| file.owner);
        let without_effect = problems::without_effect(&files);
        let found = without_effect.iter().filter(|problem| problem.path() == file.path);
        context::report(file.faults().iter().chain(found));
    }

    /// Whether it has a custom rule of this id.
    pub(super) fn has_rule(&self, id: &str) -> bool {
        self.file.rules.iter().any(|entry| entry.rule.id == id)
    }

    /// Whose settings it replaces.
    pub(super) fn owner(&self) -> Owner {
        self.file.owner
    }

    /// These settings with the file in its place.
    pub(super) fn applied_to(&self, settings: Settings) -> Settings {
        settings.trying(self.file.clone(), self.folder.clone())
    }

    /// What is tried, for users.
    pub(super) fn in_words(&self) -> String {
        let whose = match self.owner() {
            Owner::Company => "the company's settings".to_owned(),
            Owner::User => "your settings".to_owned(),
            Owner::Project => format!("the settings of {}", format::path(&self.folder)),
        };
        format!("{} in place of {whose}", format::path(&self.path))
    }

    /// The same as a line of a page.
    pub(super) fn line(&self) -> String {
        format!("settings    {}\n", self.in_words())
    }
}
