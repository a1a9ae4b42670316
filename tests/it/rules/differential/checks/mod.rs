//! What each kind of advised command must do.

pub mod git;
pub mod large;
mod lines;
pub mod listing;
pub mod masked;
pub mod narrowed;
mod reader;
pub mod same;
pub mod secret;
mod words;
