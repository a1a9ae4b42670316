//! What rules say, and that it is true.

pub mod catalogue;
pub mod corpus;
#[cfg(unix)]
mod differential;
#[path = "../../../fuzz/src/example_event.rs"]
mod example_event;
pub mod example_world;
pub mod examples;
pub mod files;
pub mod git;
#[cfg(unix)]
pub mod git_files;
mod large_output;
pub mod metamorphic;
mod names;
#[path = "../../../fuzz/src/names.rs"]
mod names_body;
pub mod properties;
pub mod secrets;
pub mod shell;
pub mod texts;
