//! How soon learning mutes rules that agents do not follow, and how seldom others: the tables of
//! docs/learning.md.
#![allow(clippy::print_stdout, clippy::indexing_slicing, reason = "a report for a person")]

mod simulation;

fn main() {
    print!("{}", simulation::tables());
}
