//! Parts that rules of this topic share.

pub mod active;
pub mod launch;
pub mod place;
