//! What leaves on stdout: one line of JSON, in one write, or nothing.

use std::io::{self, Write};

use serde::Serialize;

use crate::event::EventName;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply<'a> {
    hook_specific_output: Output<'a>,
}

/// No other key: Codex drops an answer with one that it does not know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'a> {
    hook_event_name: &'a str,
    additional_context: &'a str,
}

/// The whole line for `text`, which answers `event`. The event's name is echoed, since clients drop an answer to
/// another event.
///
/// # Errors
/// When the text cannot be put into JSON, which no text does.
pub fn line(event: EventName, text: &str) -> serde_json::Result<Vec<u8>> {
    let reply =
        Reply { hook_specific_output: Output { hook_event_name: event.as_str(), additional_context: text } };
    let mut line = serde_json::to_vec(&reply)?;
    line.push(b'\n');
    Ok(line)
}

/// Writes `line` to standard output at once. That nobody reads it is not an error.
pub fn send(line: &[u8]) {
    let mut stdout = io::stdout().lock();
    // The line ends in a line break, so the line-buffered stdout passes it on in one write.
    let _ = stdout.write_all(line).and_then(|()| stdout.flush());
}
