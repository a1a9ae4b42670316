//! The files that are checked, and what is wrong with each.

use std::path::PathBuf;

use super::examples;
use crate::base::file_error::FileError;
use crate::commands::context::Context;
use crate::commands::whose::{self, Whose};
use crate::rules::problems;
use crate::settings::{self, File, Owner};

/// A settings file that was checked.
pub(super) struct CheckedFile {
    pub(super) path: PathBuf,
    pub(super) owner: Owner,
    /// Custom rules that count.
    pub(super) rules: usize,
    /// Examples of custom rules that were run.
    pub(super) examples: usize,
    /// What is wrong, in the order of the file.
    pub(super) faults: Vec<FileError>,
}

/// A file and what was read of it.
type Subject = (PathBuf, Owner, Result<File, FileError>);

/// The settings that count in this folder.
pub(super) fn in_effect() -> Vec<CheckedFile> {
    let Context { settings, environment } = Context::quiet();
    let project = settings.project(&environment);
    let mut subjects: Vec<Subject> = Vec::new();
    for file in settings.company().into_iter().chain(settings.user()).chain(&project.file) {
        subjects.push((file.path.clone(), file.owner, Ok(file.clone())));
    }
    for fault in settings.void() {
        let path = Some(fault.path().to_owned());
        let owner = if path == settings::company_file() {
            Owner::Company
        } else if path == settings::user_file() {
            Owner::User
        } else {
            Owner::Project
        };
        subjects.push((fault.path().to_owned(), owner, Err(fault.clone())));
    }
    check(subjects)
}

/// The files with these names. `whose` overrides what a path says.
pub(super) fn named(paths: &[PathBuf], whose: Option<Whose>) -> Vec<CheckedFile> {
    let subject = |path: &PathBuf| {
        let owner = whose::owner_of(path, whose);
        (path.clone(), owner, whose::read(path, owner))
    };
    check(paths.iter().map(subject).collect())
}

fn check(mut subjects: Vec<Subject>) -> Vec<CheckedFile> {
    // The order in which they count, since the first of two custom rules with one id speaks.
    subjects.sort_by_key(|(_, owner, _)| *owner);
    let files: Vec<&File> = subjects.iter().filter_map(|(.., file)| file.as_ref().ok()).collect();
    let problems = without_effect(&files);
    let checked = |(path, owner, file): &Subject| {
        let mut checked = CheckedFile {
            path: path.clone(),
            owner: *owner,
            rules: 0,
            examples: 0,
            faults: Vec::new(),
        };
        match file {
            Err(fault) => checked.faults.push(fault.clone()),
            Ok(file) => {
                let (run, faults) = examples::run(file);
                (checked.rules, checked.examples) = (file.rules.len(), run);
                let others = problems.iter().filter(|problem| problem.path() == path).cloned();
                checked.faults = file.faults.iter().cloned().chain(others).chain(faults).collect();
                checked.faults.sort_by_key(FileError::position);
            }
        }
        checked
    };
    subjects.iter().map(checked).collect()
}

/// Entries without effect. Projects do not know of each other, so each is looked at by itself.
fn without_effect(files: &[&File]) -> Vec<FileError> {
    let (projects, others): (Vec<&File>, Vec<&File>) =
        files.iter().partition(|file| file.owner == Owner::Project);
    let mut problems = problems::without_effect(&others);
    for project in projects {
        let all: Vec<&File> = others.iter().copied().chain([project]).collect();
        let found = problems::without_effect(&all).into_iter();
        problems.extend(found.filter(|problem| problem.path() == project.path));
    }
    problems
}
