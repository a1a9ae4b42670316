//! What people and agents run.

pub mod breaker_line;
pub mod completions;
pub mod context;
pub mod doctor;
pub mod error;
pub mod explain;
#[cfg(fuzzing)]
pub mod fuzz;
pub mod hook;
pub mod install;
pub mod mute;
pub mod replay;
pub mod rules;
pub mod stats;
pub mod trust;
