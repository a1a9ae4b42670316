//! Writing to stdout, for every command but the hook.

use std::io::{self, IsTerminal, Write};

use super::style::STYLES;
use crate::base::text::is_invisible;

/// Whether a person reads stdout.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes a page to stdout. It may repeat a repository's words, so a terminal gets only text and
/// our own styles.
///
/// # Errors
/// When it cannot be written. A closed pipe is not an error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let styles = if is_terminal() { STYLES } else { &[] };
    write(&for_terminal(text, styles))
}

/// Writes JSON to stdout. It means the same as `json`; what a terminal must not see is escaped.
///
/// # Errors
/// When it cannot be written. A closed pipe is not an error.
pub(crate) fn print_json(json: &str) -> io::Result<()> {
    write(&visible_json(json))
}

fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A page without anything that writes on the terminal it is shown on, or hides there: line breaks,
/// tabs and these styles (`1` is `ESC [ 1 m`) stay.
pub fn for_terminal(page: &str, styles: &[&str]) -> String {
    let mut shown = String::with_capacity(page.len());
    let mut rest = page.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            let style = rest.as_str().strip_prefix('[').and_then(|codes| codes.split_once('m'));
            if let Some((code, after)) = style.filter(|(code, _)| styles.contains(code)) {
                shown.extend(["\u{1b}[", code, "m"]);
                rest = after.chars();
            }
        } else if matches!(c, '\n' | '\t') || !(c.is_control() || is_invisible(c)) {
            shown.push(c);
        }
    }
    shown
}

/// JSON that means the same and shows everything that is in it: control characters and invisible
/// ones are escaped.
pub fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        // A bare line break stands between values, never in a string.
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            let mut units = [0; 2];
            shown.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_keep_their_styles_and_nothing_else_that_acts() {
        let page =
            "\u{1b}[1mname\u{1b}[0m\tx\n\u{1b}[2J\u{1b}]0;t\u{7}a\u{9b}2J\u{e0041}\u{1b}[8m\u{1b}";
        assert_eq!(for_terminal(page, &["0", "1"]), "\u{1b}[1mname\u{1b}[0m\tx\n[2J]0;ta2J[8m");
        assert_eq!(for_terminal("\u{1b}[1mx\u{1b}[0m\r\n", &[]), "[1mx[0m\n");
    }

    #[test]
    fn json_means_the_same_and_shows_all() {
        let text = "a\u{202e}\u{e0041}\u{9b}\u{7f}é\n";
        let json = visible_json(&serde_json::to_string_pretty(&[text]).unwrap());
        assert_eq!(json, "[\n  \"a\\u202e\\udb40\\udc41\\u009b\\u007fé\\n\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }
}
