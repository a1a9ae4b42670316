//! What rules of several topics share.

pub mod command_text;
pub mod not_found;
pub mod output;
pub mod project_file;
