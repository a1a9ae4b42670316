//! Asks the user before anything is written.

use crate::commands::error::Error;
use crate::ui::print::print;
use crate::ui::prompt;

/// Asks on the terminal, and says so if nothing is written.
///
/// # Errors
/// When stdin is not a terminal, or the terminal cannot be read or written.
pub(super) fn ask(question: &str) -> Result<bool, Error> {
    let answer = prompt::confirm(question)?.ok_or_else(|| {
        Error::Usage(
            "stdin is not a terminal, so nothing was written; pass --yes to proceed".to_owned(),
        )
    })?;
    if !answer {
        print("Nothing was written.\n")?;
    }
    Ok(answer)
}
