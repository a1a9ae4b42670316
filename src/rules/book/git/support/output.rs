//! What git printed.

use crate::rules::case::Case;

/// How much of an output or error is searched, bytes. Claude Code cuts an error to 10,000
/// characters.
const SEARCHED_BYTES: usize = 16 << 10;

/// What the call printed, or its error if it failed.
pub(crate) fn printed(case: &Case) -> String {
    if !case.event.succeeded() {
        return case.event.error_text(SEARCHED_BYTES);
    }
    let result = case.event.shell();
    [result.stdout.head(SEARCHED_BYTES), result.stderr.head(SEARCHED_BYTES)].join("\n")
}

/// Whether git reports a commit that it made: `[main 1234567] title`.
pub(crate) fn reports_commit(text: &str) -> bool {
    text.lines().any(|line| commit_hash(line).is_some())
}

/// The hash in a line that reports a commit.
fn commit_hash(line: &str) -> Option<&str> {
    let (head, _) = line.strip_prefix('[')?.split_once("] ")?;
    let (_, hash) = head.rsplit_once(' ')?;
    (hash.len() >= 7 && hash.chars().all(|c| c.is_ascii_hexdigit())).then_some(hash)
}
