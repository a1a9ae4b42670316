//! How often a verdict errs, as a markdown table.
#![allow(clippy::print_stdout, reason = "a report for a person")]

mod simulation;
mod tables;

fn main() {
    print!("{}", tables::errors());
}
