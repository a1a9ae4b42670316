//! The calls of the bench of whole processes: what is in them, and what they take besides time.

pub(crate) mod counts;
pub(crate) mod payload;
