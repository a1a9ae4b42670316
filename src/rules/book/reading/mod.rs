//! Reading files.

pub(crate) mod cat_view_file;
pub(crate) mod mass_read_main;
pub(crate) mod read_generated_file;
pub(crate) mod read_large_whole;
pub(crate) mod reread_same_range;
pub(crate) mod sequential_independent;
pub(crate) mod support;
