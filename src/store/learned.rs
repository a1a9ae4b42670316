//! What is known of each rule's effect: `learned.json` in the state folder.
//!
//! The upkeep writes the file after a call is answered. A call reads it only if a line that may be
//! held out is about to be said. A file that is missing, invalid or out of date mutes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::effect::learning::SIGHT_DAYS;
use super::effect::{Decided, Evidence, Judged, learning, verdict};
use crate::base::file_error::FileError;
use crate::base::id::is_id;
use crate::base::state_dir;
use crate::base::state_dir::Patience;

/// Largest file, bytes: some hundred rules.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// A day, ms.
const DAY_MS: u64 = 86_400_000;

/// The verdicts, and what learning decided. Files of version 0.1 have neither: they name rules
/// that were seldom followed, which proves nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    v: u32,
    /// When they were made, unix ms.
    t: u64,
    /// The last verdict about each rule, and under [`POOLED`] about all of them: it stays until the
    /// next look.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    judged: BTreeMap<String, Judged>,
    /// The last decision about each rule, which stays likewise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    decided: BTreeMap<String, Decided>,
}

/// The key of the verdict about all rules. No rule has it for an id.
const POOLED: &str = "";

impl Learned {
    /// Reads what is known at `now`, unix ms.
    pub(crate) fn read(state: &Path, now: u64) -> Self {
        let bytes = state_dir::read_small(&path(state), MAX_FILE_BYTES);
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        // If nothing updates the file any more, its rules would stay muted forever.
        let is_valid =
            |learned: &Self| learned.v == 1 && now.saturating_sub(learned.t) < SIGHT_DAYS * DAY_MS;
        let mut learned = read.filter(is_valid).unwrap_or_default();
        learned.judged.retain(|rule, _| is_id(rule) || rule == POOLED);
        learned.decided.retain(|rule, _| is_id(rule));
        learned
    }

    /// Checks that the file is valid or missing.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn check(state: &Path) -> Result<(), FileError> {
        state_dir::validate::<Self>(&path(state), MAX_FILE_BYTES)
    }

    /// What is known after this evidence, at `now`, unix ms: as before, but for the looks that have
    /// been reached since.
    #[must_use]
    pub fn after(&self, evidence: &Evidence, now: u64) -> Self {
        let mut after = Self { v: 1, t: now, ..self.clone() };
        let pooled = verdict::judge(self.judged(None), evidence.all().counts());
        after.judged.extend(pooled.map(|judged| (POOLED.to_owned(), judged)));
        for rule in evidence.rules() {
            let judged = verdict::judge(self.judged(Some(rule)), evidence.all().of_rule(rule));
            let verdict = judged.map(|judged| judged.verdict);
            let in_sight = evidence.in_sight().of_rule(rule);
            let decided = learning::decide(self.decided(rule), verdict, now / DAY_MS, in_sight);
            after.judged.extend(judged.map(|judged| (rule.to_owned(), judged)));
            after.decided.extend(decided.map(|decided| (rule.to_owned(), decided)));
        }
        after
    }

    /// The last verdict about a rule, or about all rules if there is none.
    pub fn judged(&self, rule: Option<&str>) -> Option<&Judged> {
        self.judged.get(rule.unwrap_or(POOLED))
    }

    /// The last decision about a rule.
    pub fn decided(&self, rule: &str) -> Option<&Decided> {
        self.decided.get(rule)
    }

    /// The last decision about each rule, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Decided)> {
        self.decided.iter().map(|(rule, decided)| (rule.as_str(), decided))
    }

    /// Writes the file. Creates none if nothing is known.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn write(&self, state: &Path, patience: Patience) -> io::Result<()> {
        let path = path(state);
        let is_empty = self.judged.is_empty() && self.decided.is_empty();
        if is_empty && fs::symlink_metadata(&path).is_err() {
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
    use crate::store::effect::{ArmCounts, Counts, Decision, Stratum};

    /// Units of a rule that changes nothing.
    fn evidence(day: u64) -> Evidence {
        let arm = |again, units| ArmCounts { again, units, ..ArmCounts::default() };
        let counts = Counts { told: arm(320, 640), held_out: arm(80, 160) };
        let stratum = Stratum { rule: "x".into(), share_ppm: 200_000, ..Stratum::default() };
        let mut evidence = Evidence::default();
        evidence.add(stratum, day, day, &counts);
        evidence
    }

    #[test]
    fn a_file_that_is_never_updated_expires() {
        let folder = tempfile::tempdir().unwrap();
        let learned = Learned::default().after(&evidence(0), 1000);
        assert_eq!(learned.decided("x").unwrap().decision, Decision::Muted);
        assert_eq!(learned.judged(Some("x")), learned.judged(None));
        learned.write(folder.path(), Patience::Command).unwrap();
        let read = |now| Learned::read(folder.path(), now);
        assert_eq!(read(1000), learned);
        assert_eq!(read(0), learned, "a clock that was set back");
        assert_eq!(read(1000 + SIGHT_DAYS * DAY_MS), Learned::default());
    }

    #[test]
    fn without_new_units_nothing_changes() {
        let learned = Learned::default().after(&evidence(0), 1000);
        let later = learned.after(&Evidence::default(), 2000);
        assert_eq!(later, Learned { t: 2000, ..learned });
    }

    #[test]
    fn a_file_of_version_0_1_mutes_nothing_and_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let old = r#"{"v":1,"t":1000,"muted":{"x":{"chances":43,"followed":2,"upper":0.11}}}"#;
        fs::write(path(folder.path()), old).unwrap();
        Learned::check(folder.path()).unwrap();
        let learned = Learned::read(folder.path(), 1000);
        assert_eq!(learned.iter().count(), 0);
        learned.after(&Evidence::default(), 2000).write(folder.path(), Patience::Command).unwrap();
        assert_eq!(fs::read_to_string(path(folder.path())).unwrap(), "{\"v\":1,\"t\":2000}\n");
    }

    #[test]
    fn no_file_is_created_for_no_rules() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        Learned::default().write(&state, Patience::Command).unwrap();
        assert!(!state.exists());
    }
}
