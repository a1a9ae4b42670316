//! Questions to the user at the terminal.

use std::io::{self, BufRead, IsTerminal};

use super::print::print;

/// Asks a yes-or-no question; `None` where stdin is not a terminal, so that nobody can answer.
///
/// # Errors
/// When the terminal cannot be written or read.
pub(crate) fn confirm(question: &str) -> io::Result<Option<bool>> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    print(&format!("{question} [y/N] "))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(Some(matches!(answer.trim(), "y" | "Y" | "yes")))
}
