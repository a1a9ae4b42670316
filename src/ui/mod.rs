//! How a person sees it: printing, styles, number formats.

pub mod format;
pub mod progress;
pub mod style;
