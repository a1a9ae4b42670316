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
#![cfg_attr(
    not(target_os = "linux"),
    allow(unused, reason = "what tests use that need Linux is not used elsewhere")
)]

mod commands;
mod docs;
mod faults;
mod harness;
mod hook;
mod requirements;
mod rules;
mod store;
mod tidy;
