//! Parts that rules of this topic share.

pub(crate) mod advice;
pub(crate) mod call;
pub(crate) mod command;
pub(crate) mod output;
pub(crate) mod repository;
pub(crate) mod work;
