//! Which calls the statistics count.

use crate::protocol::client::Client;

/// Which calls are counted.
#[derive(Debug, Default)]
pub(crate) struct StatsFilter {
    /// Only calls of the last so many ms.
    pub(crate) since_ms: Option<u64>,
    /// Only the session with this id, its sub-agents with it.
    pub(crate) session: Option<String>,
    /// Only calls of this client.
    pub(crate) client: Option<Client>,
}

impl StatsFilter {
    /// Whether it excludes any calls.
    pub(super) fn is_set(&self) -> bool {
        self.since_ms.is_some() || self.session.is_some() || self.client.is_some()
    }
}
