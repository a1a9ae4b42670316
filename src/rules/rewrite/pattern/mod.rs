//! Regular expressions of grep in ripgrep's syntax. A pattern without an exact counterpart is not
//! translated.

mod one_match;
mod perl;
mod posix;

pub(crate) use one_match::{may_be_empty, prints_one_match};

/// How a pattern is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// grep's default: `\|`, `\(`, `\+`.
    Basic,
    /// `-E`
    Extended,
    /// `-P`
    Perl,
}

/// `pattern` for ripgrep's default engine.
pub(crate) fn translate(pattern: &str, syntax: Syntax) -> Option<String> {
    // An empty pattern matches everything, and a line break separates alternatives.
    if pattern.is_empty() || pattern.contains('\n') {
        return None;
    }
    match syntax {
        Syntax::Perl => perl::translate(pattern),
        Syntax::Basic => posix::translate(pattern, true),
        Syntax::Extended => posix::translate(pattern, false),
    }
}

/// Adds a literal character, with a backslash only if it needs one: older versions of ripgrep
/// refuse any other.
fn push_literal(out: &mut String, c: char) {
    if r"\.+*?()|[]{}^$#&-~".contains(c) {
        out.push('\\');
    }
    out.push(c);
}
