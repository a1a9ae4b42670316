//! Lines of a shell that look for the program before they run it, as our plugin's do: they do no
//! more than the command in them.

use super::words::{is_program, words};

/// What hides the output of the look.
const QUIET: [&str; 5] = ["2>&1", "&>/dev/null", "1>/dev/null", "2>/dev/null", ">/dev/null"];

/// What ends a line without an error, whatever the command did.
const FORGIVING: [&str; 3] = ["|| true", "|| :", "|| exit 0"];

/// A line that runs the hook of `program`, a plain name, or does nothing where there is no such
/// program.
pub(super) fn line(program: &str) -> String {
    format!("command -v {program} >/dev/null 2>&1 || exit 0; exec {program} hook")
}

/// The command that a line runs if the program is there: `toolcoach hook` of `command -v toolcoach
/// || exit 0; exec toolcoach hook`. The line itself if it does not look first.
pub(super) fn inner(line: &str) -> &str {
    let line = line.trim();
    let line = FORGIVING.iter().find_map(|end| line.strip_suffix(end)).unwrap_or(line).trim_end();
    let command = if_found(line).or_else(|| unless_missing(line)).or_else(|| and_then(line));
    let command = command.unwrap_or(line);
    command.strip_prefix("exec ").unwrap_or(command)
}

/// `if LOOK; then COMMAND; fi`
fn if_found(line: &str) -> Option<&str> {
    let (look, rest) = line.strip_prefix("if ")?.split_once(';')?;
    let command = rest.trim().strip_prefix("then ")?.strip_suffix("fi")?.trim_end();
    looks(look).then(|| command.strip_suffix(';').map(str::trim))?
}

/// `LOOK || exit 0; COMMAND`
fn unless_missing(line: &str) -> Option<&str> {
    let (look, rest) = line.split_once("||")?;
    let (exit, command) = rest.split_once(';')?;
    (looks(look) && matches!(exit.trim(), "exit 0" | "exit")).then(|| command.trim())
}

/// `LOOK && COMMAND`
fn and_then(line: &str) -> Option<&str> {
    let (look, command) = line.split_once("&&")?;
    looks(look).then(|| command.trim())
}

/// Whether a command only looks whether this program is there.
fn looks(text: &str) -> bool {
    let mut text = text.replace("> /dev/null", ">/dev/null");
    while let Some(rest) = QUIET.iter().find_map(|quiet| text.trim_end().strip_suffix(quiet)) {
        text = rest.to_owned();
    }
    let words = words(&text).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["command", "-v", name]
        | ["which" | "type" | "hash", name]
        | ["test", "-x", name]
        | ["[", "-x", name, "]"] => is_program(name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_behind_a_look_is_found() {
        for line in [
            "toolcoach hook",
            "command -v toolcoach >/dev/null 2>&1 || exit 0; exec toolcoach hook",
            "command -v toolcoach > /dev/null 2>&1 && toolcoach hook",
            "which toolcoach &>/dev/null && exec toolcoach hook || true",
            "[ -x \"/a b/toolcoach\" ] && toolcoach hook",
            "test -x ~/bin/toolcoach || exit 0; toolcoach hook",
            "if command -v toolcoach >/dev/null; then toolcoach hook; fi",
            "toolcoach hook || true",
            &line("toolcoach"),
        ] {
            assert_eq!(inner(line), "toolcoach hook", "{line}");
        }
        for line in [
            "command -v other >/dev/null || exit 0; toolcoach hook",
            "command -v toolcoach >file || exit 0; toolcoach hook",
            "command -v toolcoach || exit 1; toolcoach hook",
            "command -v toolcoach || say no; toolcoach hook",
            "other && toolcoach hook",
            "toolcoach hook && other",
            "if other; then toolcoach hook; fi",
            "toolcoach hook; other || true",
            "command -v toolcoach || exit 0; other; toolcoach hook",
        ] {
            assert_ne!(inner(line), "toolcoach hook", "{line}");
        }
    }
}
