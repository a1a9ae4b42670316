//! Building blocks that know nothing of rules and calls: bytes, text, files, time.

pub mod bytes;
pub mod calendar;
pub mod deadline;
pub mod env;
pub mod file_error;
pub mod glob;
pub mod id;
pub mod nearest;
pub mod process;
pub mod read;
pub mod state_dir;
pub mod text;
