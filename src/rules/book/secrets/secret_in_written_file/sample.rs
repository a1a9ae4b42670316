//! Whether what stands around a secret shows that it is none: a test, an assertion, a pattern for
//! such secrets.

use std::path::Path;

use crate::project::secrets;
use crate::project::secrets::FoundSecret;
use crate::rules::case::Case;

/// Words of a line that say that its values are made up, to be hidden, or known.
const SIGNS: [&str; 29] = [
    "assert",
    "asserts",
    "expect",
    "expects",
    "expected",
    "example",
    "sample",
    "dummy",
    "fake",
    "mock",
    "placeholder",
    "invalid",
    "revoked",
    "redact",
    "redacted",
    "mask",
    "masked",
    "test",
    "tests",
    "testing",
    "eg",
    "integrity",
    // What tells a scanner of secrets that the line is looked at.
    "allowlist",
    "whitelist",
    "gitleaks",
    "trufflehog",
    "nosec",
    "nosemgrep",
    "s105",
];

/// A longer line was made by a machine.
const MAX_LINE_BYTES: usize = 4000;

/// Signs in front of which a Rust file holds its own tests, and files of others theirs.
const TESTS: [&str; 5] =
    ["#[cfg(test)]", "#[test]", "import pytest", "import unittest", "func Test"];

/// Whether the secret is shown as a sample in what was written into `path`.
pub(super) fn is_shown(case: &Case, path: &Path, text: &str, found: &FoundSecret) -> bool {
    let original = case.event.response.write().original;
    if TESTS.iter().any(|sign| text.contains(sign) || original.contains(sign)) {
        return true;
    }
    if let Some(prefix) = found.prefix {
        // A pattern for what begins so: `ghp_[A-Za-z0-9]{36}`.
        let is_pattern = |rest: &str| rest.starts_with(['[', '(', '\\', '*', '.']);
        let patterned = text
            .match_indices(prefix)
            .any(|(at, _)| text.get(at + prefix.len()..).is_some_and(is_pattern));
        if patterned {
            return true;
        }
    }
    let before = text.get(..found.at).unwrap_or_default();
    let start = before.trim_end_matches(|c| c != '\n').len();
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let above =
        text.get(..start).and_then(|text| text.trim_end().lines().next_back()).unwrap_or_default();
    // The one above counts as far as it is said of the next: a comment, a call that is open.
    let goes_on = above.trim_start().starts_with(['#', '/', '*', ';', '-'])
        || above.trim_end().ends_with('(');
    let says = |line: &str| {
        let line = line.replace("e.g.", "eg");
        secrets::parts(&line).iter().any(|word| SIGNS.contains(&word.as_str()))
    };
    line.len() > MAX_LINE_BYTES
        || says(line)
        || goes_on && says(above)
        || found.prefix == Some("AIza") && is_of_browsers(path, text, line)
}

/// Beginnings of variables that tools for web pages put into what every visitor gets.
const OF_PAGES: [&str; 5] = ["PUBLIC_", "VITE_", "REACT_APP_", "GATSBY_", "VUE_APP_"];

/// Google's keys for browsers are meant to be seen: those of Firebase, of maps, and what else a
/// page is given.
fn is_of_browsers(path: &Path, text: &str, line: &str) -> bool {
    if OF_PAGES.iter().any(|start| line.contains(start)) {
        return true;
    }
    let name = path.to_string_lossy().to_ascii_lowercase();
    let lower = text.to_ascii_lowercase();
    ["firebase", "authdomain", "messagingsenderid", "maps", "google-services", "googleservice"]
        .iter()
        .any(|sign| lower.contains(sign) || name.contains(sign))
}
