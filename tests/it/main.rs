//! Tests through the built binary: JSON in, what it prints and leaves on disk out.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test may fail loudly"
)]

mod around;
mod awkward;
mod bad_input;
mod catalogue;
mod clients;
#[cfg(feature = "fault-injection")]
mod clock;
mod corpus;
mod docs;
mod equivalence;
mod equivalence_pipelines;
mod examples;
mod explain;
#[cfg(feature = "fault-injection")]
mod faults;
mod files;
mod git;
mod harness;
mod hook;
mod house;
mod install;
mod install_places;
mod install_refusals;
mod kills;
mod learning;
mod ledger;
mod memory;
mod mutes;
mod obstacles;
mod own_rules;
mod properties;
mod replay;
mod schema;
mod secrets;
mod settings;
mod shell;
mod staging;
mod stats;
mod stats_forms;
mod store;
mod texts;
mod totals;
mod trust;
mod upkeep;
