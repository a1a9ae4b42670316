//! Faults on demand, for tests of the deadline and the breakers. Only in builds with the feature
//! `fault-injection`.
//!
//! `TOOLCOACH_FAULT=error|panic|spin|sleep|fifo:PATH` strikes in the analyzer that
//! `TOOLCOACH_FAULT_IN` names, in the main thread for `hook`, in what comes after the answer for
//! `upkeep`, or in another mode for `command`; `TOOLCOACH_FAULT_CLOCK` moves the clock of the
//! breakers by so many ms.

use crate::base::env;
use std::time::Duration;

use super::breaker::Failure;

/// Does what the environment asks of `place`: an analyzer, `hook`, `upkeep` or `command`.
///
/// # Errors
/// For the fault `error`.
///
/// # Panics
/// For the fault `panic`.
#[expect(clippy::panic, reason = "asked for")]
pub fn strike(place: &str) -> Result<(), Failure> {
    let Some((fault, _)) = env::fault().filter(|(_, wanted)| wanted == place) else {
        return Ok(());
    };
    match fault.as_str() {
        "error" => return Err(Failure::Error),
        "panic" => panic!("asked for"),
        "spin" => loop {
            std::hint::spin_loop();
        },
        "sleep" => std::thread::sleep(Duration::from_secs(60)),
        // A FIFO without a writer: reading it never ends.
        other => drop(other.strip_prefix("fifo:").map(std::fs::read)),
    }
    Ok(())
}

/// How far the clock is moved, ms.
pub fn clock_ms() -> i64 {
    env::fault_clock_ms().unwrap_or_default()
}
