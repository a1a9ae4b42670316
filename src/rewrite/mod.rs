//! Better commands, made from the parsed one flag by flag. Anything that is not understood: no rewrite.

pub(crate) mod find;
pub(crate) mod git;
pub(crate) mod grep;
mod pattern;
