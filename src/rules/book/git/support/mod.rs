//! Parts that rules of this topic share.

pub(crate) mod asking;
pub(crate) mod discarded;
