//! What rules of this topic share.

pub(crate) mod quiet;
