//! What clients send and what they accept.

mod batch;
pub mod client;
pub(crate) mod codex;
pub mod dialect;
pub mod error;
pub mod event;
pub mod excerpt;
mod input;
pub mod json;
pub mod reply;
pub(crate) mod response;
mod start;
pub mod stdin;
mod tool;

use once_cell::unsync::OnceCell;

use client::Client;
use error::EventError;
use event::{Event, EventName};
use excerpt::Kept;

/// The event in `kept`, and the client that sent it.
///
/// `name` gets the client that the event's dialect implies, and returns the client by name if one
/// is known. `ai_agent` is the value of `AI_AGENT`. The event borrows from `room` if it was
/// translated from another dialect.
///
/// # Errors
/// When the text is not one JSON object, or the event or tool that it names is unknown.
pub fn read<'a>(
    kept: impl Into<Kept<'a>>,
    room: &'a OnceCell<String>,
    name: impl FnOnce(Option<Client>) -> Option<Client>,
    ai_agent: Option<&str>,
) -> Result<(Event<'a>, Client), EventError> {
    let kept = kept.into();
    let (event, by_dialect) = dialect::read(kept, room)?;
    // Other events show their client by themselves, and are not read again for it.
    let by_dialect = match event.name {
        EventName::SessionStart => by_dialect.or_else(|| start::client(kept.text())),
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
