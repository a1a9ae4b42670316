//! What the rules about searches share.

pub mod better_search;
pub mod output;
pub mod scope;
