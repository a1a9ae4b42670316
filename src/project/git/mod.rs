//! Reads git's files without starting git.

mod configured;
pub mod ignore;
pub mod index;
mod pattern;
pub(crate) mod remote;
