//! A progress bar for slow work. It appears on a terminal only.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::verbosity;
use crate::base::env;

/// Work that ends sooner gets no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Most characters of the bar.
const WIDTH: usize = 40;

/// Columns beside the bar: brackets, the percentage, and one that stays free, since a terminal may
/// wrap a line that fills its last column.
const BESIDE: usize = 9;

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
        let is_shown =
            io::stderr().is_terminal() && !env::is_dumb_terminal() && !verbosity::is_quiet();
        Self { start: Instant::now(), is_shown, last: None }
    }

    /// Shows which `part` of the `whole` work is done.
    pub(crate) fn show(&mut self, part: u64, whole: u64) {
        let percent = (part.min(whole) * 100).checked_div(whole).unwrap_or(100) as usize;
        if !self.is_shown || self.start.elapsed() < PATIENCE || self.last == Some(percent) {
            return;
        }
        self.last = Some(percent);
        let width = columns().saturating_sub(BESIDE).min(WIDTH);
        let done = percent * width / 100;
        let (done, left) = ("#".repeat(done), "-".repeat(width - done));
        // A closed stderr is not an error.
        let _ = write!(io::stderr(), "\r[{done}{left}] {percent:>3} %");
    }
}

/// Columns of the terminal, which the user may change while the bar is shown: a bar that is wider
/// would fill a line with each step.
fn columns() -> usize {
    terminal_size::terminal_size_of(io::stderr())
        .map_or(WIDTH + BESIDE, |(width, _)| usize::from(width.0))
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.last.is_some() {
            let width = columns().saturating_sub(1).min(WIDTH + BESIDE);
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(width));
        }
    }
}
