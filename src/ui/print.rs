//! Writing to stdout, for every command but the hook.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};

use crate::base::env;
use crate::base::text::is_invisible;
use crate::ui::{layout, verbosity};

/// The styles that pages use, as SGR codes. Each of them leaves the text visible.
pub const STYLES: &[&str] = &["0", "1", "2", "31", "32", "33", "36"];

/// Widths of a page, columns. A wider terminal gains nothing, and no narrower one is in use.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=200;

/// The widest column of sentences, columns: the eye loses the next line in a wider one.
const MAX_SENTENCE: usize = 100;

/// The width where nobody knows the reader's terminal, columns.
pub(crate) const USUAL_WIDTH: usize = 80;

/// Decides about colours for the rest of the process, for clap's messages too: what `--color`
/// says; else `FORCE_COLOR`, beside what anstream looks at (`NO_COLOR`, `CLICOLOR`,
/// `CLICOLOR_FORCE`, `TERM`, the terminal).
pub(crate) fn choose_colours(asked: ColorChoice) {
    let is_forced = env::is_color_forced() && !env::no_color();
    match asked {
        ColorChoice::Auto if is_forced => ColorChoice::Always.write_global(),
        asked => asked.write_global(),
    }
}

/// Whether pages on stdout are coloured.
pub(crate) fn has_colours() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether the user wants colours wherever stdout leads.
pub(crate) fn are_colours_forced() -> bool {
    has_colours() && !io::stdout().is_terminal()
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
    let styles = if has_colours() { STYLES } else { &[] };
    write_stdout(&for_terminal(text, styles))
}

/// Columns of a page: `COLUMNS` if it is set, else those of the terminal, else 80.
pub(crate) fn columns() -> usize {
    let stdout = io::stdout();
    let terminal = || {
        let size = terminal_size::terminal_size_of(&stdout).filter(|_| stdout.is_terminal());
        size.map(|(width, _)| usize::from(width.0))
    };
    let columns = env::columns().or_else(terminal).filter(|columns| *columns > 0);
    columns.unwrap_or(USUAL_WIDTH).clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// Columns of sentences on a page of this width.
pub(crate) fn sentence_columns(page: usize) -> usize {
    page.min(MAX_SENTENCE)
}

/// Writes sentences to stdout, each line of the text wrapped. Indented lines are commands and paths,
/// which stay whole.
///
/// # Errors
/// When it cannot be written. A closed pipe is not an error.
pub(crate) fn print_sentences(text: &str) -> io::Result<()> {
    let width = sentence_columns(columns());
    let line = |line: &str| {
        if line.starts_with("  ") { format!("{line}\n") } else { layout::wrapped(line, width) }
    };
    print(&text.lines().map(line).collect::<String>())
}

/// The same for what confirms that something was done. A quiet user does not read it.
///
/// # Errors
/// When it cannot be written. A closed pipe is not an error.
pub(crate) fn confirm(text: &str) -> io::Result<()> {
    if verbosity::is_quiet() { Ok(()) } else { print_sentences(text) }
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

/// Writes what another library left in the buffer of stdout.
///
/// # Errors
/// When it cannot be written. A closed pipe is not an error.
pub(crate) fn flush() -> io::Result<()> {
    write_stdout("").map(|_| ())
}

fn write_stdout(text: &str) -> io::Result<bool> {
    // On Windows this is what makes an old console understand styles.
    let choice = AutoStream::choice(&io::stdout());
    let mut stdout = AutoStream::new(io::stdout().lock(), choice);
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
