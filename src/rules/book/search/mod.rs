//! Searching files and file names.

pub(crate) mod find_grep_pipeline;
pub(crate) mod find_name_search;
pub(crate) mod grep_recursive;
pub(crate) mod grep_tool_broad;
pub(crate) mod list_tree_unbounded;
pub(crate) mod rg_bre_alternation;
pub(crate) mod rg_replace;
pub(crate) mod support;
