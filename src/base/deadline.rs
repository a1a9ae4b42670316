//! When a call must be over, and what makes sure of it.
//!
//! Analyzers are waited for with a slice of time each. Behind that stands a timer that ends the
//! process whatever it is doing: reading a stdin that never completes, waiting for a disk that does
//! not answer, or computing. A timer's signal costs next to nothing; a watching thread costs 50 us
//! a call and is used only where there are no such timers.

use std::time::{Duration, Instant};

/// Largest time of all but one in twenty calls, ms.
pub(crate) const P95_MS: f64 = 150.0;

/// How much more time an unoptimised build gets: it needs up to thirty times as much, and its tests
/// run side by side.
const PATIENCE: u64 = if cfg!(debug_assertions) { 30 } else { 1 };

/// All analyzers together, after the input was complete.
pub const ANALYZERS: Duration = Duration::from_millis(75 * PATIENCE);

/// Everything, after the input was complete. A timer of 100 ms was seen to end at 104-106 ms.
pub const CALL: Duration = Duration::from_millis(90 * PATIENCE);

/// Everything, after the start, if the input never completes.
pub const INPUT: Duration = Duration::from_millis(1950);

/// The time that is left for one call's analyzers.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    end: Instant,
}

impl Deadline {
    /// A deadline `limit` after `start`.
    pub fn new(start: Instant, limit: Duration) -> Self {
        Self { end: start + limit }
    }

    /// What is left.
    pub fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Whether nothing is left.
    pub fn is_over(&self) -> bool {
        self.left().is_zero()
    }
}

/// Ends the process with exit code 0 when its time is over. What was written to stdout by then was
/// one whole line, since a reply is one `write`.
#[derive(Debug)]
pub struct HardStop {
    timer: Option<timer::Timer>,
}

impl HardStop {
    /// Ends the process `after` that time. Where no timer can be had, the client's own timeout is
    /// what is left.
    pub fn arm(after: Duration) -> Self {
        let mut stop = Self { timer: timer::new() };
        stop.rearm(after);
        stop
    }

    /// Counts from now.
    pub fn rearm(&mut self, after: Duration) {
        if let Some(timer) = &mut self.timer {
            timer::set(timer, after);
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "freebsd"))]
mod timer {
    use std::mem::ManuallyDrop;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use nix::sys::signal::{SigEvent, SigevNotify, Signal};
    use nix::sys::timer::{Expiration, TimerSetTimeFlags};
    use nix::time::ClockId;

    /// The process ends soon, and its timers with it: deleting one would be a call for nothing.
    pub(crate) type Timer = ManuallyDrop<nix::sys::timer::Timer>;

    /// The signal always means the end.
    static ENDS: AtomicBool = AtomicBool::new(true);

    pub(crate) fn new() -> Option<Timer> {
        signal_hook::flag::register_conditional_shutdown(Signal::SIGALRM as i32, 0, &ENDS).ok()?;
        let event =
            SigEvent::new(SigevNotify::SigevSignal { signal: Signal::SIGALRM, si_value: 0 });
        nix::sys::timer::Timer::new(ClockId::CLOCK_MONOTONIC, event).ok().map(ManuallyDrop::new)
    }

    pub(crate) fn set(timer: &mut Timer, after: Duration) {
        let once = Expiration::OneShot(after.into());
        // A timer that cannot be set leaves the client's own timeout.
        let _ = timer.set(once, TimerSetTimeFlags::empty());
    }
}

#[cfg(not(any(target_os = "linux", target_os = "freebsd")))]
mod timer {
    use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
    use std::time::Duration;

    pub(crate) type Timer = Sender<Duration>;

    pub(crate) fn new() -> Option<Timer> {
        let (sender, receiver) = channel();
        std::thread::Builder::new()
            .name("hard stop".to_owned())
            .spawn(move || wait(&receiver))
            .ok()?;
        Some(sender)
    }

    pub(crate) fn set(timer: &mut Timer, after: Duration) {
        // A watcher that is gone has ended the process.
        let _ = timer.send(after);
    }

    #[expect(clippy::exit, reason = "there is no signal to do it")]
    fn wait(receiver: &Receiver<Duration>) {
        let Ok(mut after) = receiver.recv() else { return };
        loop {
            match receiver.recv_timeout(after) {
                Ok(newer) => after = newer,
                Err(RecvTimeoutError::Timeout) => std::process::exit(0),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}
