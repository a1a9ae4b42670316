//! Parts that rules of this topic share.

pub mod purpose;
pub mod synonyms;
