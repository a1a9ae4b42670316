//! Which calls the statistics count.

use clap::Args;

use super::comparison::Spans;
use crate::protocol::client::Client;
use crate::ui::span::Since;

/// Which calls are counted.
#[derive(Debug, Default, Args)]
pub(super) struct StatsFilter {
    /// Only calls since then: a span such as 12h or 7d, a date such as 2026-11-20, `yesterday`
    #[arg(long, value_name = "TIME", value_parser = Since::parse)]
    pub(super) since: Option<Since>,
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
        Spans::new(self.since.map(|since| now.saturating_sub(since.start(now))), now)
    }

    /// Whether it excludes any calls.
    pub(super) fn is_set(&self) -> bool {
        self.since.is_some() || self.session.is_some() || self.client.is_some()
    }
}
