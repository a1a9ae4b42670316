//! Better commands, built from the parsed one flag by flag. A command with a part that is not
//! understood is not rewritten.

pub mod basic_pattern;
pub mod expression;
pub mod find;
pub mod find_grep;
pub mod git;
pub mod git_grep;
pub mod grep;
pub mod listing;
pub mod pattern;
pub mod view;
