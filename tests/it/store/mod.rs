//! What is left on disk.

pub mod effect;
pub mod files;
pub mod holdout;
pub mod learning;
pub mod ledger;
pub mod queries;
pub mod totals;
pub mod upkeep;
