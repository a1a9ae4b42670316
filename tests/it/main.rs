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
mod custom_rules;
mod docs;
#[cfg(unix)]
mod doctor;
#[cfg(unix)]
mod doctor_forms;
#[cfg(unix)]
mod doctor_parts;
mod equivalence;
mod equivalence_pipelines;
mod examples;
mod explain;
#[cfg(feature = "fault-injection")]
mod faults;
mod figures;
mod files;
mod git;
mod harness;
mod hook;
mod install;
mod install_places;
mod install_refusals;
#[cfg(target_os = "linux")]
mod kills;
mod learning;
mod ledger;
mod memory;
mod mutes;
mod obstacles;
mod plugin;
mod properties;
mod replay;
mod schema;
mod secrets;
#[cfg(unix)]
mod security;
#[cfg(unix)]
mod security_words;
mod settings;
mod shell;
mod shells;
mod staging;
mod stats;
mod stats_forms;
mod steering;
mod store;
#[cfg(unix)]
mod sturdy;
#[cfg(feature = "fault-injection")]
mod sturdy_clock;
#[cfg(target_os = "linux")]
mod sturdy_kills;
#[cfg(unix)]
mod sturdy_state;
mod texts;
mod tidy;
mod totals;
mod trust;
mod upkeep;
