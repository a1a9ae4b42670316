//! What is to become of one settings file, worked out before anything is written, and then done.

use std::path::{Path, PathBuf};

use super::agents::Target;
use super::file::Found;
use super::record::{Records, Written};
use super::registration::Settings;
use super::{entry, file};
use crate::base::file_error::FileError;
use crate::commands::error::Error;

/// What is wanted of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim<'a> {
    /// Our entries in it; `None` keeps the matcher that is there.
    Install(Option<&'a str>),
    /// None of them.
    Uninstall,
}

/// One file, as it is and as it is to be.
pub(super) struct Plan {
    pub(super) target: Target,
    pub(super) found: Found,
    /// How it was without us.
    base: Option<String>,
    /// What it is to be; `None` if there is to be no file.
    pub(super) after: Option<String>,
    /// It held entries of ours.
    pub(super) had_ours: bool,
}

impl Plan {
    /// Works it out.
    ///
    /// # Errors
    /// When the file cannot be read, or has another form.
    pub(super) fn new(
        target: Target,
        aim: Aim,
        state: &Path,
        records: &Records,
    ) -> Result<Self, Error> {
        let found = file::look(&target.path)?;
        let text = found.text.as_deref();
        if aim == Aim::Uninstall && !text.is_some_and(|text| text.contains(entry::PROGRAM)) {
            // Whatever it is, it is not ours.
            let after = found.text.clone();
            return Ok(Self { target, found, base: None, after, had_ours: false });
        }
        if found.real.to_str().is_none() {
            let what = "its path is not UTF-8".to_owned();
            return Err(FileError::Unreadable { path: target.path, what }.into());
        }
        let mut settings = Settings::read(&target.path, text, target.form)?;
        let had_ours = settings.has_ours();
        let mut plan = Self { target, found, base: None, after: None, had_ours };
        plan.after.clone_from(&plan.found.text);
        let is_done = match aim {
            Aim::Install(matcher) => {
                let kept = settings.matcher();
                let matcher = matcher.or(kept.as_deref()).unwrap_or("*");
                let entries = entry::wanted(&plan.target, matcher)?;
                if settings.holds(&entries) {
                    return Ok(plan);
                }
                plan.base = plan.without_us(&mut settings, state, records);
                let base = plan.base.as_deref();
                settings = Settings::read(&plan.target.path, base, plan.target.form)?;
                settings.register(&entries)?;
                // What was spliced must read as what was meant.
                settings =
                    Settings::read(&plan.target.path, Some(settings.text()), plan.target.form)?;
                settings.holds(&entries)
            }
            Aim::Uninstall => {
                if !had_ours {
                    return Ok(plan);
                }
                plan.base = plan.without_us(&mut settings, state, records);
                plan.after.clone_from(&plan.base);
                return Ok(plan);
            }
        };
        debug_assert!(is_done, "entries that were written must be found");
        plan.after = Some(settings.text().to_owned());
        Ok(plan)
    }

    /// The file without us: as it was before if nobody else wrote it since, else with our entries
    /// taken out.
    fn without_us(
        &self,
        settings: &mut Settings,
        state: &Path,
        records: &Records,
    ) -> Option<String> {
        let text = self.found.text.as_deref()?;
        if !self.had_ours {
            return Some(text.to_owned());
        }
        if let Some(before) = records.before(state, &self.found.real, text) {
            return before;
        }
        settings.unregister();
        let was_absent =
            records.files.get(&self.found.real).is_some_and(|written| written.backup.is_none());
        if settings.is_bare() && (was_absent || self.target.is_ours_alone()) {
            return None;
        }
        Some(settings.text().to_owned())
    }

    /// Whether anything is to be done.
    pub(super) fn changes(&self) -> bool {
        self.after != self.found.text
    }

    /// Whether both plans mean the same change.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (&self.found.real, &self.found.text, &self.after)
            == (&other.found.real, &other.found.text, &other.after)
    }

    /// Does it, and keeps the records. Returns the name of the backup, if there is one.
    ///
    /// # Errors
    /// When something cannot be written: then the file is as it was.
    pub(super) fn act(
        &self,
        aim: Aim,
        state: &Path,
        records: &mut Records,
    ) -> Result<Option<String>, Error> {
        let real = &self.found.real;
        let Some(after) = &self.after else {
            let made = self.made(records);
            file::remove(&self.found, &made)?;
            records.forget(state, real);
            return Ok(None);
        };
        if aim == Aim::Uninstall {
            file::replace(&self.found, after)?;
            records.forget(state, real);
            return Ok(None);
        }
        let key = (real.as_path(), self.target.agent.name);
        let backup = records.note(state, key, self.base.as_deref(), after)?.backup.clone();
        let made = file::replace(&self.found, after)?;
        if let Some(written) = records.files.get_mut(real) {
            written.folders.extend(made);
        }
        Ok(backup)
    }

    fn made(&self, records: &Records) -> Vec<PathBuf> {
        let folders = |written: &Written| written.folders.clone();
        records.files.get(&self.found.real).map(folders).unwrap_or_default()
    }
}
