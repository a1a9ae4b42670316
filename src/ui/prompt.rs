//! Questions to the person at the terminal.

use std::io::{self, BufRead, IsTerminal};

use super::print::print;

/// Asks a question that is answered with yes or no; `None` where stdin is not a terminal, so that
/// there is nobody to ask.
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
