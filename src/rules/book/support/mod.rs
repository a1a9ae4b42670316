//! What rules of several topics share.

pub(crate) mod command_text;
pub(crate) mod diff_size;
pub(crate) mod generated_file;
pub(crate) mod not_found;
pub(crate) mod output;
pub(crate) mod project_file;
pub(crate) mod refused;
pub(crate) mod waiting;
