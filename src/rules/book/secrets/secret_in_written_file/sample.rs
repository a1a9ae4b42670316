//! Whether the text around a secret shows that it is a sample: a test, an assertion, a pattern for
//! such secrets.

use std::path::Path;

use crate::project::secrets;
use crate::project::secrets::FoundSecret;
use crate::rules::case::Case;

/// Words of a line whose values are invented, are redacted, or are known to be public.
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
    // Comments with which people accept a line for secret scanners.
    "allowlist",
    "whitelist",
    "gitleaks",
    "trufflehog",
    "nosec",
    "nosemgrep",
    "s105",
];

/// A longer line is generated, bytes.
const MAX_LINE_BYTES: usize = 4000;

/// Signs that a file contains tests. A Rust file may contain its own.
const TESTS: [&str; 5] =
    ["#[cfg(test)]", "#[test]", "import pytest", "import unittest", "func Test"];

/// Whether the secret `found` in `text`, which was written into `path`, is a sample.
pub(super) fn is_sample(case: &Case, path: &Path, text: &str, found: &FoundSecret) -> bool {
    let original = case.event.response.write().original;
    if TESTS.iter().any(|sign| text.contains(sign) || original.contains(sign)) {
        return true;
    }
    if let Some(prefix) = found.prefix {
        // A pattern for secrets of this form: `ghp_[A-Za-z0-9]{36}`.
        let is_pattern = |rest: &str| rest.starts_with(['[', '(', '\\', '*', '.']);
        let has_pattern = text
            .match_indices(prefix)
            .any(|(at, _)| text.get(at + prefix.len()..).is_some_and(is_pattern));
        if has_pattern {
            return true;
        }
    }
    let before = text.get(..found.at).unwrap_or_default();
    let start = before.trim_end_matches(|c| c != '\n').len();
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let above =
        text.get(..start).and_then(|text| text.trim_end().lines().next_back()).unwrap_or_default();
    // The line above counts if it belongs to this one: a comment, an open call.
    let belongs = above.trim_start().starts_with(['#', '/', '*', ';', '-'])
        || above.trim_end().ends_with('(');
    let has_sign = |line: &str| {
        let line = line.replace("e.g.", "eg");
        secrets::parts(&line).iter().any(|word| SIGNS.contains(&word.as_str()))
    };
    line.len() > MAX_LINE_BYTES
        || has_sign(line)
        || belongs && has_sign(above)
        || found.prefix == Some("AIza") && is_browser_key(path, text, line)
}

/// Prefixes of variables that build tools copy into public web pages.
const PUBLIC_PREFIXES: [&str; 5] = ["PUBLIC_", "VITE_", "REACT_APP_", "GATSBY_", "VUE_APP_"];

/// Whether a Google key is one for browsers, which every visitor may see: those of Firebase and of
/// maps, and others in web pages.
fn is_browser_key(path: &Path, text: &str, line: &str) -> bool {
    if PUBLIC_PREFIXES.iter().any(|prefix| line.contains(prefix)) {
        return true;
    }
    let name = path.to_string_lossy().to_ascii_lowercase();
    let lower = text.to_ascii_lowercase();
    ["firebase", "authdomain", "messagingsenderid", "maps", "google-services", "googleservice"]
        .iter()
        .any(|sign| lower.contains(sign) || name.contains(sign))
}
