//! Reads git's files without starting git.

pub mod ignore;
pub mod index;
