//! What users see: printing, styles, number formats.

pub(crate) mod file;
pub(crate) mod format;
pub(crate) mod html;
pub(crate) mod layout;
pub mod print;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod reason;
pub(crate) mod size;
pub(crate) mod span;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod verbosity;
