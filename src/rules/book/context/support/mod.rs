//! What rules of this topic share.

pub(crate) mod loud;
pub(crate) mod quiet;
