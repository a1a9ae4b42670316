//! Pages that are made from the program, or run against it.

pub mod figures;
pub mod pages;
pub mod schema;
pub mod texts;
