//! Parts that rules of this topic share.

pub mod ending;
pub mod foreground;
pub mod sleep;
pub mod time_limit;
