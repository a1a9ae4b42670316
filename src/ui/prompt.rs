//! Questions to the user at the terminal.

use std::io::{self, BufRead, IsTerminal};

use super::print::print;

/// Asks a yes-or-no question; `None` where stdin is not a terminal, so that nobody can answer.
///
/// # Errors
/// When the terminal cannot be written or read.
pub(crate) fn confirm(question: &str) -> io::Result<Option<bool>> {
    let answer = ask(&format!("{question} [y/N] "))?;
    Ok(answer.map(|answer| matches!(answer.trim(), "y" | "Y" | "yes")))
}

/// Asks a question; `None` where stdin is not a terminal.
///
/// # Errors
/// When the terminal cannot be written or read.
pub(crate) fn ask(question: &str) -> io::Result<Option<String>> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    print(question)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(Some(answer))
}
