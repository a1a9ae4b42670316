//! Reads git's files without starting git.

pub(crate) mod ignore;
pub mod index;
pub(crate) mod remote;
