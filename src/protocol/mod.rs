//! What agents send and what they accept.

pub mod client;
pub mod dialect;
pub mod error;
pub mod event;
pub mod input;
pub mod json;
pub mod reply;
pub mod response;

use std::io::{self, Read};

use once_cell::unsync::OnceCell;

use client::Client;
use error::{EventError, MAX_INPUT_BYTES};
use event::Event;

/// Most inputs fit, bytes (p90 of real ones: 24 KB); a larger one grows the buffer.
const BUFFER_BYTES: usize = 32 << 10;

/// All of stdin as text; bytes that are not UTF-8 become U+FFFD.
///
/// # Errors
/// When it is too large, or cannot be read.
pub fn read_stdin() -> Result<String, EventError> {
    let mut bytes = Vec::with_capacity(BUFFER_BYTES);
    let limit = MAX_INPUT_BYTES as u64 + 1;
    io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|_| EventError::Empty)?;
    if bytes.len() > MAX_INPUT_BYTES {
        return Err(EventError::TooLarge);
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The event in `text` and the client that sent it: the one place that answers "who sent this?".
///
/// `name` may name the client; it is given what the event's dialect says. `agent` is the value of
/// `AI_AGENT`. `room` holds the translation of an event in another dialect.
///
/// # Errors
/// When the text is not one JSON object, or names no event or tool that is known in its place.
pub fn read<'a>(
    text: &'a str,
    room: &'a OnceCell<String>,
    name: impl FnOnce(Option<Client>) -> Option<Client>,
    agent: Option<&str>,
) -> Result<(Event<'a>, Client), EventError> {
    let (event, spoken) = dialect::read(text, room)?;
    let detected = Client::detect(&event, agent);
    let client = match name(spoken) {
        // A name alone leaves the version to be detected.
        Some(Client::Claude(None)) if detected.name() == Client::Claude(None).name() => detected,
        Some(named) => named,
        None => detected,
    };
    Ok((event, client))
}
