//! Tells which calls of a rollout are copies. Codex begins the rollout of a fork, and that of some
//! sub-agents, with the history of its parent, mostly with new times. The beginning of the parent
//! (`session_meta`) is part of that history.
//!
//! The history ends where the rollout's own beginning comes again, or where a turn begins whose id
//! is younger than the rollout (ids are UUIDs with a time, and copies keep theirs), or at the first
//! call that a parent, once read, does not have.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::base::calendar::Utc;
use crate::protocol::json;

/// Longest time between two lines of a copied history, ms. It is written in one go.
const BURST_MS: u64 = 1000;

/// Hexadecimal digits of the time in a UUID of version 7.
const TIME_DIGITS: usize = 12;

/// The beginning of a rollout, from a `session_meta`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RolloutMeta {
    /// The rollout's own id.
    pub(super) id: Option<String>,
    /// The session, which a sub-agent shares with the agent that started it; `None` if it is the id.
    pub(super) session: Option<String>,
    /// The rollout that this one was forked from, or whose agent started this one.
    pub(super) parent: Option<String>,
    /// When it began, unix ms.
    created_ms: Option<u64>,
}

impl RolloutMeta {
    /// Reads the payload of a `session_meta`.
    pub(super) fn of(payload: &str) -> Self {
        let names =
            ["id", "session_id", "forked_from_id", "parent_thread_id", "source", "timestamp"];
        let Ok([id, session, forked_from, parent, source, time]) = json::pick(payload, &names)
        else {
            return Self::default();
        };
        let inner =
            |raw: Option<&'_ str>, name| json::pick(raw?, &[name]).ok()?[0].map(str::to_owned);
        let spawn = inner(inner(source, "subagent").as_deref(), "thread_spawn");
        let spawned = inner(spawn.as_deref(), "parent_thread_id");
        let text = |raw: Option<&str>| raw.and_then(json::string).map(Cow::into_owned);
        let id = text(id);
        let stated = text(time).and_then(|text| Utc::parse(&text)).map(|time| time.0);
        Self {
            session: text(session).filter(|session| Some(session) != id.as_ref()),
            parent: text(forked_from).or(text(parent)).or(text(spawned.as_deref())),
            created_ms: id.as_deref().and_then(uuid_ms).max(stated),
            id,
        }
    }
}

/// The rollouts that were read before.
#[derive(Default)]
pub(super) struct SeenRollouts {
    ids: HashSet<String>,
    /// Hashes of their calls and turns.
    items: HashSet<u64>,
    /// The same, each hashed with the id of its rollout.
    items_of_ids: HashSet<u64>,
}

/// Whose call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The rollout's own.
    Own,
    /// The parent's, whose rollout is not there.
    Parents,
    /// The call of a rollout that was read before.
    Copied,
}

/// Where the reading of one rollout is.
#[derive(Default)]
pub(super) struct Lineage {
    /// The id of a rollout of the first versions, which have no meta.
    name: Option<String>,
    own: Option<RolloutMeta>,
    parent: Option<String>,
    /// In the history of the parent.
    is_copying: bool,
    /// The lines since the beginning of a parent were written in one go, or are older than the
    /// first one.
    is_burst: bool,
    /// The line is older than the first one.
    is_older: bool,
    first_ms: Option<u64>,
    last_ms: Option<u64>,
    /// Hashes of the calls and turns of this rollout, without and with its id.
    items: Vec<(u64, u64)>,
}

impl Lineage {
    /// The lineage of a rollout in a file of this name.
    pub(super) fn new(name: Option<String>) -> Self {
        Self { name, ..Self::default() }
    }

    /// Takes in a `session_meta`. Returns whether it is the rollout's own first one.
    pub(super) fn begin(&mut self, payload: &str) -> bool {
        let meta = RolloutMeta::of(payload);
        match &self.own {
            None => {
                self.parent.clone_from(&meta.parent);
                self.is_copying = meta.parent.is_some();
                self.own = Some(meta);
                true
            }
            Some(own) => {
                self.is_copying = own.id != meta.id;
                self.is_burst = self.is_copying;
                if self.is_copying && self.parent.is_none() {
                    self.parent = meta.id;
                }
                false
            }
        }
    }

    /// Takes in the time of a line, unix ms.
    pub(super) fn line_at(&mut self, ms: u64) {
        let goes_on = self.last_ms.is_none_or(|last| ms <= last.saturating_add(BURST_MS));
        self.is_older = ms < *self.first_ms.get_or_insert(ms);
        self.is_burst &= goes_on || self.is_older;
        self.last_ms = Some(ms);
    }

    /// Takes in the id of a turn that begins.
    pub(super) fn turn(&mut self, id: &str, seen: &SeenRollouts) {
        let (turn, _) = self.note(&["turn", id]);
        let created = self.own.as_ref().and_then(|own| own.created_ms);
        let is_younger = uuid_ms(id).zip(created).is_some_and(|(turn, created)| turn >= created);
        if is_younger && !seen.items.contains(&turn) {
            self.is_copying = false;
        }
    }

    /// Whose call it is that has these parts, of which the first is its id.
    pub(super) fn whose(&mut self, parts: &[&str], seen: &SeenRollouts) -> Whose {
        let (call, of_id) = self.note(parts);
        if seen.items_of_ids.contains(&of_id) {
            return Whose::Copied;
        }
        match &self.parent {
            Some(_) if self.is_copying && seen.items.contains(&call) => Whose::Copied,
            Some(parent) if self.is_copying && seen.ids.contains(parent) => {
                self.is_copying = false;
                Whose::Own
            }
            Some(_) if self.is_copying && (self.is_burst || self.is_older) => Whose::Parents,
            _ => Whose::Own,
        }
    }

    /// Notes an item of this rollout. Returns its hash, and that with the id of the rollout.
    fn note(&mut self, parts: &[&str]) -> (u64, u64) {
        let mut hasher = SipHasher13::new();
        parts.iter().for_each(|part| write(&mut hasher, part));
        let item = hasher.finish();
        write(&mut hasher, self.id().unwrap_or_default());
        self.items.push((item, hasher.finish()));
        (item, hasher.finish())
    }

    fn id(&self) -> Option<&str> {
        self.own.as_ref().and_then(|own| own.id.as_deref()).or(self.name.as_deref())
    }

    /// The session of a call, and in it the sub-agent.
    pub(super) fn session(&self, whose: Whose) -> (Option<&str>, Option<&str>) {
        match self.own.as_ref().and_then(|own| own.session.as_deref()) {
            _ if whose == Whose::Parents => (self.parent.as_deref(), None),
            Some(session) => (Some(session), self.id()),
            None => (self.id(), None),
        }
    }

    /// Whether a line other than a call belongs to the parent, whose rollout has it too.
    pub(super) fn is_copying(&self) -> bool {
        self.is_copying
    }

    /// Adds the calls to those that were read.
    pub(super) fn end(self, seen: &mut SeenRollouts) {
        let Some(id) = self.id().map(str::to_owned) else { return };
        for (item, of_id) in self.items {
            seen.items.insert(item);
            seen.items_of_ids.insert(of_id);
        }
        seen.ids.insert(id);
    }
}

fn write(hasher: &mut SipHasher13, part: &str) {
    hasher.write(part.as_bytes());
    hasher.write_u8(0);
}

/// The time in a UUID of version 7, unix ms.
fn uuid_ms(id: &str) -> Option<u64> {
    let digits: String = id.chars().filter(|c| *c != '-').collect();
    if digits.chars().count() != 32 || digits.chars().nth(TIME_DIGITS) != Some('7') {
        return None;
    }
    u64::from_str_radix(digits.get(..TIME_DIGITS)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_of_version_7_has_a_time() {
        assert_eq!(uuid_ms("01a20629-182f-7390-8338-64856014e8f0"), Some(0x01a2_0629_182f));
        for other in ["01a20629-182f-4390-8338-64856014e8f0", "é1a20629182f7", "c1", ""] {
            assert_eq!(uuid_ms(other), None, "{other}");
        }
    }

    #[test]
    fn a_beginning_names_its_parent_in_any_form() {
        let of = |more: &str| RolloutMeta::of(&format!(r#"{{"id":"c"{more}}}"#)).parent;
        let is = Some("p".to_owned());
        assert_eq!(of(r#","forked_from_id":"p""#), is);
        assert_eq!(of(r#","parent_thread_id":"p","source":"exec""#), is);
        let spawn = r#","source":{"subagent":{"thread_spawn":{"parent_thread_id":"p","depth":1}}}"#;
        assert_eq!(of(spawn), is);
        for none in [r#","source":"exec""#, r#","source":{"subagent":"review"}"#, ""] {
            assert_eq!(of(none), None);
        }
        assert_eq!(RolloutMeta::of("[]"), RolloutMeta::default());
    }
}
