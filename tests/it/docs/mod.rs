//! Pages that are made from the program, or run against it.

pub mod book;
pub mod browser;
mod command_lines;
mod companies;
pub mod figures;
pub mod json_schema;
pub mod pages;
pub mod picture;
pub mod readme;
pub mod rule_book;
pub mod sample;
pub mod schema;
pub mod screens;
pub mod texts;
