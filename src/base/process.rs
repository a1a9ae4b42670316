//! What Rust's start does for a program besides looking after its stack: `main.rs` does without it
//! on Linux with glibc.

use std::panic::{self, AssertUnwindSafe};

/// The exit code after a panic, which is that of Rust's start.
const PANICKED: u8 = 101;

/// Makes sure that no file is ever opened as standard input, output or error, which a client may
/// have left closed: what is said would be written into it.
#[cfg(unix)]
pub fn keep_standard_streams() {
    use std::fs::File;
    use std::os::fd::AsRawFd;

    // Where there is no /dev, a folder does as well: it can be neither read nor written.
    while let Ok(file) = File::open("/dev/null").or_else(|_| File::open("/"))
        && file.as_raw_fd() <= 2
    {
        std::mem::forget(file);
    }
}

/// Runs the program and says with which code it exits. A panic ends here: whoever unwinds into the
/// C library is aborted, with a core dump where those are kept.
pub fn exit_code(program: impl FnOnce() -> u8) -> u8 {
    panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or(PANICKED)
}

/// Lets writing to a pipe that nobody reads be an error, and not the end. Asked for by whoever is
/// about to write: most calls are silent. Where Rust's start was run it has done so.
pub(crate) fn outlive_readers() {
    #[cfg(target_os = "linux")]
    {
        use nix::sys::signal::{SigSet, Signal};

        let mut readers_gone = SigSet::empty();
        readers_gone.add(Signal::SIGPIPE);
        // Where signals cannot be held back, the process ends as others do.
        let _ = readers_gone.thread_block();
    }
}
