//! Lines that a command printed: of which file they are, and whether they count.

use std::path::Path;

use crate::rules::differential::contents::{ASIDE, Class};
use crate::rules::differential::run::{BINARY, Ran, TOP, split_path, top_of};

/// The first of some lines, to be shown.
pub fn shown(what: &str, lines: &[&String]) -> String {
    let mut text = format!("  {what} ({}):\n", lines.len());
    for line in lines.iter().take(6) {
        text += &format!("    {}\n", line.chars().take(150).collect::<String>());
    }
    text
}

/// Whether a line is of a file that the programs may take for text or not.
pub fn is_of_unclear_file(line: &str) -> bool {
    if line.contains('\u{fffd}') {
        return true;
    }
    let line = line.strip_prefix(BINARY).unwrap_or(line);
    ASIDE.iter().any(|(path, classes)| {
        // A link may lead to it.
        let name = path.rsplit_once('/').map_or(*path, |(_, name)| name);
        line.contains(name)
            && classes.iter().any(|class| matches!(class, Class::Encoded | Class::Binary))
    })
}

/// Whether lines have names in front. A line may begin like one by chance.
pub fn has_names(ran: &Ran) -> bool {
    ran.lines.iter().filter(|line| split_path(line).is_some()).count() * 2 > ran.lines.len()
}

/// Whether a line says that nothing is in a folder.
pub fn is_of_a_folder(top: &Path, line: &str) -> bool {
    let name = line.strip_suffix(":0").unwrap_or(line).trim_end_matches('/');
    let path = match name.strip_prefix(TOP) {
        Some(rest) => top_of(top).join(rest.trim_start_matches('/')),
        None => top.join(name),
    };
    line == "0" || !matches!(line, "" | "..") && path.is_dir()
}

/// Whether its own program refuses the original.
pub fn is_refused(ran: &Ran) -> bool {
    const COMPLAINTS: [&str; 12] = [
        "warning: ",
        "conflicting matchers",
        "find: expected an expression",
        "grep: Invalid",
        "grep: Unmatched",
        "grep: Trailing",
        "grep: invalid",
        "grep: missing",
        "grep: exceeded",
        "grep: nothing to repeat",
        "grep: quantifier",
        "grep: the -P option",
    ];
    COMPLAINTS.iter().any(|words| ran.errors.contains(words))
        || (ran.status == Some(2) && !ran.errors.contains("No such file") && !ran.errors.is_empty())
}
