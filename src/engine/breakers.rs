//! The breakers of all analyzers and work trees: `breakers.json`.
//!
//! A call without a failure writes nothing. A file that is missing or invalid means that all
//! breakers are closed.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::breaker::{Breaker, BreakerState, Failure};
use crate::base::file_error::FileError;
use crate::base::state_dir;
use crate::base::state_dir::Patience;

/// Most work trees of which failures are kept.
const MAX_TREES: usize = 64;

/// Largest file, bytes.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// How long a call waits for another that is writing the file.
const PATIENCE: Duration = Duration::from_millis(3);

/// Version of the file's format.
const VERSION: u32 = 1;

/// The breakers of a state folder, as one call read them.
#[derive(Debug, Clone)]
pub(crate) struct Breakers {
    path: PathBuf,
    /// A hash of the work tree; empty if none is known.
    tree: String,
    /// Whether taking too long is a failure.
    counts_overruns: bool,
    content: BreakersFile,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct BreakersFile {
    v: u32,
    /// By the analyzer; `@` and the hash of the work tree follow. Version 0.1 had one breaker for
    /// all work trees.
    breakers: BTreeMap<String, Breaker>,
}

impl BreakersFile {
    fn read(path: &Path) -> Self {
        let bytes = state_dir::read_small(path, MAX_FILE_BYTES);
        let content = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        content.filter(|content| content.v == VERSION).unwrap_or_default()
    }

    /// Leaves out what is forgotten at `now`, and the trees that failed first if there are too many.
    fn trim(&mut self, now: u64) {
        self.breakers.retain(|_, breaker| !breaker.is_forgotten(now));
        let mut trees: BTreeMap<&str, u64> = BTreeMap::new();
        for (key, breaker) in &self.breakers {
            let last = trees.entry(tree_of(key)).or_default();
            *last = breaker.failed.max(*last);
        }
        let mut times: Vec<u64> = trees.values().copied().collect();
        times.sort_unstable_by(|one, other| other.cmp(one));
        let Some(first) = times.get(MAX_TREES - 1) else { return };
        let late: Vec<String> = trees
            .into_iter()
            .filter(|(_, last)| last >= first)
            .map(|(tree, _)| tree.to_owned())
            .take(MAX_TREES)
            .collect();
        self.breakers.retain(|key, _| late.iter().any(|tree| tree == tree_of(key)));
    }
}

/// The hash of the work tree in a key of the file; empty if it has none.
fn tree_of(key: &str) -> &str {
    key.split_once('@').map_or("", |(_, tree)| tree)
}

impl Breakers {
    /// Reads the breakers of the state folder. `tree` is a hash of the work tree; empty for none.
    pub(crate) fn read(folder: &Path, tree: String) -> Self {
        let path = folder.join(state_dir::BREAKERS);
        Self { content: BreakersFile::read(&path), path, tree, counts_overruns: true }
    }

    /// The same breakers, for a call in which taking too long is no failure, since a project's file
    /// left too little time.
    pub(crate) fn without_overruns(self) -> Self {
        Self { counts_overruns: false, ..self }
    }

    /// Checks that the file is valid or missing.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn check(folder: &Path) -> Result<(), FileError> {
        state_dir::validate::<BreakersFile>(&folder.join(state_dir::BREAKERS), MAX_FILE_BYTES)
    }

    /// The breaker of one analyzer in this work tree.
    pub(crate) fn of(&self, name: &str) -> Breaker {
        self.content.breakers.get(&self.key(name)).copied().unwrap_or_default()
    }

    /// The breaker of one analyzer in the work tree where it is worst: open, or else with the most
    /// failures. Failures that are forgotten do not count.
    pub(crate) fn worst(&self, name: &str, now: u64) -> Breaker {
        let is_of_it = |key: &str| key.split('@').next() == Some(name);
        let breakers = self.content.breakers.iter().filter(|(key, _)| is_of_it(key));
        let late = breakers.map(|(_, breaker)| *breaker).filter(|one| !one.is_forgotten(now));
        late.max_by_key(|one| (one.opened, one.failures)).unwrap_or_default()
    }

    fn key(&self, name: &str) -> String {
        if self.tree.is_empty() { name.to_owned() } else { format!("{name}@{}", self.tree) }
    }

    /// Whether a call may run the analyzer now. If several calls find the breaker half-open, one
    /// gets the trial.
    pub(crate) fn admits(&self, name: &str, now: u64) -> bool {
        match self.of(name).state(now) {
            BreakerState::Closed => true,
            BreakerState::Open(_) | BreakerState::Trying => false,
            BreakerState::HalfOpen => {
                let mut won = false;
                let claimed = self.change(name, now, |breaker| {
                    // Another call may have begun a trial meanwhile, or closed the breaker.
                    won = breaker.state(now) == BreakerState::HalfOpen;
                    if won {
                        breaker.trial = Some(now);
                    }
                    won
                });
                claimed.is_ok() && won
            }
        }
    }

    /// Records that the analyzer did its work. Writes nothing if there was no failure before.
    ///
    /// # Errors
    /// When the file cannot be written. The breaker stays as it was.
    pub(crate) fn succeeded(&self, name: &str) -> io::Result<()> {
        if self.of(name) == Breaker::default() {
            return Ok(());
        }
        self.change(name, 0, |breaker| {
            *breaker = Breaker::default();
            true
        })
    }

    /// Records a failure at `now`, unix ms.
    ///
    /// # Errors
    /// When the file cannot be written. The failure does not count.
    pub(crate) fn failed(&self, name: &str, failure: Failure, now: u64) -> io::Result<()> {
        if failure == Failure::Overrun && !self.counts_overruns {
            return Ok(());
        }
        self.change(name, now, |breaker| {
            breaker.fail(failure, now);
            true
        })
    }

    /// Changes one breaker as it is on disk, at `now`, unix ms; 0 forgets no other. Writes nothing if
    /// `change` returns false.
    fn change(
        &self,
        name: &str,
        now: u64,
        change: impl FnOnce(&mut Breaker) -> bool,
    ) -> io::Result<()> {
        let key = self.key(name);
        state_dir::update(&self.path, Patience::Hook(PATIENCE), || {
            let mut content = BreakersFile { v: VERSION, ..BreakersFile::read(&self.path) };
            let mut breaker = content.breakers.get(&key).copied().unwrap_or_default();
            if !change(&mut breaker) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if breaker == Breaker::default() {
                content.breakers.remove(&key);
            } else {
                content.breakers.insert(key, breaker);
            }
            if now > 0 {
                content.trim(now);
            }
            Ok(serde_json::to_vec(&content)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::breaker::{FAILURES_TO_OPEN, KEPT_MS, OPEN_MS};

    #[test]
    fn a_breaker_opens_waits_tries_and_closes() {
        let folder = tempfile::tempdir().unwrap();
        let breakers = || Breakers::read(folder.path(), String::new());
        for n in 0..FAILURES_TO_OPEN {
            assert!(breakers().admits("router", 1000), "{n} failures");
            breakers().failed("router", Failure::Panic, 1000).unwrap();
        }
        assert_eq!(breakers().of("router").state(1001), BreakerState::Open(1000 + OPEN_MS));
        assert!(!breakers().admits("router", 1001));
        assert!(breakers().admits("performance", 1001), "other breakers do not change");

        let later = 1000 + OPEN_MS;
        let (first, second) = (breakers(), breakers());
        assert!(first.admits("router", later));
        assert!(!second.admits("router", later), "one trial at a time");
        assert!(!breakers().admits("router", later + 1));
        first.failed("router", Failure::Overrun, later + 2).unwrap();
        assert_eq!(
            breakers().of("router").state(later + 3),
            BreakerState::Open(later + 2 + OPEN_MS)
        );

        let again = later + 2 + OPEN_MS;
        assert!(breakers().admits("router", again));
        breakers().succeeded("router").unwrap();
        assert_eq!(breakers().of("router"), Breaker::default());
        assert!(breakers().admits("router", again + 1));
    }

    #[test]
    fn a_success_resets_the_count_and_writes_only_after_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let breakers = || Breakers::read(folder.path(), String::new());
        breakers().succeeded("router").unwrap();
        assert!(!folder.path().join("breakers.json").exists());
        for _ in 0..5 {
            breakers().failed("router", Failure::Error, 5).unwrap();
            breakers().failed("router", Failure::Error, 5).unwrap();
            assert_eq!(breakers().of("router").failures, 2, "before the success");
            breakers().succeeded("router").unwrap();
            assert_eq!(breakers().of("router"), Breaker::default(), "after the success");
            assert!(breakers().admits("router", 6));
        }
    }

    #[test]
    fn a_success_of_one_analyzer_leaves_the_failures_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let breakers = || Breakers::read(folder.path(), String::new());
        breakers().failed("router", Failure::Error, 1000).unwrap();
        breakers().failed("performance", Failure::Error, 1000).unwrap();
        breakers().succeeded("router").unwrap();
        assert_eq!(breakers().of("router"), Breaker::default());
        assert_eq!(breakers().of("performance").failures, 1);
    }

    /// Otherwise each call would try while nothing can be written.
    #[test]
    fn a_trial_that_cannot_be_noted_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let breakers = || Breakers::read(folder.path(), String::new());
        for _ in 0..FAILURES_TO_OPEN {
            breakers().failed("router", Failure::Error, 0).unwrap();
        }
        let obstacle = folder.path().join("breakers.new");
        std::fs::create_dir(&obstacle).unwrap();
        assert!(!breakers().admits("router", OPEN_MS));
        std::fs::remove_dir(&obstacle).unwrap();
        assert!(breakers().admits("router", OPEN_MS));
    }

    #[test]
    fn an_invalid_file_means_closed_breakers() {
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "",
            "[]",
            "{\"v\":9,\"breakers\":{\"router\":{\"opened\":1}}}",
            "{\"v\":1,\"breakers\":7}",
        ] {
            std::fs::write(folder.path().join("breakers.json"), text).unwrap();
            assert!(Breakers::read(folder.path(), String::new()).admits("router", 2), "{text}");
        }
    }

    #[test]
    fn a_failure_in_one_work_tree_is_none_in_another() {
        let folder = tempfile::tempdir().unwrap();
        let of = |tree: &str| Breakers::read(folder.path(), tree.to_owned());
        for _ in 0..3 {
            of("a").failed("router", Failure::Overrun, 1000).unwrap();
            of("b").without_overruns().failed("router", Failure::Overrun, 1000).unwrap();
        }
        assert!(!of("a").admits("router", 1001) && of("b").admits("router", 1001));
        assert!(of("").admits("router", 1001));
        assert_eq!(of("b").worst("router", 1001).state(1001), BreakerState::Open(1000 + OPEN_MS));
        assert_eq!(of("b").worst("router", 1000 + KEPT_MS), Breaker::default(), "forgotten");
        assert_eq!(of("b").worst("performance", 1001), Breaker::default());
    }

    #[test]
    fn the_latest_work_trees_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let of = |tree: usize| Breakers::read(folder.path(), format!("{tree:016x}"));
        for tree in 0..MAX_TREES + 10 {
            for name in ["router", "performance", "anti-pattern"] {
                of(tree).failed(name, Failure::Error, 1000 + tree as u64).unwrap();
            }
        }
        assert_eq!(of(9).of("router"), Breaker::default());
        assert_eq!(of(10).of("router").failures, 1);
        assert_eq!(of(0).content.breakers.len(), 3 * MAX_TREES);
        of(10).failed("router", Failure::Error, 1000 + KEPT_MS + 100).unwrap();
        assert_eq!(of(MAX_TREES).of("router"), Breaker::default(), "forgotten");
        let bytes = std::fs::metadata(folder.path().join("breakers.json")).unwrap().len();
        assert!(bytes < MAX_FILE_BYTES / 2, "{bytes}");
    }

    #[test]
    fn one_of_many_parallel_calls_gets_the_trial() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..3 {
            Breakers::read(folder.path(), String::new())
                .failed("router", Failure::Error, 0)
                .unwrap();
        }
        let breakers = Breakers::read(folder.path(), String::new());
        let admitted: usize = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| usize::from(breakers.admits("router", OPEN_MS))))
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).sum()
        });
        assert_eq!(admitted, 1);
    }
}
