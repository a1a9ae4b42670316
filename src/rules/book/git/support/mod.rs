//! Parts that rules of this topic share.

pub(crate) mod call;
pub(crate) mod command;
pub(crate) mod long_options;
pub(crate) mod look;
pub(crate) mod output;
pub(crate) mod repository;
pub(crate) mod work;
