//! How much a user wants to read: `-q` and `-v`.

use std::sync::atomic::{AtomicI8, Ordering};

/// Below 0 quiet, above 0 verbose.
static LEVEL: AtomicI8 = AtomicI8::new(0);

/// Chooses how much is printed, for the rest of the process.
pub(crate) fn choose(is_quiet: bool, is_verbose: bool) {
    LEVEL.store(i8::from(is_verbose) - i8::from(is_quiet), Ordering::Relaxed);
}

/// Whether only results and errors are printed: no progress, no confirmation, no remark.
pub(crate) fn is_quiet() -> bool {
    LEVEL.load(Ordering::Relaxed) < 0
}

/// Whether details are printed that few readers need.
pub(crate) fn is_verbose() -> bool {
    LEVEL.load(Ordering::Relaxed) > 0
}
