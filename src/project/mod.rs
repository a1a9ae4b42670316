//! What is so on this machine: files, programs, git.

pub mod environment;
pub mod git;
pub mod javascript;
pub mod languages;
pub(crate) mod programs;
pub mod python;
pub mod runner;
pub mod secrets;
pub mod unknown;
pub mod workspace;
