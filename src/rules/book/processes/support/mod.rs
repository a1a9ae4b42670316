//! Parts that rules of this topic share.

pub mod ending;
pub mod foreground;
pub mod sleep;
pub mod terminal_forms;
pub mod terminal_programs;
pub mod time_limit;
