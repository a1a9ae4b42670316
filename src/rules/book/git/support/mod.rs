//! Parts that rules of this topic share.

pub mod asking;
pub mod discarded;
