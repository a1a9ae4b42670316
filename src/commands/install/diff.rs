//! The change of a file, as `diff -u` shows it.

use std::path::Path;

use similar::TextDiff;

use crate::base::text;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The change from `before` to `after`; an absent file is `/dev/null`, as for git.
pub(super) fn unified(path: &Path, before: Option<&str>, after: Option<&str>) -> String {
    let name = path.to_string_lossy();
    let named = |text: Option<&str>| if text.is_some() { name.clone() } else { "/dev/null".into() };
    let diff = TextDiff::from_lines(before.unwrap_or_default(), after.unwrap_or_default());
    let mut unified = diff.unified_diff();
    let shown = unified
        .context_radius(CONTEXT)
        .header(&named(before), &named(after))
        .missing_newline_hint(true)
        .to_string();
    // A project's file must not write on the terminal.
    shown.lines().map(|line| format!("{}\n", cleaned(line))).collect()
}

/// Tabs are indentation here.
fn cleaned(line: &str) -> String {
    line.split('\t').map(text::clean).collect::<Vec<_>>().join("\t")
}
