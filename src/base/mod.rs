//! Building blocks that know nothing of rules and calls: bytes, text, files, time.

pub(crate) mod bytes;
pub mod calendar;
pub mod deadline;
pub(crate) mod env;
pub(crate) mod file_error;
pub(crate) mod glob;
pub(crate) mod id;
pub(crate) mod nearest;
pub mod process;
pub mod read;
pub(crate) mod state_dir;
pub mod text;
