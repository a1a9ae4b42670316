//! What the rules about searches share.

pub(crate) mod better_search;
pub(crate) mod output;
pub(crate) mod scope;
