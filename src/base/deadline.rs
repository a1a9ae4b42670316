//! When a call must be over, and the timer that enforces it.
//!
//! The engine gives each analyzer a slice of time. Behind that, a timer ends the process whatever
//! it is doing: reading a stdin that never completes, waiting for a disk that does not answer, or
//! computing. The timer's signal costs next to nothing. A watchdog thread costs 50 us a call, so it
//! is used only where there are no such timers.

use std::time::{Duration, Instant};

/// The time within which 95 % of all calls must end, ms.
pub(crate) const P95_MS: f64 = 150.0;

/// Factor by which an unoptimised build gets more time: it is up to thirty times slower, and its
/// tests run in parallel.
const SLOWDOWN: u64 = if cfg!(debug_assertions) { 30 } else { 1 };

/// Time for all analyzers together, from when the input is complete.
pub(crate) const ANALYZERS: Duration = Duration::from_millis(75 * SLOWDOWN);

/// Time for the whole call, from when the input is complete. A timer of 100 ms was seen to fire at
/// 104-106 ms.
pub const CALL: Duration = Duration::from_millis(90 * SLOWDOWN);

/// Time for the whole call from the start of the process, if the input never completes.
pub const INPUT: Duration = Duration::from_millis(1950);

/// The moment by which one call's analyzers must be done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    end: Instant,
}

impl Deadline {
    /// The deadline that is `limit` after `start`.
    pub(crate) fn new(start: Instant, limit: Duration) -> Self {
        Self { end: start + limit }
    }

    /// The deadline that is `limit` from now.
    pub(crate) fn after(limit: Duration) -> Self {
        Self::new(Instant::now(), limit)
    }

    /// The time that is left.
    pub(crate) fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }
}

/// Ends the process with exit code 0 when its time is over. By then stdout has got one whole line
/// or nothing, since a reply is one `write`.
#[derive(Debug)]
pub(crate) struct HardStop {
    timer: Option<timer::Timer>,
}

impl HardStop {
    /// Ends the process `after` this time. If the system provides no timer, only the client's own
    /// timeout remains.
    pub(crate) fn arm(after: Duration) -> Self {
        let mut stop = Self { timer: timer::new() };
        stop.rearm(after);
        stop
    }

    /// Starts over: ends the process `after` this time from now.
    pub(crate) fn rearm(&mut self, after: Duration) {
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

    use super::watchdog;
    use crate::base::process;

    #[derive(Debug)]
    pub(crate) enum Timer {
        /// The process ends soon and takes its timers along, so deleting one would waste a system
        /// call.
        Signal(ManuallyDrop<nix::sys::timer::Timer>),
        /// The user may have no more signals pending: `RLIMIT_SIGPENDING` counts timers too.
        Thread(watchdog::Timer),
    }

    /// The condition that signal-hook checks before it exits: always true here.
    static IS_ARMED: AtomicBool = AtomicBool::new(true);

    pub(crate) fn new() -> Option<Timer> {
        process::settle_signals();
        signal().map(Timer::Signal).or_else(|| watchdog::new().map(Timer::Thread))
    }

    fn signal() -> Option<ManuallyDrop<nix::sys::timer::Timer>> {
        signal_hook::flag::register_conditional_shutdown(Signal::SIGALRM as i32, 0, &IS_ARMED)
            .ok()?;
        let event =
            SigEvent::new(SigevNotify::SigevSignal { signal: Signal::SIGALRM, si_value: 0 });
        nix::sys::timer::Timer::new(ClockId::CLOCK_MONOTONIC, event).ok().map(ManuallyDrop::new)
    }

    pub(crate) fn set(timer: &mut Timer, after: Duration) {
        match timer {
            Timer::Signal(timer) => {
                let once = Expiration::OneShot(after.into());
                // If the timer cannot be set, the client's own timeout remains.
                let _ = timer.set(once, TimerSetTimeFlags::empty());
            }
            Timer::Thread(timer) => watchdog::set(timer, after),
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "freebsd")))]
use watchdog as timer;

mod watchdog {
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

    pub(crate) fn set(timer: &Timer, after: Duration) {
        // The watchdog thread ends only with the process.
        let _ = timer.send(after);
    }

    #[expect(clippy::exit, reason = "there is no timer signal that could do it")]
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
