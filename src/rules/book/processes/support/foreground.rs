//! Commands that hold their call until they end.

use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::Command;

/// `Ok` if the call waits for `command` to end.
///
/// # Errors
/// [`Miss::Near`] with what makes the call go on without it.
pub(crate) fn waits_for(case: &Case, command: &Command) -> Check<()> {
    if case.in_background() || command.background {
        return Err(Miss::Near("it runs in the background"));
    }
    if command.is_under("timeout") || command.is_under("gtimeout") {
        return Err(Miss::Near("it runs under a time limit"));
    }
    if command.is_under("nohup") || command.is_under("setsid") {
        return Err(Miss::Near("it is set apart from the shell"));
    }
    if command.in_function {
        return Err(Miss::Near("it stands in a function, which may not be called"));
    }
    Ok(())
}
