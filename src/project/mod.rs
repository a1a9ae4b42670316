//! What is true on this machine around a call: files, programs, git, and what is known about
//! languages, test runners and package managers.

pub(crate) mod disk;
pub mod environment;
pub mod git;
pub(crate) mod javascript;
pub(crate) mod languages;
pub(crate) mod programs;
pub(crate) mod python;
pub(crate) mod questions;
pub(crate) mod runner;
pub mod secrets;
pub(crate) mod unknown;
mod workspace;
