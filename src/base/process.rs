//! What Rust's runtime start-up does for a program apart from its stack guard. On Linux with glibc
//! `main.rs` skips that start-up and calls these functions instead.

use std::panic::{self, AssertUnwindSafe};

/// The exit code after a panic, as Rust's runtime returns it.
const PANICKED: u8 = 101;

/// Opens standard input, output and error where the client left them closed. Otherwise the next
/// file that is opened would become standard output, and the reply would be written into it.
#[cfg(target_os = "linux")]
pub fn open_standard_streams() {
    use std::fs::File;
    use std::os::fd::AsRawFd;

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use rustix::stdio::{stderr, stdin, stdout};

    let mut streams =
        [stdin(), stdout(), stderr()].map(|stream| PollFd::new(stream, PollFlags::empty()));
    let is_open = |stream: &PollFd| {
        !stream.revents().is_none_or(|events| events.contains(PollFlags::POLLNVAL))
    };
    if poll(&mut streams, PollTimeout::ZERO).is_ok() && streams.iter().all(is_open) {
        return;
    }
    // Without a /dev, a folder serves as well: it can be neither read nor written.
    while let Ok(file) = File::open("/dev/null").or_else(|_| File::open("/"))
        && file.as_raw_fd() <= 2
    {
        std::mem::forget(file);
    }
}

/// Whether a person types the input.
pub(crate) fn reads_from_terminal() -> bool {
    use std::io::IsTerminal;

    // The standard library's stdin comes with a buffer, which a call does not use.
    #[cfg(target_os = "linux")]
    return rustix::stdio::stdin().is_terminal();
    #[cfg(not(target_os = "linux"))]
    std::io::stdin().is_terminal()
}

/// Runs the program and returns its exit code. A panic stops here: unwinding into the C library
/// would abort the process, with a core dump where those are kept.
pub fn exit_code(program: impl FnOnce() -> u8) -> u8 {
    panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or(PANICKED)
}

/// Blocks the signals of a write that fails, so that it returns an error instead: SIGPIPE, which
/// Rust's runtime start-up ignores where it runs, and SIGXFSZ where a file may not grow. What the
/// client blocked stays blocked: who blocks SIGALRM switches the time limits off, as a profiler and
/// the tests do.
pub(crate) fn settle_signals() {
    #[cfg(any(target_os = "linux", target_os = "freebsd"))]
    {
        use nix::sys::signal::{SigSet, Signal};

        let mut blocked = SigSet::empty();
        blocked.add(Signal::SIGPIPE);
        blocked.add(Signal::SIGXFSZ);
        // If they cannot be blocked, they do what they do by default.
        let _ = blocked.thread_block();
    }
}
