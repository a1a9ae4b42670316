//! Parts that rules of this topic share.

pub mod exposure;
pub mod places;
pub mod sources;
