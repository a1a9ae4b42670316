//! Parts that rules of this topic share.

<<<<<<< HEAD
pub(crate) mod asking;
pub(crate) mod discarded;
=======
pub mod advice;
pub mod call;
pub mod command;
pub mod output;
pub mod repository;
pub mod work;
>>>>>>> rules-git
