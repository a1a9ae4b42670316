//! What the hook reads and answers.

pub mod bad_input;
mod captured;
pub mod clients;
pub mod excerpt;
pub mod memory;
pub mod protocol;
#[cfg(feature = "fault-injection")]
pub mod recorded_calls;
#[cfg(unix)]
pub mod security;
#[cfg(unix)]
pub mod security_words;
