//! The commands of the program.

pub(crate) mod breaker_line;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod context;
pub(crate) mod doctor;
pub(crate) mod error;
pub(crate) mod exit;
pub(crate) mod explain;
pub(crate) mod export;
#[cfg(fuzzing)]
pub mod fuzz;
pub(crate) mod habit;
pub(crate) mod hook;
pub(crate) mod install;
pub(crate) mod lesson_line;
pub(crate) mod lessons;
pub(crate) mod log;
pub mod manual;
pub(crate) mod mute;
pub(crate) mod read_call;
pub(crate) mod replay;
pub(crate) mod rules;
pub(crate) mod runner;
pub(crate) mod stats;
pub(crate) mod tips;
pub mod transcripts;
pub(crate) mod trust;
pub(crate) mod version;
pub(crate) mod whose;
