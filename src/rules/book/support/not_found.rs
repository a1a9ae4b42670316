//! Errors that say that the shell did not find a program.

use crate::rules::case::Case;
use crate::shell::missing_program;

/// How much of an error is searched, bytes.
pub(crate) const SEARCHED_BYTES: usize = 8 << 10;

/// Whether the error of this call says that the shell did not find `program`.
pub(crate) fn is_missing(case: &Case, program: &str) -> bool {
    let error = case.event.error_text(SEARCHED_BYTES);
    error.lines().any(|line| missing_program(line) == Some(program))
}
