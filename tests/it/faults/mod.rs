//! What may go wrong around a call.

#[cfg(feature = "fault-injection")]
pub mod analyzers;
#[cfg(feature = "fault-injection")]
pub mod clock;
pub mod disk;
#[cfg(target_os = "linux")]
pub mod kills;
#[cfg(unix)]
pub mod process;
#[cfg(unix)]
pub mod promises;
#[cfg(target_os = "linux")]
pub mod signals;
#[cfg(unix)]
pub mod state;
pub mod steering;
#[cfg(target_os = "linux")]
pub mod upkeep_kills;
