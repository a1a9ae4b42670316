//! Projects of JavaScript: their package manager, and what is asked of it.

mod manifest;
pub(crate) mod package_manager;
pub(crate) mod project;
pub(crate) mod request;
mod rewrite;
mod words;
