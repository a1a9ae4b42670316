//! Better commands, made from the parsed one flag by flag. Anything that is not understood: no rewrite.

pub(crate) mod alternation;
mod expression;
pub(crate) mod find;
pub(crate) mod find_grep;
pub(crate) mod git;
pub(crate) mod git_grep;
pub(crate) mod grep;
pub(crate) mod listing;
mod pattern;
pub(crate) mod view;
