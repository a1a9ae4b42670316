//! What each kind of advised command must do.

pub mod git;
pub mod large;
pub mod listing;
pub mod masked;
pub mod narrowed;
pub mod same;
pub mod secret;
