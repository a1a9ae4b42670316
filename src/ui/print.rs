//! Writing to stdout, for every command but the hook.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use crate::base::text::is_invisible;

/// The styles that pages use, as SGR codes. Each of them leaves the text visible.
pub(crate) const STYLES: &[&str] = &["0", "1", "2", "31", "32", "33", "36"];

/// Whether stdout is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes a page to stdout. A page may quote a repository, so a terminal gets only text and our own
/// styles.
///
/// # Errors
/// When it cannot be written. A closed pipe is not an error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    print_to_reader(text).map(|_| ())
}

/// The same, and returns whether somebody still reads: `false` after a pipe was closed.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn print_to_reader(text: &str) -> io::Result<bool> {
    let styles = if is_terminal() { STYLES } else { &[] };
    write_stdout(&for_terminal(text, styles))
}

/// Columns of the terminal; elsewhere 80.
pub(crate) fn columns() -> usize {
    let size = if is_terminal() { terminal_size::terminal_size_of(io::stdout()) } else { None };
    size.map_or(80, |(width, _)| usize::from(width.0).max(40))
}

/// Waits, and returns whether somebody can still read stdout. Returns at once when a pipe is
/// closed; the time may be cut short.
pub(crate) fn wait(time: Duration) -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;

        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

        let stdout = io::stdout();
        let mut end = [PollFd::new(stdout.as_fd(), PollFlags::empty())];
        // A closed pipe is an error without being asked for.
        let gone = PollFlags::POLLERR | PollFlags::POLLHUP | PollFlags::POLLNVAL;
        let timeout = PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX);
        match poll(&mut end, timeout) {
            Ok(_) => !end.iter().any(|end| end.revents().is_some_and(|is| is.intersects(gone))),
            // A signal; the caller looks again sooner than it asked.
            Err(_) => true,
        }
    }
    #[cfg(not(unix))]
    {
        std::thread::sleep(time);
        true
    }
}

/// Writes JSON to stdout, with the characters escaped that would act on a terminal or be invisible.
///
/// # Errors
/// When it cannot be written. A closed pipe is not an error.
pub(crate) fn print_json(json: &str) -> io::Result<()> {
    print_json_to_reader(json).map(|_| ())
}

/// The same, and returns whether somebody still reads: `false` after a pipe was closed.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn print_json_to_reader(json: &str) -> io::Result<bool> {
    write_stdout(&visible_json(json))
}

fn write_stdout(text: &str) -> io::Result<bool> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true),
    }
}

/// The page without control and invisible characters. Line breaks, tabs and these `styles` stay;
/// `1` means `ESC [ 1 m`.
pub(crate) fn for_terminal(page: &str, styles: &[&str]) -> String {
    let mut visible = String::with_capacity(page.len());
    let mut rest = page.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            let style = rest.as_str().strip_prefix('[').and_then(|codes| codes.split_once('m'));
            if let Some((code, after)) = style.filter(|(code, _)| styles.contains(code)) {
                visible.extend(["\u{1b}[", code, "m"]);
                rest = after.chars();
            }
        } else if matches!(c, '\n' | '\t') || !(c.is_control() || is_invisible(c)) {
            visible.push(c);
        }
    }
    visible
}

/// Equivalent JSON with control and invisible characters escaped.
pub(crate) fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        // A bare line break is always between values, never in a string.
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            let mut units = [0; 2];
            visible.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            visible.push(c);
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_its_styles_but_no_other_escape_sequence() {
        let page =
            "\u{1b}[1mname\u{1b}[0m\tx\n\u{1b}[2J\u{1b}]0;t\u{7}a\u{9b}2J\u{e0041}\u{1b}[8m\u{1b}";
        assert_eq!(for_terminal(page, &["0", "1"]), "\u{1b}[1mname\u{1b}[0m\tx\n[2J]0;ta2J[8m");
        assert_eq!(for_terminal("\u{1b}[1mx\u{1b}[0m\r\n", &[]), "[1mx[0m\n");
    }

    #[test]
    fn escaped_json_is_equivalent_and_visible() {
        let text = "a\u{202e}\u{e0041}\u{9b}\u{7f}é\n";
        let json = visible_json(&serde_json::to_string_pretty(&[text]).unwrap());
        assert_eq!(json, "[\n  \"a\\u202e\\udb40\\udc41\\u009b\\u007fé\\n\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }
}
