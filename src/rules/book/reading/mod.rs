//! Looking at files.

pub mod cat_view_file;
pub mod mass_read_main;
pub mod read_generated_file;
pub mod read_large_whole;
pub mod reread_same_range;
pub mod sequential_independent;
pub mod support;
