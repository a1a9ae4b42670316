//! How soon learning mutes rules without an effect, how seldom others, and how they come back: the
//! tables of docs/learning.md.
#![allow(clippy::print_stdout, reason = "a report for a person")]

#[path = "../effect/simulation.rs"]
#[allow(dead_code, reason = "verdicts are the other example's")]
mod agents;
mod simulation;
mod tables;

fn main() {
    print!("{}", tables::all());
}
