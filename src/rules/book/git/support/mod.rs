//! Parts that rules of this topic share.

pub mod advice;
pub mod call;
pub mod command;
pub mod output;
pub mod repository;
pub mod work;
