//! A progress bar for slow work. It appears on a terminal only.

use crate::base::env;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Work that ends sooner gets no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Characters of the bar.
const WIDTH: usize = 40;

/// A bar on stderr. Dropping it erases it. It never hides the cursor, so an interrupt leaves
/// nothing behind but the bar.
pub(crate) struct Progress {
    start: Instant,
    is_shown: bool,
    last: Option<usize>,
}

impl Progress {
    /// A bar that appears with the first [`Progress::show`] after [`PATIENCE`].
    pub(crate) fn new() -> Self {
        let is_dumb = env::is_dumb_terminal();
        Self { start: Instant::now(), is_shown: io::stderr().is_terminal() && !is_dumb, last: None }
    }

    /// Shows which `part` of the `whole` work is done.
    pub(crate) fn show(&mut self, part: u64, whole: u64) {
        let percent = (part.min(whole) * 100).checked_div(whole).unwrap_or(100) as usize;
        if !self.is_shown || self.start.elapsed() < PATIENCE || self.last == Some(percent) {
            return;
        }
        self.last = Some(percent);
        let done = percent * WIDTH / 100;
        // A closed stderr is not an error.
        let _ = write!(
            io::stderr(),
            "\r[{}{}] {percent} %",
            "#".repeat(done),
            "-".repeat(WIDTH - done)
        );
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.last.is_some() {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(WIDTH + 8));
        }
    }
}
