//! The rule book. A family is a file or folder here, its slice is the registry; there is no second list.

mod directories;
mod files;
mod git;
mod guards;
mod pipes;
mod processes;
mod removal;
mod search;
mod secrets;
mod views;
mod writing;

use crate::rule::Rule;

/// The families in the order of the book.
const FAMILIES: [&[Rule]; 8] = [
    search::RULES,
    files::RULES,
    writing::RULES,
    pipes::RULES,
    directories::RULES,
    git::RULES,
    processes::RULES,
    secrets::RULES,
];

/// Every rule, in the order in which the gate numbers them.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// The rule with this number.
pub fn at(index: usize) -> Option<&'static Rule> {
    all().nth(index)
}

/// The rule with this id.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}
