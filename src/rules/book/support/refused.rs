//! Commands that zsh refused to run.

use crate::rules::case::Case;

/// Bytes of an output that are searched for zsh's sentence.
const OUTPUT_BYTES: usize = 64 << 10;

/// What zsh says of a glob without a match, behind the number of the line.
const NO_MATCH: &str = "no matches found: ";

/// What zsh says of a word that begins with `=`, and names no program.
const NO_PROGRAM: &str = " not found";

/// What zsh complained of, with the kind of the complaint.
pub(crate) fn complaints(case: &Case) -> Vec<(Complaint, String)> {
    let event = case.event;
    let signs = |raw: &str| raw.contains(NO_MATCH) || raw.contains("== not found");
    let output = if event.succeeded() {
        let shell = event.shell();
        if ![shell.stdout, shell.stderr].iter().any(|text| signs(text.raw(OUTPUT_BYTES))) {
            return Vec::new();
        }
        format!("{}\n{}", shell.stdout.head(OUTPUT_BYTES), shell.stderr.head(OUTPUT_BYTES))
    } else if signs(event.raw_error(OUTPUT_BYTES)) {
        event.error_text(OUTPUT_BYTES)
    } else {
        return Vec::new();
    };
    output.lines().filter_map(complaint).collect()
}

/// What zsh refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Complaint {
    /// A glob without a match.
    Glob,
    /// A word that begins with `=`.
    Equals,
}

/// `(eval):3: no matches found: PATTERN`, `zsh:1: == not found`.
fn complaint(line: &str) -> Option<(Complaint, String)> {
    let rest = line.strip_prefix("(eval):").or_else(|| line.strip_prefix("zsh:"))?;
    let rest =
        rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(':')?.trim_start();
    if let Some(pattern) = rest.strip_prefix(NO_MATCH) {
        return Some((Complaint::Glob, pattern.trim_end().to_owned()));
    }
    let word = rest.strip_suffix(NO_PROGRAM)?;
    (!word.is_empty() && word.bytes().all(|b| b == b'='))
        .then(|| (Complaint::Equals, format!("={word}")))
}
