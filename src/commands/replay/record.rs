//! What a recording tells of one call: the hook's input, as the client sent it or would have, and
//! what goes with it.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::path::Path;

use siphasher::sip::SipHasher13;

use crate::protocol::client::Client;
use crate::protocol::json;

/// One hook input of the past.
#[derive(Debug, Default)]
pub struct Record<'r> {
    /// The input.
    pub input: Cow<'r, str>,
    /// The sub-agent, where the input does not tell.
    pub agent: Option<Cow<'r, str>>,
    /// The client, where more is known of it than the input tells.
    pub client: Option<Client>,
    /// When the call ended, unix ms.
    pub time_ms: Option<u64>,
    /// Where the session began.
    pub project: Option<Cow<'r, Path>>,
}

/// What a line of a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Part of a recording, with or without a call in it.
    Known,
    /// A call for which its client runs no hook: refused, rejected, or one of the client's own
    /// matters.
    Unhooked,
    /// A call that stands in another file too: a session was forked or resumed.
    Copied,
    /// JSON of something else.
    Foreign,
    /// No JSON object.
    Unreadable,
}

/// Fields with the names that they have in a line.
macro_rules! fields {
    ($($field:ident: $name:literal,)*) => {
        /// The fields of a line by which its kind is known, as raw JSON.
        pub(super) struct Fields<'l> {
            $(pub(super) $field: Option<&'l str>,)*
        }

        impl<'l> Fields<'l> {
            /// Picks them; `None` of what is no JSON object.
            pub(super) fn of(line: &'l str) -> Option<Self> {
                let [$($field),*] = json::pick(line, &[$($name),*]).ok()?;
                // A null says no more than nothing.
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
    payload: "payload",
    event: "hook_event_name",
    command: "cmd",
}

/// A hook input in the making: fields in the order in which clients send them.
pub(super) struct Input(String);

impl Input {
    /// An input of this event.
    pub(super) fn new(event: &str) -> Self {
        Self(format!(r#"{{"hook_event_name":"{event}""#))
    }

    /// With a value that is JSON already.
    pub(super) fn raw(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.0.push_str(",\"");
            self.0.push_str(name);
            self.0.push_str("\":");
            self.0.push_str(value);
        }
        self
    }

    /// With a text.
    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, Some(&quoted(value)))
    }

    /// The whole.
    pub(super) fn done(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    // A string cannot fail to be one.
    serde_json::to_string(text).unwrap_or_default()
}

/// Calls that began and have not ended yet, by their ids.
pub(super) struct Pending<T>(VecDeque<(String, T)>);

/// Most calls that are waited for; those that never end give way.
const MAX_PENDING: usize = 1000;

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Pending<T> {
    /// Notes that a call began.
    pub(super) fn begin(&mut self, id: String, call: T) {
        if self.0.len() >= MAX_PENDING {
            self.0.pop_front();
        }
        self.0.push_back((id, call));
    }

    /// The call that has ended.
    pub(super) fn end(&mut self, id: &str) -> Option<T> {
        let at = self.0.iter().rposition(|(known, _)| known == id)?;
        self.0.remove(at).map(|(_, call)| call)
    }
}

/// The calls that were seen in files that share a beginning, by hashes: when a session is forked,
/// its lines are copied.
#[derive(Default)]
pub(super) struct Seen(HashSet<u64>);

impl Seen {
    /// Notes a call with this id that ended at this time; whether it is a new one.
    pub(super) fn is_new(&mut self, id: &str, time_ms: u64) -> bool {
        self.0.insert(SipHasher13::new_with_keys(time_ms, 0).hash(id.as_bytes()))
    }
}
