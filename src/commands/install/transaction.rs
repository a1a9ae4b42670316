//! Carries out the planned changes of all files, or none of them.

use std::path::Path;

use super::aside;
use super::plan::{Goal, Plan};
use super::record::Records;
use super::staged::{self, StagedFile, WayBack};
use crate::commands::error::Error;

/// Changes that were carried out.
#[derive(Default)]
pub(super) struct Done {
    /// The name of each plan's backup, if it has one.
    pub(super) backups: Vec<Option<String>>,
    ways_back: Vec<WayBack>,
}

impl Done {
    /// Puts every file back as it was, the last one first.
    ///
    /// # Errors
    /// When one cannot be put back.
    pub(super) fn undo(&self, state: &Path) -> Result<(), Error> {
        let undone = self.ways_back.iter().rev().try_for_each(|back| back.take(state));
        aside::tidy(state);
        undone
    }
}

/// Writes the changes and updates the records.
///
/// # Errors
/// When one of the files cannot be written, or has changed. All are as they were then, unless one
/// that was already changed cannot be put back: the error names it.
pub(super) fn carry_out(
    plans: &[Plan],
    goal: Goal,
    state: &Path,
    records: &mut Records,
) -> Result<Done, Error> {
    let known = records.clone();
    let done = write_all(plans, goal, state, records);
    aside::tidy(state);
    if done.is_err() {
        // The backups of this run serve nobody.
        let new: Vec<_> =
            records.files.keys().filter(|real| !known.files.contains_key(*real)).cloned().collect();
        for real in new {
            records.forget(state, &real);
        }
    }
    done
}

fn write_all(
    plans: &[Plan],
    goal: Goal,
    state: &Path,
    records: &mut Records,
) -> Result<Done, Error> {
    let mut staged = Vec::new();
    let mut done = Done::default();
    for plan in plans {
        let real = &plan.snapshot.real;
        let made_for_it = plan.created_folders(records);
        staged.push(StagedFile::prepare(
            &plan.snapshot,
            plan.after.as_deref(),
            state,
            &made_for_it,
        )?);
        done.backups.push(match &plan.after {
            Some(after) if goal != Goal::Uninstall => {
                let key = (real.as_path(), plan.target.profile.name);
                // What is written in place could be cut short.
                let is_copied = staged::has_other_names(real) || !plan.comes_back_without_a_copy();
                let before = plan.base.as_deref();
                let written = records.add(state, key, (before, is_copied), after)?;
                written.backup.clone().filter(|_| is_copied)
            }
            _ => None,
        });
    }
    for file in &mut staged {
        if let Err(error) = file.commit() {
            done.undo(state)?;
            return Err(error);
        }
        done.ways_back.push(file.way_back());
    }
    for (plan, file) in plans.iter().zip(&staged) {
        let real = &plan.snapshot.real;
        if goal == Goal::Uninstall || plan.after.is_none() {
            records.forget(state, real);
        } else if let Some(written) = records.files.get_mut(real) {
            written.folders.extend(file.created.iter().cloned());
        }
    }
    Ok(done)
}
