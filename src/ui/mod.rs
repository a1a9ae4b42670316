//! How a person sees it: printing, styles, number formats.

pub mod format;
pub mod print;
pub mod progress;
pub mod prompt;
pub mod span;
pub mod style;
