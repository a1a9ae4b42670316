//! How long a `sleep` waits, and the loops around it.

use crate::shell::{Command, Loop, Script, Word};

/// The seconds that `sleep` waits: the sum of its words; `None` if one of them is not literal.
pub(crate) fn seconds(command: &Command) -> Option<f64> {
    let one = |word: &Word| {
        let text = word.literal()?;
        let (number, unit) = match text.char_indices().last()? {
            (at, 's') => (text.get(..at)?, 1.0),
            (at, 'm') => (text.get(..at)?, 60.0),
            (at, 'h') => (text.get(..at)?, 3600.0),
            (at, 'd') => (text.get(..at)?, 86_400.0),
            _ => (text, 1.0),
        };
        // Rust also parses `inf` and `-1`.
        let is_number = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        Some(number.parse::<f64>().ok().filter(|_| is_number)? * unit)
    };
    command.args.iter().map(one).sum()
}

/// The loops that have `command` in their condition or body, inner ones first.
pub(crate) fn loops_around<'s>(
    script: &'s Script,
    command: &Command,
) -> impl Iterator<Item = &'s Loop> + use<'s> {
    let at = script.before(command).len();
    script
        .loops
        .iter()
        .filter(move |found| found.condition.contains(&at) || found.body.contains(&at))
}
