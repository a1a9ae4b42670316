//! Parts that rules of this topic share.

pub(crate) mod ci;
pub(crate) mod ending;
pub(crate) mod foreground;
pub(crate) mod sleep;
pub(crate) mod time_limit;
