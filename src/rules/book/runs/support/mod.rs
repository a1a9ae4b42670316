//! Parts that rules of this topic share.

pub mod checks;
pub mod failing;
