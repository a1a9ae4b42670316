//! One call of a recording: the input that the client sent to the hook or would have sent, and what
//! the recording adds to it.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::path::Path;

use once_cell::unsync::OnceCell;
use siphasher::sip::SipHasher13;

use super::lineage::SeenRollouts;
use crate::protocol;
use crate::protocol::client::Client;
use crate::protocol::error::{EventError, MAX_INPUT_BYTES};
use crate::protocol::event::Event;
use crate::protocol::json;

/// One recorded hook input.
#[derive(Debug, Default)]
pub(crate) struct Record<'r> {
    /// The input.
    pub(super) input: Cow<'r, str>,
    /// The sub-agent, if the input does not name it.
    pub(super) agent: Option<Cow<'r, str>>,
    /// The client, if the recording says more about it than the input.
    pub(super) client: Option<Client>,
    /// When the call ended, unix ms.
    pub(super) time_ms: Option<u64>,
    /// The folder in which the session began.
    pub(crate) project: Option<Cow<'r, Path>>,
}

impl Record<'_> {
    /// The event and its client, as the hook would have read them. The event borrows from `room`
    /// if it was translated from another dialect.
    ///
    /// # Errors
    /// When the input is not a valid event.
    pub(crate) fn event<'r>(
        &'r self,
        room: &'r OnceCell<String>,
    ) -> Result<(Event<'r>, Client), EventError> {
        if self.input.len() > MAX_INPUT_BYTES {
            return Err(EventError::TooLarge);
        }
        let name = |named: Option<Client>| named.or(self.client);
        let (mut event, client) = protocol::read(self.input.as_ref(), room, name, None)?;
        if let Some(agent) = &self.agent {
            event.agent = Some(agent.clone());
        }
        Ok((event, client))
    }
}

/// What a line of a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// Nothing but white space.
    Empty,
    /// Part of a recording, with or without a call.
    Known,
    /// A call for which its client runs no hook: it was refused or rejected, or is internal to the
    /// client.
    Unhooked,
    /// A call that is in another file too: the session was forked or resumed.
    Copied,
    /// A call that another thread takes.
    Elsewhere,
    /// A JSON object that is not part of a recording.
    Foreign,
    /// Not a JSON object.
    Unreadable,
}

/// Defines the fields and their names in a line.
macro_rules! fields {
    ($($field:ident: $name:literal,)*) => {
        /// The fields that distinguish the kinds of lines, as raw JSON.
        #[derive(Clone, Copy)]
        pub(super) struct LineFields<'l> {
            $(pub(super) $field: Option<&'l str>,)*
        }

        impl<'l> LineFields<'l> {
            /// The fields of a line; `None` if it is not a JSON object.
            pub(super) fn of(line: &'l str) -> Option<Self> {
                let [$($field),*] = json::pick(line, &[$($name),*]).ok()?;
                // A null means the same as an absent field.
                Some(Self { $($field: $field.filter(|raw| *raw != "null")),* })
            }
        }
    };
}

fields! {
    kind: "type",
    subtype: "subtype",
    message: "message",
    result: "toolUseResult",
    session: "sessionId",
    agent: "agentId",
    sidechain: "isSidechain",
    summary: "isCompactSummary",
    cwd: "cwd",
    version: "version",
    timestamp: "timestamp",
    uuid: "uuid",
    parent: "parentUuid",
    permission: "permissionDecision",
    attachment: "attachment",
    payload: "payload",
    data: "data",
    event: "hook_event_name",
    session_id: "session_id",
    command: "cmd",
}

/// Builds a hook input, with its fields in the order in which clients send them.
pub(super) struct HookInput(String);

impl HookInput {
    /// An input of this event.
    pub(super) fn new(event: &str) -> Self {
        Self(format!(r#"{{"hook_event_name":"{event}""#))
    }

    /// Adds a field with a raw JSON value, if there is one.
    pub(super) fn raw(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.0.push_str(",\"");
            self.0.push_str(name);
            self.0.push_str("\":");
            self.0.push_str(value);
        }
        self
    }

    /// Adds a field with a text.
    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, Some(&quoted(value)))
    }

    /// The finished input.
    pub(super) fn done(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    // Serializing a string cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}

/// Calls that have begun and not ended yet, by their ids.
pub(super) struct Pending<T>(VecDeque<(String, T)>);

/// Most pending calls. The oldest ones, which may never end, are dropped first.
const MAX_PENDING: usize = 1000;

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Pending<T> {
    /// Adds a call that began.
    pub(super) fn begin(&mut self, id: String, call: T) {
        if self.0.len() >= MAX_PENDING {
            self.0.pop_front();
        }
        self.0.push_back((id, call));
    }

    /// Removes and returns the call that ended.
    pub(super) fn end(&mut self, id: &str) -> Option<T> {
        let at = self.0.iter().rposition(|(known, _)| known == id)?;
        self.0.remove(at).map(|(_, call)| call)
    }
}

/// The calls of the files that were read before and belong together: copies of them count once.
#[derive(Default)]
pub(super) struct SeenCalls {
    /// Those of Codex.
    pub(super) rollouts: SeenRollouts,
    calls: HashSet<u64>,
    /// The calls of sub-agents, without their times.
    of_agents: HashSet<u64>,
}

impl SeenCalls {
    /// Adds a call of Claude Code with this id that ended at this time, unix ms. Returns whether it
    /// is a new one. A message inside a line of the session (`is_nested`) may have another time than
    /// in the sub-agent's own transcript.
    pub(super) fn insert(
        &mut self,
        id: &str,
        time_ms: u64,
        agent: Option<&str>,
        is_nested: bool,
    ) -> bool {
        let hash = |seed, text: &str| SipHasher13::new_with_keys(seed, 0).hash(text.as_bytes());
        let is_new = self.calls.insert(hash(time_ms, id));
        let Some(agent) = agent else { return is_new };
        let is_new_of_agent = self.of_agents.insert(hash(0, &format!("{agent} {id}")));
        is_new && (is_new_of_agent || !is_nested)
    }
}
