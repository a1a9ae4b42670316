//! What is left on disk.

pub mod effect;
pub mod files;
pub mod holdout;
pub mod learning;
pub mod ledger;
pub mod lesson_effect;
pub mod lessons;
pub mod totals;
pub mod upkeep;
