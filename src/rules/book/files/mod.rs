//! Removing and finding files.

pub(crate) mod enoent_cwd_drift;
pub(crate) mod rm_rf_dangerous;
