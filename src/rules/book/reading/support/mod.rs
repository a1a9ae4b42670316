//! What rules of this topic share.

pub(crate) mod main_context;
