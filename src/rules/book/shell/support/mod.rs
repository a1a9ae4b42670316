//! Parts that rules of this topic share.

pub(crate) mod form;
pub(crate) mod masked;
