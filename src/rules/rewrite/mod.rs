//! Better commands, built from the parsed one flag by flag. A command with a part that is not
//! understood is not rewritten.

pub(crate) mod basic_pattern;
pub(crate) mod expression;
mod filters;
pub(crate) mod find;
pub(crate) mod find_grep;
pub(crate) mod git;
pub(crate) mod git_grep;
pub(crate) mod grep;
pub(crate) mod listing;
pub(crate) mod pattern;
pub(crate) mod place;
pub(crate) mod reader;
pub(crate) mod ripgrep;
pub(crate) mod view;
