//! Shows the change of a file as `diff -u` does.

use std::path::Path;

use similar::TextDiff;

use crate::base::text;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The change from `before` to `after`. An absent file is `/dev/null`, as in git.
pub(super) fn unified(path: &Path, before: Option<&str>, after: Option<&str>) -> String {
    let name = path.to_string_lossy();
    let named = |text: Option<&str>| if text.is_some() { name.clone() } else { "/dev/null".into() };
    let diff = TextDiff::from_lines(before.unwrap_or_default(), after.unwrap_or_default());
    let mut unified = diff.unified_diff();
    let text = unified
        .context_radius(CONTEXT)
        .header(&named(before), &named(after))
        .missing_newline_hint(true)
        .to_string();
    // A project's file must not send control characters to the terminal.
    text.lines().map(|line| format!("{}\n", cleaned(line))).collect()
}

/// The line without control and invisible characters. Tabs stay: here they are indentation.
fn cleaned(line: &str) -> String {
    line.split('\t').map(text::clean).collect::<Vec<_>>().join("\t")
}
