//! A circuit breaker for each analyzer. Each call is a process, so it lives on disk:
//! `breakers.json`.
//!
//! Closed, it lets every call through. Three failures in a row open it: the analyzer is left out.
//! Five minutes later it is half-open: one call tries, and closes it by success or opens it again.
//! A healthy call writes nothing, and a file that is missing or not understood means that all is
//! well.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::file_error::FileError;
use crate::base::state_dir;
use crate::base::state_dir::Patience;

/// Failures in a row that open a breaker.
pub const FAILURES_TO_OPEN: u32 = 3;

/// How long an open breaker waits before a call may try, ms.
pub const OPEN_MS: u64 = 5 * 60 * 1000;

/// A trial that has not ended after this was cut with its process, ms: no call lasts a tenth of it.
const TRIAL_MS: u64 = 2000;

/// Largest file, bytes.
const MAX_FILE_BYTES: u64 = 16 << 10;

/// How long a call waits for another that is writing.
const PATIENCE: Duration = Duration::from_millis(3);

/// Version of the file.
const VERSION: u32 = 1;

/// What went wrong with an analyzer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Failure {
    /// It said that it cannot do its work.
    Error,
    /// It panicked.
    Panic,
    /// It took longer than its slice of time.
    Overrun,
}

impl Failure {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Overrun => "overrun",
        }
    }
}

/// What is kept of one analyzer. The default is a closed breaker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Breaker {
    /// Failures in a row.
    pub failures: u32,
    /// The last of them.
    pub last: Option<Failure>,
    /// When it opened, unix ms.
    pub opened: Option<u64>,
    /// When a trial began, unix ms.
    trial: Option<u64>,
}

/// Where a breaker stands at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Calls pass.
    Closed,
    /// Nothing passes until this time, unix ms.
    Open(u64),
    /// One call may try.
    HalfOpen,
    /// A call is trying.
    Trying,
}

impl State {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open(_) => "open",
            Self::HalfOpen => "half-open",
            Self::Trying => "trying",
        }
    }
}

impl Breaker {
    /// Where it stands at `now`, unix ms. A time that lies ahead was written by another clock and
    /// counts as over.
    pub fn state(&self, now: u64) -> State {
        let Some(opened) = self.opened else { return State::Closed };
        if opened <= now && now - opened < OPEN_MS {
            return State::Open(opened + OPEN_MS);
        }
        let tries = self.trial.is_some_and(|trial| trial <= now && now - trial < TRIAL_MS);
        if tries { State::Trying } else { State::HalfOpen }
    }

    fn fail(&mut self, failure: Failure, now: u64) {
        self.failures = self.failures.saturating_add(1);
        self.last = Some(failure);
        // A trial that fails opens it again, whatever the count.
        if self.opened.is_some() || self.failures >= FAILURES_TO_OPEN {
            self.opened = Some(now);
        }
        self.trial = None;
    }
}

/// The breakers of a state folder as one call found them.
#[derive(Debug, Clone)]
pub struct Breakers {
    path: PathBuf,
    found: Kept,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    v: u32,
    breakers: BTreeMap<String, Breaker>,
}

impl Kept {
    fn read(path: &Path) -> Self {
        let bytes = state_dir::read_small(path, MAX_FILE_BYTES);
        let kept = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        kept.filter(|kept| kept.v == VERSION).unwrap_or_default()
    }
}

impl Breakers {
    /// Reads the breakers of the state folder.
    pub fn read(folder: &Path) -> Self {
        let path = folder.join(state_dir::BREAKERS);
        Self { found: Kept::read(&path), path }
    }

    /// Whether the file is understood, or is not there.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(folder: &Path) -> Result<(), FileError> {
        state_dir::validate::<Kept>(&folder.join(state_dir::BREAKERS), MAX_FILE_BYTES)
    }

    /// One analyzer's breaker; closed if nothing is known of it.
    pub fn of(&self, name: &str) -> Breaker {
        self.found.breakers.get(name).copied().unwrap_or_default()
    }

    /// Whether a call may run the analyzer now. Of many that find it half-open, one gets the trial.
    pub fn admits(&self, name: &str, now: u64) -> bool {
        match self.of(name).state(now) {
            State::Closed => true,
            State::Open(_) | State::Trying => false,
            State::HalfOpen => {
                let mut won = false;
                let claimed = self.change(name, |breaker| {
                    // Another may have been quicker, or have closed it.
                    won = breaker.state(now) == State::HalfOpen;
                    if won {
                        breaker.trial = Some(now);
                    }
                    won
                });
                claimed.is_ok() && won
            }
        }
    }

    /// Notes that the analyzer did its work. Writes nothing where nothing was wrong.
    ///
    /// # Errors
    /// When the store cannot be written: the breaker stays as it was.
    pub fn succeeded(&self, name: &str) -> io::Result<()> {
        if self.of(name) == Breaker::default() {
            return Ok(());
        }
        self.change(name, |breaker| {
            *breaker = Breaker::default();
            true
        })
    }

    /// Notes a failure at `now`, unix ms.
    ///
    /// # Errors
    /// When the store cannot be written: the failure is not counted.
    pub fn failed(&self, name: &str, failure: Failure, now: u64) -> io::Result<()> {
        self.change(name, |breaker| {
            breaker.fail(failure, now);
            true
        })
    }

    /// Changes one breaker as it stands on disk now. Nothing is written if `change` says no.
    fn change(&self, name: &str, change: impl FnOnce(&mut Breaker) -> bool) -> io::Result<()> {
        state_dir::update(&self.path, Patience::Hook(PATIENCE), || {
            let mut kept = Kept { v: VERSION, ..Kept::read(&self.path) };
            let mut breaker = kept.breakers.get(name).copied().unwrap_or_default();
            if !change(&mut breaker) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if breaker == Breaker::default() {
                kept.breakers.remove(name);
            } else {
                kept.breakers.insert(name.to_owned(), breaker);
            }
            Ok(serde_json::to_vec(&kept)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_waits_tries_and_closes() {
        let folder = tempfile::tempdir().unwrap();
        let breakers = || Breakers::read(folder.path());
        for n in 0..FAILURES_TO_OPEN {
            assert!(breakers().admits("router", 1000), "{n} failures");
            breakers().failed("router", Failure::Panic, 1000).unwrap();
        }
        assert_eq!(breakers().of("router").state(1001), State::Open(1000 + OPEN_MS));
        assert!(!breakers().admits("router", 1001));
        assert!(breakers().admits("performance", 1001), "the others are untouched");

        let later = 1000 + OPEN_MS;
        let (first, second) = (breakers(), breakers());
        assert!(first.admits("router", later));
        assert!(!second.admits("router", later), "one trial at a time");
        assert!(!breakers().admits("router", later + 1));
        first.failed("router", Failure::Overrun, later + 2).unwrap();
        assert_eq!(breakers().of("router").state(later + 3), State::Open(later + 2 + OPEN_MS));

        let again = later + 2 + OPEN_MS;
        assert!(breakers().admits("router", again));
        breakers().succeeded("router").unwrap();
        assert_eq!(breakers().of("router"), Breaker::default());
        assert!(breakers().admits("router", again + 1));
    }

    #[test]
    fn a_success_clears_the_count_and_health_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let breakers = || Breakers::read(folder.path());
        breakers().succeeded("router").unwrap();
        assert!(!folder.path().join("breakers.json").exists());
        for _ in 0..5 {
            breakers().failed("router", Failure::Error, 5).unwrap();
            breakers().failed("router", Failure::Error, 5).unwrap();
            breakers().succeeded("router").unwrap();
        }
        assert_eq!(breakers().of("router").state(6), State::Closed);
    }

    #[test]
    fn what_is_not_understood_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "",
            "[]",
            "{\"v\":9,\"breakers\":{\"router\":{\"opened\":1}}}",
            "{\"v\":1,\"breakers\":7}",
        ] {
            std::fs::write(folder.path().join("breakers.json"), text).unwrap();
            assert!(Breakers::read(folder.path()).admits("router", 2), "{text}");
        }
    }

    #[test]
    fn a_trial_whose_process_was_cut_is_given_again_and_a_clock_set_back_does_no_harm() {
        let breaker =
            Breaker { failures: 3, opened: Some(0), trial: Some(OPEN_MS), ..Breaker::default() };
        assert_eq!(breaker.state(OPEN_MS + 1), State::Trying);
        assert_eq!(breaker.state(OPEN_MS + TRIAL_MS), State::HalfOpen);
        assert_eq!(Breaker { opened: Some(9_000_000), ..breaker }.state(5), State::HalfOpen);
    }

    #[test]
    fn of_many_one_tries() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..3 {
            Breakers::read(folder.path()).failed("router", Failure::Error, 0).unwrap();
        }
        let breakers = Breakers::read(folder.path());
        let admitted: usize = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| usize::from(breakers.admits("router", OPEN_MS))))
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).sum()
        });
        assert_eq!(admitted, 1);
    }
}
