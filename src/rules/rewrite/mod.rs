//! Better commands, made from the parsed one flag by flag. Anything that is not understood: no
//! rewrite.

pub mod alternation;
pub mod expression;
pub mod find;
pub mod find_grep;
pub mod git;
pub mod git_grep;
pub mod grep;
pub mod listing;
pub mod pattern;
pub mod view;
