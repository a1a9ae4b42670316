//! What knows nothing of this program: bytes, text, files, time.

pub mod bytes;
pub mod calendar;
pub mod deadline;
pub mod error;
pub mod glob;
pub mod process;
pub mod read;
pub mod state_dir;
pub mod text;
