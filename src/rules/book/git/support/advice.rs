//! Advice with a rewritten command where there is one.

use crate::rules::advice::Advice;

/// `rewrite` with the fact in front of it, or the plain sentence where there is no rewrite.
pub(crate) fn with_rewrite(
    lead: impl Into<String>,
    rewrite: Option<String>,
    plain: impl Into<String>,
) -> Advice {
    match rewrite {
        Some(command) => Advice::better(lead, command, plain),
        None => Advice::plain(plain),
    }
}
