//! Removing and finding files.

pub mod enoent_cwd_drift;
pub mod rm_rf_dangerous;
