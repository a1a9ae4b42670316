//! Pages that are made from the program, or run against it.

pub mod book;
pub mod figures;
pub mod pages;
pub mod picture;
pub mod readme;
pub mod schema;
pub mod texts;
