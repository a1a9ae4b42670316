//! A session's memory on disk: what was called and what was said, as append-only JSON lines.
//!
//! `sessions/<h>.calls.jsonl` gets one line a call, `sessions/<h>.warnings.jsonl` one line for each
//! thing said; `<h>` is a hash of the session, with `-` and a hash of the agent behind it for a
//! sub-agent. One line is one `write` on an O_APPEND descriptor, so parallel processes need no lock
//! (104,000 such lines from 16 processes: none torn). Only who wants to speak takes the lock.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use siphasher::sip::SipHasher13;

use super::history;
use super::history::{CallLine, History, LINE_VERSION, WarningLine};
use super::in_memory::Transient;
use crate::base::state_dir;
use crate::base::state_dir::{create, open};

/// How much of the calls is read back, bytes: about 80 calls.
pub const TAIL_BYTES: u64 = 16 << 10;

/// What was said is read whole, up to this bound; budgets keep it far below.
const MAX_WARNINGS_BYTES: u64 = 256 << 10;

/// What is said in most sessions fits, bytes.
const WARNINGS_BYTES: usize = 4 << 10;

/// How long a process waits for another that is about to speak.
const LOCK_PATIENCE: Duration = Duration::from_millis(2);

/// `errors.jsonl` is renamed to `errors.old.jsonl` when it reaches this size, bytes.
const MAX_ERRORS_BYTES: u64 = 64 << 10;

/// Input longer than twice this is hashed by its beginning, its end and its length, bytes.
const HASHED_BYTES: usize = 16 << 10;

/// Unix time, ms. Builds for tests take it from `TOOLCOACH_FAULT_NOW`, if it is set.
pub fn now_ms() -> u64 {
    #[cfg(feature = "fault-injection")]
    if let Some(now) = crate::base::env::fault_now_ms() {
        return now;
    }
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}

/// The memory of one session and agent.
#[derive(Debug, Clone)]
pub struct Ledger {
    store: Store,
    stem: String,
    keys: (u64, u64),
}

/// Where lines go.
#[derive(Debug, Clone)]
enum Store {
    /// The folder of all sessions' files.
    Folder(PathBuf),
    /// Nothing on disk: for calls of the past.
    Transient(Arc<Mutex<Transient>>),
}

impl Ledger {
    /// The ledger of a session in `folder`. Touches no file.
    pub fn new(folder: &Path, session: &str, agent: Option<&str>) -> Self {
        Self::over(Store::Folder(folder.join("sessions")), session, agent)
    }

    /// The ledger of a session of the past, which is on no disk and has a clock of its own.
    pub fn transient(session: &str, agent: Option<&str>) -> Self {
        Self::over(Store::Transient(Arc::default()), session, agent)
    }

    fn over(store: Store, session: &str, agent: Option<&str>) -> Self {
        let seed = |n| SipHasher13::new_with_keys(0, n).hash(session.as_bytes());
        let keys = (seed(0), seed(1));
        let mut ledger = Self { store, stem: String::new(), keys };
        ledger.stem = match agent.filter(|agent| !agent.is_empty()) {
            None => ledger.hash("agent", ""),
            // Whoever asks for a session finds its sub-agents by the name.
            Some(agent) => ledger.hash("agent", "") + "-" + &ledger.hash("agent", agent),
        };
        ledger
    }

    /// A hash of `text`, seeded with the session's id, so that it says nothing outside the session.
    /// `domain` keeps equal texts of different meaning apart.
    pub fn hash(&self, domain: &str, text: &str) -> String {
        let mut bytes = Vec::with_capacity(domain.len() + 1 + text.len().min(2 * HASHED_BYTES + 8));
        bytes.extend_from_slice(domain.as_bytes());
        bytes.push(0);
        let text = text.as_bytes();
        if text.len() > 2 * HASHED_BYTES {
            bytes.extend_from_slice(text.get(..HASHED_BYTES).unwrap_or_default());
            bytes.extend_from_slice(text.get(text.len() - HASHED_BYTES..).unwrap_or_default());
            bytes.extend_from_slice(&text.len().to_le_bytes());
        } else {
            bytes.extend_from_slice(text);
        }
        format!("{:016x}", SipHasher13::new_with_keys(self.keys.0, self.keys.1).hash(&bytes))
    }

    /// The name that the session's files share.
    pub fn stem(&self) -> &str {
        &self.stem
    }

    /// The time by which its lines are dated, unix ms.
    pub fn now_ms(&self) -> u64 {
        match &self.store {
            Store::Folder(_) => now_ms(),
            Store::Transient(memory) => lock(memory).now_ms,
        }
    }

    /// Lets the clock of a session of the past go forward to `ms`, unix time. It never goes back.
    pub fn advance(&self, ms: u64) {
        if let Store::Transient(memory) = &self.store {
            let mut memory = lock(memory);
            memory.now_ms = memory.now_ms.max(ms);
        }
    }

    /// Appends one call; whether it is the first one of its session on disk.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn append_call(&self, line: &CallLine) -> io::Result<bool> {
        match &self.store {
            Store::Folder(sessions) => append(&self.calls_path(sessions), line),
            Store::Transient(memory) => lock(memory).append_call(line).map(|()| false),
        }
    }

    /// Notes that the agent has forgotten what was said.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn append_reset(&self, source: &str) -> io::Result<()> {
        let line = WarningLine {
            v: LINE_VERSION,
            t: self.now_ms(),
            reset: source.to_owned(),
            ..Default::default()
        };
        match &self.store {
            Store::Folder(sessions) => append(&self.warnings_path(sessions), &line).map(drop),
            Store::Transient(memory) => {
                lock(memory).said.push(line);
                Ok(())
            }
        }
    }

    /// The last calls; empty when there are none or they cannot be read.
    pub fn recent(&self) -> History {
        let sessions = match &self.store {
            Store::Folder(sessions) => sessions,
            Store::Transient(memory) => return lock(memory).recent(),
        };
        let read = || -> io::Result<History> {
            let mut file = open(&self.calls_path(sessions), OpenOptions::new().read(true))?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
            let mut tail = Vec::with_capacity(TAIL_BYTES as usize);
            file.take(TAIL_BYTES).read_to_end(&mut tail)?;
            // A process reads its history once and ends soon after, so nothing is lost by never
            // freeing it.
            Ok(History::new(&*tail.leak(), length))
        };
        read().unwrap_or_default()
    }

    /// Takes the right to speak: nobody else of this session decides until the claim is dropped.
    ///
    /// # Errors
    /// When the store cannot be written, or another process holds the claim for longer than 2 ms
    /// ([`io::ErrorKind::WouldBlock`]).
    pub fn claim(&self) -> io::Result<Claim> {
        let path = match &self.store {
            Store::Folder(sessions) => self.warnings_path(sessions),
            Store::Transient(memory) => {
                let said = lock(memory).said.clone();
                return Ok(Claim { store: Claimed::Transient(Arc::clone(memory)), said });
            }
        };
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let mut file = match open(&path, &options) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => create(&path, &options)?,
            opened => opened?,
        };
        state_dir::lock_within(LOCK_PATIENCE, || file.try_lock())?;
        // An empty buffer would be filled by tiny reads first.
        let mut bytes = Vec::with_capacity(WARNINGS_BYTES);
        Read::by_ref(&mut file).take(MAX_WARNINGS_BYTES).read_to_end(&mut bytes)?;
        // Nothing stands after the last line break. To parse it all the same is dear: where
        // serde_json says that an error is, it asks the processor what it can do, and a virtual one
        // takes 100 us to answer.
        Ok(Claim { store: Claimed::File(file), said: warnings(&bytes) })
    }

    /// When the agent last forgot what it had seen, unix ms; 0 for never. Nobody is waited for: a
    /// reset is no matter of the same moment.
    pub fn last_reset(&self) -> u64 {
        let read = |sessions: &Path| -> io::Result<Vec<u8>> {
            let file = open(&self.warnings_path(sessions), OpenOptions::new().read(true))?;
            let mut bytes = Vec::with_capacity(WARNINGS_BYTES);
            file.take(MAX_WARNINGS_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let lines = match &self.store {
            Store::Folder(sessions) => warnings(&read(sessions).unwrap_or_default()),
            Store::Transient(memory) => lock(memory).said.clone(),
        };
        lines.iter().rev().find(|line| !line.reset.is_empty()).map_or(0, |line| line.t)
    }

    fn calls_path(&self, sessions: &Path) -> PathBuf {
        sessions.join(format!("{}.calls.jsonl", self.stem))
    }

    fn warnings_path(&self, sessions: &Path) -> PathBuf {
        sessions.join(format!("{}.warnings.jsonl", self.stem))
    }
}

/// What a session of the past remembers. Nobody else has it, so nobody can have left it half done.
fn lock(memory: &Mutex<Transient>) -> MutexGuard<'_, Transient> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lines of this version.
fn warnings(bytes: &[u8]) -> Vec<WarningLine> {
    history::lines(bytes).filter_map(WarningLine::of).collect()
}

/// The right to speak, with what was said before. Dropping it gives the right back.
#[derive(Debug)]
pub struct Claim {
    store: Claimed,
    /// Every line so far, oldest first.
    pub said: Vec<WarningLine>,
}

/// Where what is said goes.
#[derive(Debug)]
enum Claimed {
    /// The session's file, under lock.
    File(File),
    /// A session of the past, whose calls come one after the other.
    Transient(Arc<Mutex<Transient>>),
}

impl Claim {
    /// Appends what is about to be said.
    ///
    /// # Errors
    /// When the store cannot be written: then it must not be said.
    pub fn append(&mut self, lines: &[WarningLine]) -> io::Result<()> {
        let file = match &mut self.store {
            Claimed::File(file) => file,
            Claimed::Transient(memory) => {
                lock(memory).said.extend_from_slice(lines);
                return Ok(());
            }
        };
        let mut bytes = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut bytes, line)?;
            bytes.push(b'\n');
        }
        write_once(file, &bytes)
    }
}

/// One line of `errors.jsonl`: an input that was not understood, without a byte of it.
#[derive(Debug, Serialize, serde::Deserialize)]
pub struct ErrorLine {
    /// [`LINE_VERSION`]
    pub v: u32,
    /// Unix time, ms.
    pub t: u64,
    /// [`crate::protocol::error::EventError::kind`]
    pub kind: String,
}

/// Counts an input that was not understood.
///
/// # Errors
/// When the store cannot be written.
pub fn append_error(folder: &Path, kind: &str) -> io::Result<()> {
    let path = folder.join(state_dir::ERRORS);
    if fs::symlink_metadata(&path).is_ok_and(|meta| meta.len() >= MAX_ERRORS_BYTES) {
        fs::rename(&path, folder.join(state_dir::OLD_ERRORS))?;
    }
    append(&path, &ErrorLine { v: LINE_VERSION, t: now_ms(), kind: kind.to_owned() }).map(drop)
}

/// Appends a line; whether the file had to be created for it.
fn append<T: Serialize>(path: &Path, line: &T) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(512);
    serde_json::to_writer(&mut bytes, line)?;
    bytes.push(b'\n');
    let mut options = OpenOptions::new();
    options.append(true);
    let (mut file, created) = match open(path, &options) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (create(path, &options)?, true),
        opened => (opened?, false),
    };
    write_once(&mut file, &bytes)?;
    Ok(created)
}

/// One `write`, since two would let another process write between. A short one is an error: its
/// line is torn, and readers skip it.
fn write_once(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    match file.write(bytes)? {
        n if n == bytes.len() => Ok(()),
        _ => Err(io::ErrorKind::WriteZero.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_stable_and_seeded() {
        let ledger = Ledger::new(Path::new("/x"), "s", None);
        // Stored hashes must mean the same to the next version.
        assert_eq!(ledger.hash("key", "grep -r foo ."), "41470f23a19efc9c");
        assert_ne!(ledger.hash("key", "a"), ledger.hash("file", "a"));
        assert_ne!(
            ledger.hash("key", "a"),
            Ledger::new(Path::new("/x"), "t", None).hash("key", "a")
        );
        let long = "x".repeat(100_000);
        assert_ne!(ledger.hash("key", &long), ledger.hash("key", &format!("{long}x")));
    }

    #[test]
    fn sub_agents_have_a_memory_of_their_own() {
        let stem = |agent| Ledger::new(Path::new("/x"), "s", agent).stem;
        assert_ne!(stem(None), stem(Some("a")));
        assert_eq!(stem(None), stem(Some("")));
        assert!(stem(Some("a")).starts_with(&(stem(None) + "-")), "found by the session alone");
        assert!(stem(Some("../../etc")).chars().all(|c| c.is_ascii_hexdigit() || c == '-'));
    }

    #[test]
    fn what_was_said_is_there_for_the_next_claim() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(folder.path(), "s", None);
        let mut claim = ledger.claim().unwrap();
        assert!(claim.said.is_empty());
        assert_eq!(ledger.claim().unwrap_err().kind(), io::ErrorKind::WouldBlock);
        claim.append(&[WarningLine { v: 1, rule: "x".into(), ..Default::default() }]).unwrap();
        drop(claim);
        assert_eq!(ledger.claim().unwrap().said[0].rule, "x");
    }
}
