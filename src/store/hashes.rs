//! The hashes in a session's ledger.

use std::borrow::Cow;

use siphasher::sip::SipHasher13;

use super::key::MachineKey;
use crate::protocol::event::Words;

/// A text longer than this is hashed by its beginning and its length, bytes.
const HASHED_BYTES: usize = 32 << 10;

/// What the hashes in a session's ledger are made with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    /// `None` for a store that cannot be written, and for recorded sessions.
    pub(super) machine: Option<MachineKey>,
    /// For new lines.
    seed: Seed,
    /// For the names of files. They reveal no more than that the session was here, and version 0.1
    /// must find the same files: two programs that are registered side by side share the lock.
    name: Seed,
    /// For lines of version 0.1, while these are matched.
    unkeyed: Option<Seed>,
}

impl Keys {
    pub(super) fn of(session: &str, machine: Option<MachineKey>) -> Self {
        let unkeyed = Seed::of(session);
        let keyed = machine.map(|key| {
            let (one, other) = key.hash_of_session(session);
            Seed(one, other)
        });
        let is_matched = machine.is_some_and(|key| key.matches_unkeyed());
        Self {
            machine,
            seed: keyed.unwrap_or(unkeyed),
            name: unkeyed,
            unkeyed: is_matched.then_some(unkeyed),
        }
    }

    /// The session's hash under the machine's key, the same for all of its agents.
    pub(super) fn session(&self) -> Option<u64> {
        self.machine.map(|key| key.hash("session", &self.seed.hash("session", "".into())))
    }

    /// A hash to write.
    pub(super) fn hash(&self, domain: &str, words: Words) -> String {
        self.seed.hash(domain, words)
    }

    /// A hash to look for.
    pub(super) fn sought(&self, domain: &str, words: Words) -> Sought {
        Sought {
            hash: self.hash(domain, words),
            unkeyed: self.unkeyed.map(|seed| seed.hash(domain, words)),
        }
    }

    /// The session's hash comes first, so its sub-agents' files are found by the beginning of their
    /// names.
    pub(super) fn stem(self, agent: Option<&str>) -> String {
        match agent.filter(|agent| !agent.is_empty()) {
            None => self.name.hash("agent", "".into()),
            Some(agent) => {
                self.name.hash("agent", "".into()) + "-" + &self.name.hash("agent", agent.into())
            }
        }
    }
}

/// The key of a session's hashes.
#[derive(Debug, Clone, Copy)]
struct Seed(u64, u64);

impl Seed {
    /// The seed of version 0.1, which who knows the session's id can compute.
    fn of(session: &str) -> Self {
        let seed = |n| SipHasher13::new_with_keys(0, n).hash(session.as_bytes());
        Self(seed(0), seed(1))
    }

    fn hash(self, domain: &str, words: Words) -> String {
        let text = words.text.as_bytes();
        let part = text.get(..HASHED_BYTES).unwrap_or(text);
        let mut bytes = Vec::with_capacity(domain.len() + 1 + part.len() + 8);
        bytes.extend_from_slice(domain.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(part);
        if words.bytes > HASHED_BYTES {
            bytes.extend_from_slice(&words.bytes.to_le_bytes());
        }
        hex(SipHasher13::new_with_keys(self.0, self.1).hash(&bytes))
    }
}

/// The text of a hash. Each call makes four, and formatting takes three times the instructions.
pub(super) fn hex(hash: u64) -> String {
    let mut digits = Vec::with_capacity(16);
    for byte in hash.to_be_bytes() {
        digits.extend([byte >> 4, byte & 15].map(|digit| match digit {
            0..10 => b'0' + digit,
            _ => b'a' - 10 + digit,
        }));
    }
    String::from_utf8(digits).unwrap_or_default()
}

/// A hash that is looked for: as this version writes it, and for a while as version 0.1 did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sought {
    /// As this version writes it.
    pub hash: String,
    unkeyed: Option<String>,
}

impl Sought {
    /// This hash alone.
    pub fn of(hash: &str) -> Self {
        Self { hash: hash.to_owned(), unkeyed: None }
    }

    /// Both forms.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        [Some(self.hash.as_str()), self.unkeyed.as_deref()].into_iter().flatten()
    }

    /// Whether a stored hash is this one.
    pub fn is(&self, stored: &str) -> bool {
        self.forms().any(|form| form == stored)
    }
}

impl PartialEq<Sought> for Cow<'_, str> {
    fn eq(&self, sought: &Sought) -> bool {
        sought.is(self)
    }
}

impl PartialEq<Sought> for String {
    fn eq(&self, sought: &Sought) -> bool {
        sought.is(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_sixteen_digits() {
        for hash in [0, 1, 0x0123_4567_89ab_cdef, u64::MAX] {
            assert_eq!(hex(hash), format!("{hash:016x}"));
        }
    }
}
