//! What clients send and what they accept.

mod batch;
pub mod client;
pub(crate) mod codex;
pub mod dialect;
pub(crate) mod error;
pub mod event;
mod input;
pub mod json;
pub mod reply;
pub(crate) mod response;
mod start;
mod tool;

use std::io::{self, Read};

use once_cell::unsync::OnceCell;

use client::Client;
use error::{EventError, MAX_INPUT_BYTES};
use event::{Event, EventName};

/// Initial size of the input buffer, bytes. Most inputs fit (p90 of real ones: 24 KB).
const BUFFER_BYTES: usize = 32 << 10;

/// All of stdin.
///
/// # Errors
/// When stdin is too large, or cannot be read.
pub(crate) fn read_stdin() -> Result<Vec<u8>, EventError> {
    let mut bytes = Vec::with_capacity(BUFFER_BYTES);
    let limit = MAX_INPUT_BYTES as u64 + 1;
    io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|_| EventError::Empty)?;
    if bytes.len() > MAX_INPUT_BYTES {
        return Err(EventError::TooLarge);
    }
    Ok(bytes)
}

/// An input as text. Bytes that are not UTF-8 become U+FFFD, which may take longer than a call has
/// for 16 MB of them.
pub(crate) fn text(input: Vec<u8>) -> String {
    String::from_utf8(input)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The event in `text`, and the client that sent it.
///
/// `name` gets the client that the event's dialect implies, and returns the client by name if one
/// is known. `ai_agent` is the value of `AI_AGENT`. The event borrows from `room` if it was
/// translated from another dialect.
///
/// # Errors
/// When the text is not one JSON object, or the event or tool that it names is unknown.
pub fn read<'a>(
    text: &'a str,
    room: &'a OnceCell<String>,
    name: impl FnOnce(Option<Client>) -> Option<Client>,
    ai_agent: Option<&str>,
) -> Result<(Event<'a>, Client), EventError> {
    let (event, by_dialect) = dialect::read(text, room)?;
    // Other events show their client by themselves, and are not read again for it.
    let by_dialect = match event.name {
        EventName::SessionStart => by_dialect.or_else(|| start::client(text)),
        _ => by_dialect,
    };
    let detected = Client::detect(&event, ai_agent);
    let client = match name(by_dialect) {
        // A name has no version, so the detected one is kept.
        Some(Client::Claude(None)) if detected.name() == Client::Claude(None).name() => detected,
        Some(named) => named,
        None => detected,
    };
    Ok((event, client))
}
