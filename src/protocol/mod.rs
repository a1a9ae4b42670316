//! What agents send and what they accept.

pub mod client;
pub mod dialect;
pub mod event;
pub mod input;
pub mod json;
pub mod reply;
pub mod response;
