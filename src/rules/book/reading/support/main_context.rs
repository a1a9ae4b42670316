//! Whether a call fills the main context of a session.

use crate::protocol::client::Client;
use crate::rules::case::Case;

/// Whether the call's result goes into a context that grows with the session, and a Read or a
/// sub-agent could have kept it smaller. A sub-agent has a small context of its own. Codex reads by
/// shell commands only, and starts sub-agents only if the user asks for them.
pub(crate) fn fills_main_context(case: &Case) -> bool {
    case.event.agent.is_none() && matches!(case.environment.client, Client::Claude(_))
}
