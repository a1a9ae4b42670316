//! A session's ledger: its memory of calls and warnings.
//!
//! `sessions/<h>.calls.jsonl` gets one line for each call, `sessions/<h>.warnings.jsonl` one line
//! for each warning. `<h>` is a hash of the session; for a sub-agent, `-` and a hash of the agent
//! follow. `docs/ledger.md` has the format.

use std::fs::File;
use std::io;
use std::path::Path;

pub use super::clock::now_ms;
use super::disk::{self, OnDisk};
pub use super::hashes::Sought;
use super::hashes::{Keys, hex};
use super::history::History;
use super::in_memory::InMemory;
use super::key::MachineKey;
use super::line::{Arm, CallLine, LINE_VERSION, WarningLine};
use crate::protocol::event::Words;

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
    /// The ledger of a session in the state folder, as far as its key is made.
    pub fn new(folder: &Path, session: &str, agent: Option<&str>) -> Self {
        Self::with_key(folder, session, agent, MachineKey::read(folder))
    }

    /// The ledger of a session that this process is going to write to, with the machine's key,
    /// which is made if there is none. A store that cannot be written needs no key.
    pub fn to_write(folder: &Path, session: &str, agent: Option<&str>) -> Self {
        Self::with_key(folder, session, agent, MachineKey::read_or_make(folder).ok())
    }

    fn with_key(
        folder: &Path,
        session: &str,
        agent: Option<&str>,
        machine: Option<MachineKey>,
    ) -> Self {
        let keys = Keys::of(session, machine);
        let stem = keys.stem(agent);
        Self { store: Store::OnDisk(OnDisk::new(&folder.join("sessions"), &stem)), stem, keys }
    }

    /// The ledger of a recorded session, which touches no disk and has its own clock.
    pub fn in_memory(session: &str, agent: Option<&str>) -> Self {
        let keys = Keys::of(session, None);
        Self { store: Store::InMemory(InMemory::default()), stem: keys.stem(agent), keys }
    }

    /// A hash of `text` to write, seeded with the machine's key and the session's id, so that it
    /// means nothing outside the session, nor to who knows the id. `domain` separates equal texts of
    /// different meaning.
    pub fn hash(&self, domain: &str, text: &str) -> String {
        self.keys.hash(domain, text.into())
    }

    /// The hash of these words to write.
    pub(crate) fn hash_of_words(&self, domain: &str, words: Words) -> String {
        self.keys.hash(domain, words)
    }

    /// The hash of these words to look for in the session's lines.
    pub(crate) fn sought_words(&self, domain: &str, words: Words) -> Sought {
        self.keys.sought(domain, words)
    }

    /// The hash of `text` to look for in the session's lines.
    pub fn sought(&self, domain: &str, text: &str) -> Sought {
        self.keys.sought(domain, text.into())
    }

    /// Whether new hashes are under the machine's key.
    pub(crate) fn is_keyed(&self) -> bool {
        self.keys.machine.is_some()
    }

    /// The machine's key, if the hashes have one.
    pub(crate) fn machine(&self) -> Option<&MachineKey> {
        self.keys.machine.as_ref()
    }

    /// The hash of a folder, the same in every session. Empty without the machine's key.
    pub fn project(&self, folder: &Path) -> String {
        let hash = |key: &MachineKey| key.hash("project", &folder.to_string_lossy());
        self.machine().map(hash).map(hex).unwrap_or_default()
    }

    /// The hash of the session alone, the same in all of its ledgers. Empty without the machine's
    /// key.
    pub(crate) fn session(&self) -> String {
        self.keys.session().map(hex).unwrap_or_default()
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

    /// Appends a call; returns whether it is the first one of its ledger on disk. The first one
    /// gets the hash of its `project`.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn append_call_in(
        &self,
        line: &CallLine,
        project: impl FnOnce() -> String,
    ) -> io::Result<bool> {
        match &self.store {
            Store::OnDisk(files) => files.append_call(line, project),
            Store::InMemory(memory) => memory.append_call(line).map(|()| false),
        }
    }

    /// Appends a call of no project; returns whether it is the first one of its ledger on disk.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn append_call(&self, line: &CallLine) -> io::Result<bool> {
        self.append_call_in(line, String::new)
    }

    /// Notes that the agent has forgotten what it read.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn append_reset(&self, source: &str) -> io::Result<()> {
        let line = WarningLine {
            v: LINE_VERSION,
            t: self.now_ms(),
            keyed: self.is_keyed(),
            reset: source.to_owned(),
            ..Default::default()
        };
        self.append_unclaimed(&[line])
    }

    /// The last calls. Empty if there are none or they cannot be read.
    pub fn recent(&self) -> History {
        match &self.store {
            Store::OnDisk(files) => files.recent().unwrap_or_default(),
            Store::InMemory(memory) => memory.recent(),
        }
    }

    /// The state folder. `None` for a recorded session.
    pub(crate) fn state(&self) -> Option<&Path> {
        self.files()?.state()
    }

    /// The session's files. `None` for a recorded session.
    pub(super) fn files(&self) -> Option<&OnDisk> {
        match &self.store {
            Store::OnDisk(files) => Some(files),
            Store::InMemory(_) => None,
        }
    }

    /// Whether the session has a call already.
    pub(crate) fn has_calls(&self) -> bool {
        match &self.store {
            Store::OnDisk(files) => files.has_calls(),
            Store::InMemory(memory) => !memory.recent().calls().is_empty(),
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
        // Of two calls in the same millisecond either may be the later one.
        late.filter(|call| call.t >= since).collect()
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

    /// Appends warnings that are said without a claim.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn append_unclaimed(&self, lines: &[WarningLine]) -> io::Result<()> {
        match &self.store {
            Store::OnDisk(files) => files.append_warnings(lines),
            Store::InMemory(memory) => {
                memory.append_warnings(lines);
                Ok(())
            }
        }
    }

    /// Whether it is the ledger of a session's main agent.
    pub(crate) fn is_main(&self) -> bool {
        self.stem == self.keys.stem(None)
    }

    /// Takes the right to draw for the session, in the ledger of its main agent. `None` if this is
    /// that ledger, or if it cannot be had in time.
    pub(crate) fn claim_of_session(&self) -> Option<Claim> {
        let Store::OnDisk(files) = &self.store else { return None };
        if self.is_main() {
            return None;
        }
        let (file, said) = files.of_stem(&self.keys.stem(None)).lock_warnings().ok()?;
        Some(Claim { sink: Sink::File(file), said })
    }

    /// The arm that this session draws for `rule` if its lines are held out in this share of
    /// sessions: by a hash of the session and the rule, read as a fraction. Each rule draws by
    /// itself.
    pub(crate) fn arm(&self, rule: &str, share: f64) -> Arm {
        self.draw("holdout", rule, share)
    }

    /// The arm that this session draws for the lesson of `rule` if it is not told in this share of
    /// sessions. The lot is independent of that of the rule's lines.
    pub(crate) fn arm_of_lesson(&self, rule: &str, share: f64) -> Arm {
        self.draw("lesson", rule, share)
    }

    fn draw(&self, domain: &str, rule: &str, share: f64) -> Arm {
        let lot = |key: &MachineKey| key.hash(domain, &format!("{}\0{rule}", self.session()));
        // 2^64 is exact as a float, and so is every share's product with it to 53 bits.
        let is_below = |lot: u64| (lot as f64) < share * 18_446_744_073_709_551_616.0;
        if self.machine().map(lot).is_some_and(is_below) { Arm::HeldOut } else { Arm::Told }
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

    /// The warnings of the session's main agent, read without a claim. `None` if this is its ledger.
    pub(crate) fn warnings_of_session(&self) -> Option<Vec<WarningLine>> {
        let Store::OnDisk(files) = &self.store else { return None };
        (!self.is_main())
            .then(|| files.of_stem(&self.keys.stem(None)).warnings().unwrap_or_default())
    }

    /// Every warning so far, oldest first, read without a claim.
    pub(crate) fn warnings(&self) -> Vec<WarningLine> {
        match &self.store {
            Store::OnDisk(files) => files.warnings().unwrap_or_default(),
            Store::InMemory(memory) => memory.warnings(),
        }
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
        assert_eq!(ledger.hash("key", &long), "c6e1191aa2f3f6c2");
        // Texts up to this length are hashed whole.
        for (len, expected) in [(20_000, "c84af69b300fb64d"), (32 << 10, "dd812641e16cf928")] {
            assert_eq!(ledger.hash("key", &"x".repeat(len)), expected, "{len} bytes");
        }
        // Of a long text the first 32 KiB and the length count.
        let with = |len: usize, at: usize| {
            let mut text = vec![b'x'; len];
            text.splice(at..=at, *b"y");
            ledger.hash("key", &String::from_utf8(text).unwrap())
        };
        let kept = 32 << 10;
        assert_eq!(with(100_000, kept), ledger.hash("key", &long));
        assert_ne!(with(100_000, kept - 1), ledger.hash("key", &long));
        let part = Words { text: &"x".repeat(kept), bytes: 100_000 };
        assert_eq!(ledger.hash_of_words("key", part), ledger.hash("key", &long));
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
