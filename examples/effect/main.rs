//! How often a verdict errs, and how soon learning mutes rules without an effect, and how seldom
//! others: as markdown tables.
#![allow(clippy::print_stdout, reason = "a report for a person")]

mod simulation;
mod tables;

fn main() {
    for table in tables::ALL {
        print!("{}", table());
    }
}
