//! A session's ledger: its memory of calls and warnings.
//!
//! `sessions/<h>.calls.jsonl` gets one line for each call, `sessions/<h>.warnings.jsonl` one line
//! for each warning. `<h>` is a hash of the session; for a sub-agent, `-` and a hash of the agent
//! follow. `docs/ledger.md` has the format.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use siphasher::sip::SipHasher13;

use super::disk::{self, OnDisk};
use super::history::History;
use super::in_memory::InMemory;
use super::line::{CallLine, LINE_VERSION, WarningLine};

/// A text longer than twice this is hashed by its beginning, its end and its length, bytes.
const HASHED_BYTES: usize = 16 << 10;

/// Unix time, ms. Builds for tests take it from `TOOLCOACH_FAULT_NOW`, if that is set.
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
    keys: Keys,
}

/// Where the lines go.
#[derive(Debug, Clone)]
enum Store {
    OnDisk(OnDisk),
    InMemory(InMemory),
}

impl Ledger {
    /// The ledger of a session in the state folder. Touches no file.
    pub fn new(folder: &Path, session: &str, agent: Option<&str>) -> Self {
        let keys = Keys::of(session);
        let stem = keys.stem(agent);
        Self { store: Store::OnDisk(OnDisk::new(&folder.join("sessions"), &stem)), stem, keys }
    }

    /// The ledger of a recorded session, which touches no disk and has its own clock.
    pub fn in_memory(session: &str, agent: Option<&str>) -> Self {
        let keys = Keys::of(session);
        Self { store: Store::InMemory(InMemory::default()), stem: keys.stem(agent), keys }
    }

    /// A hash of `text`, seeded with the session's id, so that it means nothing outside the
    /// session. `domain` separates equal texts of different meaning.
    pub fn hash(&self, domain: &str, text: &str) -> String {
        self.keys.hash(domain, text)
    }

    /// The beginning of the names of the session's files.
    pub fn stem(&self) -> &str {
        &self.stem
    }

    /// The time for new lines, unix ms.
    pub(crate) fn now_ms(&self) -> u64 {
        match &self.store {
            Store::OnDisk(_) => now_ms(),
            Store::InMemory(memory) => memory.now_ms(),
        }
    }

    /// Sets the clock of a recorded session forward to `ms`, unix time. It never goes back.
    pub fn advance(&self, ms: u64) {
        match &self.store {
            Store::OnDisk(_) => {}
            Store::InMemory(memory) => memory.advance(ms),
        }
    }

    /// Appends a call; returns whether it is the first one of its session on disk.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn append_call(&self, line: &CallLine) -> io::Result<bool> {
        match &self.store {
            Store::OnDisk(files) => files.append_call(line),
            Store::InMemory(memory) => memory.append_call(line).map(|()| false),
        }
    }

    /// Notes that the agent has forgotten what it read.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn append_reset(&self, source: &str) -> io::Result<()> {
        let line = WarningLine {
            v: LINE_VERSION,
            t: self.now_ms(),
            reset: source.to_owned(),
            ..Default::default()
        };
        match &self.store {
            Store::OnDisk(files) => files.append_warning(&line),
            Store::InMemory(memory) => {
                memory.append_warnings(&[line]);
                Ok(())
            }
        }
    }

    /// The last calls. Empty if there are none or they cannot be read.
    pub fn recent(&self) -> History {
        match &self.store {
            Store::OnDisk(files) => files.recent().unwrap_or_default(),
            Store::InMemory(memory) => memory.recent(),
        }
    }

    /// Whether the lines describe a recorded session, whose disk is not the one of its time.
    pub(crate) fn is_recorded(&self) -> bool {
        matches!(self.store, Store::InMemory(_))
    }

    /// The calls since `since`, unix ms, of the session's other agents: its sub-agents, and for one
    /// of these the main agent and the other sub-agents. Empty for a recorded session.
    pub(crate) fn calls_of_others(&self, since: u64) -> Vec<CallLine<'static>> {
        let Store::OnDisk(files) = &self.store else { return Vec::new() };
        let session = self.keys.stem(None);
        let others = files.others(&session, since).into_iter();
        let calls = others.filter_map(|other| other.recent().ok());
        let late = calls.flat_map(|history| history.calls().to_vec());
        late.filter(|call| call.t > since).collect()
    }

    /// Takes the right to speak: no other process of this session decides until the claim is
    /// dropped.
    ///
    /// # Errors
    /// When the store cannot be written, or another process holds the claim for longer than 2 ms
    /// ([`io::ErrorKind::WouldBlock`]).
    pub fn claim(&self) -> io::Result<Claim> {
        Ok(match &self.store {
            Store::OnDisk(files) => {
                let (file, said) = files.lock_warnings()?;
                Claim { sink: Sink::File(file), said }
            }
            Store::InMemory(memory) => {
                Claim { sink: Sink::InMemory(memory.clone()), said: memory.warnings() }
            }
        })
    }

    /// When the agent last forgot what it had read, unix ms; 0 for never. It takes no lock: a
    /// reset does not happen during a call.
    pub(crate) fn last_reset(&self) -> u64 {
        self.warnings().iter().rev().find(|line| !line.reset.is_empty()).map_or(0, |line| line.t)
    }

    /// Whether `rule` spoke since the agent last forgot what it had read. It takes no lock: of two
    /// calls at the same time, one does not see the other.
    pub(crate) fn has_said(&self, rule: &str) -> bool {
        let warnings = self.warnings();
        warnings.iter().rev().take_while(|line| line.reset.is_empty()).any(|line| line.rule == rule)
    }

    fn warnings(&self) -> Vec<WarningLine> {
        match &self.store {
            Store::OnDisk(files) => files.warnings().unwrap_or_default(),
            Store::InMemory(memory) => memory.warnings(),
        }
    }
}

/// The keys of the hashes in a session's ledger.
#[derive(Debug, Clone, Copy)]
struct Keys(u64, u64);

impl Keys {
    fn of(session: &str) -> Self {
        let seed = |n| SipHasher13::new_with_keys(0, n).hash(session.as_bytes());
        Self(seed(0), seed(1))
    }

    /// The session's hash comes first, so its sub-agents' files are found by the beginning of their
    /// names.
    fn stem(self, agent: Option<&str>) -> String {
        match agent.filter(|agent| !agent.is_empty()) {
            None => self.hash("agent", ""),
            Some(agent) => self.hash("agent", "") + "-" + &self.hash("agent", agent),
        }
    }

    fn hash(self, domain: &str, text: &str) -> String {
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
        format!("{:016x}", SipHasher13::new_with_keys(self.0, self.1).hash(&bytes))
    }
}

/// The right to speak, with what was said before. Dropping it gives the right back.
#[derive(Debug)]
pub struct Claim {
    sink: Sink,
    /// Every warning so far, oldest first.
    pub(crate) said: Vec<WarningLine>,
}

/// Where a claim appends to.
#[derive(Debug)]
enum Sink {
    /// The session's warnings, locked.
    File(File),
    /// A recorded session needs no lock: its calls come one after the other.
    InMemory(InMemory),
}

impl Claim {
    /// Appends what the call is about to say.
    ///
    /// # Errors
    /// When the store cannot be written. Then the call must not say it.
    pub fn append(&mut self, lines: &[WarningLine]) -> io::Result<()> {
        match &mut self.sink {
            Sink::File(file) => disk::append_all(file, lines),
            Sink::InMemory(memory) => {
                memory.append_warnings(lines);
                Ok(())
            }
        }
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
    fn a_sub_agent_has_its_own_ledger() {
        let stem = |agent| Ledger::new(Path::new("/x"), "s", agent).stem;
        assert_ne!(stem(None), stem(Some("a")));
        assert_eq!(stem(None), stem(Some("")));
        assert!(stem(Some("a")).starts_with(&(stem(None) + "-")), "found by the session alone");
        assert!(stem(Some("../../etc")).chars().all(|c| c.is_ascii_hexdigit() || c == '-'));
    }

    #[test]
    fn a_claim_excludes_others_and_shows_what_was_said_before() {
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
