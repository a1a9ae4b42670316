//! What the hook prints on stdout: one line of JSON in one write, or nothing.

use std::io::{self, Write};

use serde::Serialize;

use super::client::Client;
use super::event::EventName;

/// What most clients accept. It must have no other key: Codex ignores a reply with a key that it
/// does not know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply<'a> {
    hook_specific_output: Output<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'a> {
    hook_event_name: &'a str,
    additional_context: &'a str,
}

#[derive(Serialize)]
struct ForCursor<'a> {
    additional_context: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AtTheTop<'a> {
    additional_context: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ForCline<'a> {
    cancel: bool,
    context_modification: &'a str,
}

/// The whole reply to `event` in the client's form, with `text` for the agent. It echoes the
/// event's name, since clients ignore a reply to another event.
///
/// # Errors
/// An error of serde_json, which no text causes.
pub fn line(client: Client, event: EventName, text: &str) -> serde_json::Result<Vec<u8>> {
    let mut line = match client {
        Client::Cursor => serde_json::to_vec(&ForCursor { additional_context: text }),
        Client::Copilot | Client::Opencode | Client::Pi => {
            serde_json::to_vec(&AtTheTop { additional_context: text })
        }
        Client::Cline => {
            serde_json::to_vec(&ForCline { cancel: false, context_modification: text })
        }
        _ => {
            // Other events have the same name there.
            let is_call = event != EventName::SessionStart;
            let name =
                if client == Client::Gemini && is_call { "AfterTool" } else { event.as_str() };
            let output = Output { hook_event_name: name, additional_context: text };
            serde_json::to_vec(&Reply { hook_specific_output: output })
        }
    }?;
    line.push(b'\n');
    Ok(line)
}

/// What the client expects on stdout where there is nothing to say. Most expect nothing.
pub(crate) fn silence(client: Client) -> &'static [u8] {
    if matches!(client, Client::Cursor | Client::Cline) { b"{}\n" } else { b"" }
}

/// Writes `line` to stdout, if there is one. A closed pipe is not an error: its signal is blocked
/// since the time limits began.
pub(crate) fn send(line: &[u8]) {
    if line.is_empty() {
        return;
    }
    let mut stdout = io::stdout().lock();
    // The line ends in a line break, so the line-buffered stdout writes it at once.
    let _ = stdout.write_all(line).and_then(|()| stdout.flush());
}
