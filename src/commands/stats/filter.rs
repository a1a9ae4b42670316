//! Which calls the statistics count.

use clap::Args;

use super::comparison::Spans;
use crate::protocol::client::Client;
use crate::ui::span;

/// Which calls are counted.
#[derive(Debug, Default, Args)]
pub(super) struct StatsFilter {
    /// Only calls of this last time, such as 30m, 12h, 7d
    #[arg(long = "since", value_name = "TIME", value_parser = span::parse)]
    pub(super) since_ms: Option<u64>,
    /// Only the session with this id, including its sub-agents
    #[arg(long, value_name = "ID")]
    pub(super) session: Option<String>,
    /// Only calls from this agent
    #[arg(long, value_name = "CLIENT")]
    pub(super) client: Option<Client>,
}

impl StatsFilter {
    /// What is compared at `now`, unix ms.
    pub(super) fn spans(&self, now: u64) -> Spans {
        Spans::new(self.since_ms, now)
    }

    /// Whether it excludes any calls.
    pub(super) fn is_set(&self) -> bool {
        self.since_ms.is_some() || self.session.is_some() || self.client.is_some()
    }
}
