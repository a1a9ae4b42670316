//! Parts that rules of this topic share.

pub(crate) mod active;
pub(crate) mod launch;
pub(crate) mod place;
