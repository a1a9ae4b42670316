//! What Rust's start does for a program besides looking after its stack: `main.rs` does without it on Linux with glibc.

/// Makes sure that no file is ever opened as standard input, output or error, which a client may have left closed: what
/// is said would be written into it.
#[cfg(unix)]
pub fn keep_standard_streams() {
    use std::os::fd::AsRawFd;

    while let Ok(file) = std::fs::File::open("/dev/null")
        && file.as_raw_fd() <= 2
    {
        std::mem::forget(file);
    }
}

/// Lets writing to a pipe that nobody reads be an error, and not the end. Asked for by whoever is about to write: most
/// calls are silent. Where Rust's start was run it has done so.
pub(crate) fn outlive_readers() {
    #[cfg(target_os = "linux")]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;

        use nix::sys::signal::Signal;

        // Where signals cannot be set, the process ends as others do.
        let _ = signal_hook::flag::register(Signal::SIGPIPE as i32, Arc::new(AtomicBool::new(false)));
    }
}
