//! Searching contents and names.

pub mod find_grep_pipeline;
pub mod find_name_search;
pub mod grep_recursive;
pub mod grep_tool_broad;
pub mod list_tree_unbounded;
pub mod rg_bre_alternation;
pub mod support;
