//! The state folder: the ledgers of sessions, what upkeep and learning make of them, and what
//! commands write.

mod answered;
mod clock;
mod disk;
pub mod effect;
pub(crate) mod errors;
pub(crate) mod export;
pub(crate) mod fingerprint;
pub(crate) mod habits;
mod hashes;
pub mod history;
mod in_memory;
mod kept_id;
pub mod key;
pub mod learned;
pub mod ledger;
pub mod ledger_file;
pub(crate) mod ledgers;
pub(crate) mod lessons;
pub(crate) mod line;
mod line_reader;
mod micros;
pub(crate) mod mutes;
pub mod rollup;
pub(crate) mod trust;
pub mod uptake;
