//! Which client starts a session. The event looks the same in all of them, but for the fields that
//! are not Claude Code's.

use super::client::Client;
use super::json;

/// The client whose fields the SessionStart in `body` has; `None` if they are Claude Code's. Seen
/// with Codex 0.171.0, Qwen Code 0.24.4 and Gemini CLI 0.61.0.
pub(super) fn client(body: &str) -> Option<Client> {
    let [transcript, timestamp, mode] =
        json::pick(body, &["transcript_path", "timestamp", "permission_mode"]).ok()?;
    let transcript = transcript.and_then(json::string).unwrap_or_default();
    let name = transcript.rsplit(['/', '\\']).next().unwrap_or_default();
    match (timestamp, mode) {
        (Some(_), Some(_)) => Some(Client::Qwen),
        (Some(_), None) => Some(Client::Gemini),
        _ => name.starts_with("rollout-").then_some(Client::Codex),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_its_own_fields() {
        let of = |fields: &str| client(&format!(r#"{{"hook_event_name":"SessionStart"{fields}}}"#));
        assert_eq!(of(r#","transcript_path":"/h/.claude/projects/x/b329.jsonl""#), None);
        assert_eq!(of(""), None);
        assert_eq!(of(r#","transcript_path":null,"permission_mode":"default""#), None);
        let codex = r#","transcript_path":"/h/.codex/sessions/2026/11/30/rollout-2026-x.jsonl","permission_mode":"x""#;
        assert_eq!(of(codex), Some(Client::Codex));
        assert_eq!(of(r#","timestamp":"2026","permission_mode":"yolo""#), Some(Client::Qwen));
        assert_eq!(of(r#","timestamp":"2026""#), Some(Client::Gemini));
    }
}
