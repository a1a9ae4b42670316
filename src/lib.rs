//! toolcoach: a coding agent's PostToolUse hook that knows a better way, or says nothing.
//!
//! A tour, in the order in which an event travels. [`hook`] reads stdin; [`event`] borrows from it; [`gate`] tells
//! in one pass which rules could speak; only then [`shell`] parses the command and [`matcher`] asks those
//! [`rules`], and [`analyzers`] on a [`worker`] where files or history decide; [`judge`] allows at most one line;
//! [`ledger`] remembers it; [`reply`] prints it.
//!
//! Modules stand in four layers and import downward only, which `tests/it/house.rs` checks.

// 1 world: what happened and what is so
mod bytes;
pub mod calendar;
pub mod case;
pub mod client;
pub mod deadline;
pub mod dialect;
pub mod error;
pub mod event;
pub mod facts;
pub mod files;
pub mod fingerprint;
pub mod git_ignore;
pub mod git_index;
pub mod glob;
pub mod history;
pub mod input;
pub mod json;
pub mod language;
pub mod learned;
pub mod ledger;
pub mod place;
mod plain;
pub mod reply;
pub mod response;
pub mod rollup;
pub mod secret;
pub mod settings;
pub mod shell;
pub mod start;
pub mod state;
pub mod text;
pub mod transient;
pub mod uptake;

// 2 rules: what could be said
pub mod effect;
pub mod example;
pub mod gate;
pub mod matcher;
mod rewrite;
pub mod rule;
pub mod rules;
pub mod runner;
pub mod user_rules;

// 3 judgement: what is said
pub mod analyzers;
pub mod breaker;
pub mod engine;
#[cfg(feature = "fault-injection")]
pub mod fault;
pub mod judge;
pub mod learn;
pub mod silence;
pub mod upkeep;
pub mod worker;

// 4 faces: who asks
pub mod cli;
mod completions;
mod doctor;
mod explain;
mod figures;
#[cfg(fuzzing)]
pub mod fuzz;
mod here;
pub mod hook;
mod install;
mod mute;
mod progress;
pub mod replay;
mod rulebook;
mod stats;
mod trust;
