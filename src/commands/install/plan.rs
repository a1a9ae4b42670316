//! Plans the change of one settings file before anything is written, and carries it out.

use std::path::{Path, PathBuf};

use super::adapter::{self, Adapter};
use super::clients::Target;
use super::entry::{self, EntryOptions};
use super::file::{self, FileSnapshot};
use super::record::{Records, WrittenFile};
use super::registration::ClientSettings;
use super::shape;
use super::words;
use crate::base::file_error::FileError;
use crate::commands::error::Error;

/// What a command wants of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal<'a> {
    /// Our entries in it.
    Install {
        /// Narrows the tool calls; `None` keeps the present matcher.
        matcher: Option<&'a str>,
        /// Of what kind the entries are. An entry for a batch that is there is kept.
        options: EntryOptions,
    },
    /// None of our entries in it.
    Uninstall,
}

/// The change of one file.
pub(super) struct Plan {
    pub(super) target: Target,
    pub(super) snapshot: FileSnapshot,
    /// Its content without our entries.
    pub(super) base: Option<String>,
    /// Its content after the change; `None` if the file is to be removed.
    pub(super) after: Option<String>,
    /// It had entries of ours.
    pub(super) had_ours: bool,
    /// Entries of others for which the client would drop ours.
    pub(super) refused: Vec<FileError>,
}

impl Plan {
    /// Plans to reach `goal` in `target`.
    ///
    /// # Errors
    /// When the file cannot be read, or has an unknown form.
    pub(super) fn new(
        target: Target,
        goal: Goal,
        state: &Path,
        records: &Records,
    ) -> Result<Self, Error> {
        let snapshot = match FileSnapshot::take(&target.path) {
            Err(_)
                if goal == Goal::Uninstall && !file::may_contain(&target.path, words::PROGRAM) =>
            {
                FileSnapshot::passed_over(&target.path)
            }
            taken => taken?,
        };
        if let Some(adapter) = target.profile.adapter {
            return Self::of_adapter(target, snapshot, adapter, goal, (state, records));
        }
        let text = snapshot.text.as_deref();
        if goal == Goal::Uninstall && !text.is_some_and(|text| text.contains(words::PROGRAM)) {
            // Without our name in it the file has no entry of ours, whatever its form.
            let after = snapshot.text.clone();
            return Ok(Self {
                target,
                snapshot,
                base: None,
                after,
                had_ours: false,
                refused: Vec::new(),
            });
        }
        if snapshot.real.to_str().is_none() {
            let what = "its path is not UTF-8".to_owned();
            return Err(FileError::Unreadable { path: target.path, what }.into());
        }
        let mut settings = ClientSettings::read(&target.path, text, target.layout)?;
        let had_ours = settings.has_ours();
        let is_concerned = goal != Goal::Uninstall && target.profile.is_strict;
        let refused = if is_concerned { shape::faults(&settings) } else { Vec::new() };
        let mut plan = Self { target, snapshot, base: None, after: None, had_ours, refused };
        plan.after.clone_from(&plan.snapshot.text);
        let is_done = match goal {
            Goal::Install { matcher, options } => {
                let kept = settings.matcher();
                let matcher = matcher.or(kept.as_deref()).unwrap_or("*");
                let batch = options.batch || settings.has_batch(&plan.target);
                let options = EntryOptions { batch, ..options };
                let entries = entry::entries_for(&plan.target, matcher, options)?;
                if settings.holds(&entries) {
                    return Ok(plan);
                }
                plan.base = plan.without_us(&mut settings, state, records);
                let base = plan.base.as_deref();
                settings = ClientSettings::read(&plan.target.path, base, plan.target.layout)?;
                settings.register(&entries)?;
                // Reads the spliced text back, to check that it has the entries.
                settings = ClientSettings::read(
                    &plan.target.path,
                    Some(settings.text()),
                    plan.target.layout,
                )?;
                settings.holds(&entries)
            }
            Goal::Uninstall => {
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

    /// Plans the change of a file that is this program's alone.
    fn of_adapter(
        target: Target,
        snapshot: FileSnapshot,
        adapter: &Adapter,
        goal: Goal,
        (state, records): (&Path, &Records),
    ) -> Result<Self, Error> {
        let wanted = match goal {
            Goal::Install { .. } => Some(adapter.text(&entry::program(target.scope)?)),
            Goal::Uninstall => None,
        };
        let was_written = snapshot
            .text
            .as_deref()
            .is_some_and(|text| records.before(state, &snapshot.real, text).is_some());
        let after = adapter::planned(adapter, &snapshot, was_written, wanted)?;
        let had_ours = snapshot.text.is_some();
        Ok(Self { target, snapshot, base: None, after, had_ours, refused: Vec::new() })
    }

    /// The content without our entries: the backup if no other program wrote the file since, else
    /// the present text with the entries cut out.
    fn without_us(
        &self,
        settings: &mut ClientSettings,
        state: &Path,
        records: &Records,
    ) -> Option<String> {
        let text = self.snapshot.text.as_deref()?;
        if !self.had_ours {
            return Some(text.to_owned());
        }
        if let Some(before) = records.before(state, &self.snapshot.real, text) {
            return before;
        }
        settings.unregister();
        let was_absent =
            records.files.get(&self.snapshot.real).is_some_and(|written| written.backup.is_none());
        if settings.is_bare() && (was_absent || self.target.is_ours_alone()) {
            return None;
        }
        Some(settings.text().to_owned())
    }

    /// Whether the file needs a change.
    pub(super) fn changes(&self) -> bool {
        self.after != self.snapshot.text
    }

    /// Whether taking our entries out of the new text gives every byte back, so that no copy of the
    /// old one, with the keys in it, has to be kept.
    pub(super) fn comes_back_without_a_copy(&self) -> bool {
        let (Some(base), Some(after)) = (&self.base, &self.after) else { return false };
        let read = ClientSettings::read(&self.target.path, Some(after), self.target.layout);
        read.is_ok_and(|mut settings| {
            settings.unregister();
            settings.text() == base
        })
    }

    /// Whether both plans make the same change.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (&self.snapshot.real, &self.snapshot.text, &self.after)
            == (&other.snapshot.real, &other.snapshot.text, &other.after)
    }

    /// The folders that `install` created for the file, innermost first.
    pub(super) fn created_folders(&self, records: &Records) -> Vec<PathBuf> {
        let folders = |written: &WrittenFile| written.folders.clone();
        records.files.get(&self.snapshot.real).map(folders).unwrap_or_default()
    }
}
