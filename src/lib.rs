//! toolcoach: a coding agent's PostToolUse hook that knows a better way, or says nothing.
//!
//! A tour, in the order in which an event travels. [`hook`] reads stdin; [`event`] borrows from it;
//! [`gate`] tells in one pass which rules could speak; only then [`shell`] parses the command and
//! [`matcher`] asks those [`rules`], and [`analyzers`] on a [`worker`] where files or history
//! decide; [`judge`] allows at most one line; [`ledger`] remembers it; [`reply`] prints it.
//!
//! Modules stand in four layers and import downward only, which `tests/it/house.rs` checks.

pub mod base;
pub mod cli;
pub mod commands;
pub mod engine;
pub mod project;
pub mod protocol;
pub mod rules;
pub mod settings;
pub mod shell;
pub mod store;
pub mod ui;
pub mod upkeep;
