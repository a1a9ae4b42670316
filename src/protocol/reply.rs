//! What leaves on stdout: one line of JSON, in one write, or nothing.

use std::io::{self, Write};

use serde::Serialize;

use super::client::Client;
use super::event::EventName;
use crate::base::process;

/// What most clients take. No other key: Codex drops an answer with one that it does not know.
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

/// The whole line for `text`, which answers `event`, in the client's form. The event's name is
/// echoed, since clients drop an answer to another event.
///
/// # Errors
/// When the text cannot be put into JSON, which no text does.
pub fn line(client: Client, event: EventName, text: &str) -> serde_json::Result<Vec<u8>> {
    let mut line = match client {
        Client::Cursor => serde_json::to_vec(&ForCursor { additional_context: text }),
        Client::Copilot | Client::Opencode => {
            serde_json::to_vec(&AtTheTop { additional_context: text })
        }
        Client::Cline => {
            serde_json::to_vec(&ForCline { cancel: false, context_modification: text })
        }
        _ => {
            let name = if client == Client::Gemini { "AfterTool" } else { event.as_str() };
            let output = Output { hook_event_name: name, additional_context: text };
            serde_json::to_vec(&Reply { hook_specific_output: output })
        }
    }?;
    line.push(b'\n');
    Ok(line)
}

/// What a client wants to read where there is nothing to say; most want nothing.
pub fn silence(client: Client) -> &'static [u8] {
    if matches!(client, Client::Cursor | Client::Cline) { b"{}\n" } else { b"" }
}

/// Writes `line` to standard output at once, if there is one. That nobody reads it is not an error.
pub fn send(line: &[u8]) {
    if line.is_empty() {
        return;
    }
    process::block_sigpipe();
    let mut stdout = io::stdout().lock();
    // The line ends in a line break, so the line-buffered stdout passes it on in one write.
    let _ = stdout.write_all(line).and_then(|()| stdout.flush());
}
