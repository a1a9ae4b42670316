//! Faults on demand, for tests of the deadline and the breakers. Only in builds with the feature
//! `fault-injection`.
//!
//! `TOOLCOACH_FAULT=error|panic|spin|sleep|fifo:PATH` strikes in the analyzer that
//! `TOOLCOACH_FAULT_IN` names, in the main thread for `hook`, in what comes after the answer for
//! `upkeep`, or in another mode for `command`; `TOOLCOACH_FAULT_CLOCK` moves the clock of the
//! breakers by so many ms.

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
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    if var("TOOLCOACH_FAULT_IN") != place {
        return Ok(());
    }
    let fault = var("TOOLCOACH_FAULT");
    match fault.as_str() {
        "error" => return Err(Failure::Error),
        "panic" => panic!("asked for"),
        "spin" => loop {
            std::hint::spin_loop();
        },
        "sleep" => std::thread::sleep(Duration::from_secs(60)),
        // Nobody writes there.
        fifo => drop(fifo.strip_prefix("fifo:").map(std::fs::read)),
    }
    Ok(())
}

/// How far the clock is moved, ms.
pub fn clock_ms() -> i64 {
    std::env::var("TOOLCOACH_FAULT_CLOCK")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}
