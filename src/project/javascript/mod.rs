//! Projects of JavaScript: their package manager, and what is asked of it.

mod manifest;
pub mod package_manager;
pub mod project;
pub mod request;
mod rewrite;
