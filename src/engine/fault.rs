//! Injects faults, for tests of the deadline and the breakers. Only builds with the feature
//! `fault-injection` have this.
//!
//! `TOOLCOACH_FAULT=error|panic|spin|sleep|fifo:PATH` strikes where `TOOLCOACH_FAULT_IN` says: in
//! the analyzer of that name, in the main thread (`hook`), after the answer (`upkeep`), or in a
//! command other than the hook (`command`). `TOOLCOACH_FAULT_CLOCK` moves the clock of the breakers
//! by so many ms.

use crate::base::env;
use std::time::Duration;

use super::breaker::Failure;

/// Strikes, if the environment asks for a fault in `place`: an analyzer, `hook`, `upkeep` or
/// `command`.
///
/// # Errors
/// For the fault `error`.
///
/// # Panics
/// For the fault `panic`.
#[expect(clippy::panic, reason = "asked for")]
pub(crate) fn strike(place: &str) -> Result<(), Failure> {
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

/// How far the clock of the breakers is moved, ms.
pub(crate) fn clock_ms() -> i64 {
    env::fault_clock_ms().unwrap_or_default()
}
