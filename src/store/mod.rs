//! The state folder: what sessions leave on disk, and what is made of it.

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
