//! Parts that rules of this topic share.

pub mod generated;
