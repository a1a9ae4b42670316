//! Parts that rules of this topic share.

pub mod absence;
pub mod guards;
