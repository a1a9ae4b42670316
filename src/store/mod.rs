//! The state folder: the ledgers of sessions, what upkeep and learning make of them, and what
//! commands write.

pub mod disk;
pub mod errors;
pub mod fingerprint;
pub mod history;
pub mod in_memory;
pub mod learned;
pub mod ledger;
pub mod ledgers;
pub mod line;
pub mod line_reader;
pub mod mutes;
pub mod rollup;
pub mod trust;
pub mod uptake;
