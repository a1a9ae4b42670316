//! The clock of the ledgers.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time, ms. Builds for tests take it from `TOOLCOACH_FAULT_NOW`, if that is set.
pub fn now_ms() -> u64 {
    #[cfg(feature = "fault-injection")]
    if let Some(now) = crate::base::env::fault_now_ms() {
        return now;
    }
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}
