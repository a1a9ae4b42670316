//! The rules that learning mutes: `learned.json` in the state folder.
//!
//! The upkeep writes the file after a call is answered. A call reads it only if a rule is about to
//! speak. A file that is missing, invalid or out of date mutes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::effect::verdict;
use super::effect::{Judged, Strata};
use crate::base::file_error::FileError;
use crate::base::id::is_id;
use crate::base::state_dir;
use crate::base::state_dir::Patience;

/// How far learning looks back, days.
///
/// This is also how a muted rule gets its voice back: the evidence against it grows too old, so the
/// rule speaks until there is enough evidence about the agents of that time. A rule that no agent
/// follows is thus said about twenty times in this many days.
pub const WINDOW_DAYS: u64 = 60;

/// [`WINDOW_DAYS`] in ms.
pub(crate) const WINDOW_MS: u64 = WINDOW_DAYS * 86_400_000;

/// Largest file, bytes: some thousand rules.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// Why a rule is muted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mute {
    /// How often an agent had the chance to follow its advice.
    pub(crate) chances: u64,
    /// How often an agent followed it.
    pub(crate) followed: u64,
    /// The upper bound of its uptake, with a certainty of 90 %.
    pub(crate) upper: f64,
}

impl Mute {
    /// How often an agent did the same again.
    pub(crate) fn repeated(&self) -> u64 {
        self.chances.saturating_sub(self.followed)
    }
}

/// The rules that learning mutes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    v: u32,
    /// When they were determined, unix ms.
    t: u64,
    muted: BTreeMap<String, Mute>,
    /// The last verdict about each rule, and under [`POOLED`] about all of them: it stays until the
    /// next look.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    judged: BTreeMap<String, Judged>,
}

/// The key of the verdict about all rules. No rule has it for an id.
const POOLED: &str = "";

impl Learned {
    /// The rules to mute, as determined at `now`, unix ms.
    pub(crate) fn at(now: u64, muted: BTreeMap<String, Mute>) -> Self {
        Self { v: 1, t: now, muted, judged: BTreeMap::new() }
    }

    /// Reads the rules that are muted at `now`, unix ms.
    pub(crate) fn read(state: &Path, now: u64) -> Self {
        let bytes = state_dir::read_small(&path(state), MAX_FILE_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        // If nothing updates the file any more, its rules would stay muted forever.
        let is_valid = |learned: &Self| learned.v == 1 && now.saturating_sub(learned.t) < WINDOW_MS;
        let mut learned = read.filter(is_valid).unwrap_or_default();
        learned.muted.retain(|rule, _| is_id(rule));
        learned.judged.retain(|rule, _| is_id(rule) || rule == POOLED);
        learned
    }

    /// Checks that the file is valid or missing.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn check(state: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(state), MAX_FILE_BYTES)
    }

    /// The last verdict about a rule, or about all rules if there is none.
    pub(crate) fn judged(&self, rule: Option<&str>) -> Option<&Judged> {
        self.judged.get(rule.unwrap_or(POOLED))
    }

    /// The same with verdicts: those of `before`, and those of the looks that have been reached
    /// since.
    pub(crate) fn with_verdicts(mut self, before: &Self, strata: &Strata) -> Self {
        let rules: BTreeSet<&str> =
            strata.iter().map(|(stratum, _)| stratum.rule.as_str()).collect();
        let of_rules = rules
            .into_iter()
            .map(|rule| (rule, verdict::judge(before.judged(Some(rule)), strata.of_rule(rule))));
        let pooled = verdict::judge(before.judged(None), strata.counts());
        self.judged.clone_from(&before.judged);
        for (rule, judged) in of_rules.chain([(POOLED, pooled)]) {
            self.judged.extend(judged.map(|judged| (rule.to_owned(), judged)));
        }
        self
    }

    /// Why `rule` is muted.
    pub fn mute(&self, rule: &str) -> Option<&Mute> {
        self.muted.get(rule)
    }

    /// Every muted rule, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Mute)> {
        self.muted.iter().map(|(rule, mute)| (rule.as_str(), mute))
    }

    /// Writes the file. Creates none if no rule is muted.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn write(&self, state: &Path, patience: Patience) -> io::Result<()> {
        let path = path(state);
        if self.muted.is_empty() && self.judged.is_empty() && fs::symlink_metadata(&path).is_err() {
            return Ok(());
        }
        state_dir::update(&path, patience, || {
            let mut bytes = serde_json::to_vec(self)?;
            bytes.push(b'\n');
            Ok(bytes)
        })
    }
}

fn path(state: &Path) -> PathBuf {
    state.join(state_dir::LEARNED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_never_updated_expires() {
        let folder = tempfile::tempdir().unwrap();
        let mute = Mute { chances: 43, followed: 2, upper: 0.11 };
        let learned = Learned::at(1000, BTreeMap::from([("x".to_owned(), mute)]));
        learned.write(folder.path(), Patience::Command).unwrap();
        assert_eq!(Learned::read(folder.path(), 1000), learned);
        assert_eq!(Learned::read(folder.path(), 0), learned, "a clock that was set back");
        assert_eq!(Learned::read(folder.path(), 1000 + WINDOW_MS).iter().count(), 0);
    }

    #[test]
    fn no_file_is_created_for_no_rules() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        Learned::at(1, BTreeMap::new()).write(&state, Patience::Command).unwrap();
        assert!(!state.exists());
    }
}
