//! Bars in a pattern of grep: which of them separate alternatives, and which are literal.

use crate::rules::rewrite::grep;
use crate::rules::rewrite::pattern::Syntax;
use crate::rules::trigger::{Check, Miss};
use crate::shell::Command;
use crate::shell::options::{self, Spec, Value};

/// Options with which a grep prints something else than what its pattern matches.
const OTHER_SEARCHES: &str = "vqfLcP";

/// A pattern whose bars are literal to this grep and look like alternation.
pub(super) struct Bars<'c> {
    pub(super) pattern: Value<'c>,
    pub(super) syntax: Syntax,
    /// The pattern with bars that separate alternatives.
    pub(super) meant: String,
}

/// Reads the only pattern of a grep.
///
/// # Errors
/// [`Miss::No`] if it has no literal bar, [`Miss::Near`] if its bars may be meant literally.
pub(super) fn read(command: &Command) -> Check<Bars<'_>> {
    let (pattern, syntax) = pattern(command).ok_or(Miss::No)?;
    let text = pattern.literal().ok_or(Miss::Near("its pattern is not known"))?;
    let (escaped, bare) = bars(text).ok_or(Miss::No)?;
    let literal = match syntax {
        Syntax::Extended if bare.is_empty() => escaped,
        Syntax::Basic if escaped.is_empty() => bare,
        _ if escaped.is_empty() || bare.is_empty() => return Err(Miss::No),
        _ => return Err(Miss::Near("it has both kinds of bars, so its author knows the syntax")),
    };
    if literal.is_empty() {
        return Err(Miss::No);
    }
    let width = if syntax == Syntax::Extended { 2 } else { 1 };
    let mut meant = String::new();
    let mut from = 0;
    for at in literal {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + width..).and_then(|text| text.chars().next());
        let is_part =
            |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !"|^$\\".contains(c));
        // A word may begin with `^` or a backslash and end with `$`.
        let begins = is_part(after) || matches!(after, Some('^' | '\\'));
        if !(is_part(before) || before == Some('$')) || !begins {
            return Err(Miss::Near(
                "a | beside a blank, another one or an end may be a literal pipe",
            ));
        }
        meant.push_str(text.get(from..at).unwrap_or_default());
        meant.push_str(if syntax == Syntax::Extended { "|" } else { "\\|" });
        from = at + width;
    }
    meant.push_str(text.get(from..).unwrap_or_default());
    Ok(Bars { pattern, syntax, meant })
}

/// Whether the pattern of a grep has alternatives.
pub(super) fn alternates(command: &Command) -> bool {
    pattern(command).is_some_and(|(pattern, syntax)| {
        bars(pattern.text).is_some_and(|(escaped, bare)| match syntax {
            Syntax::Extended => !bare.is_empty(),
            _ => !escaped.is_empty(),
        })
    })
}

/// The only pattern of a grep that prints what matches, and its syntax: basic or extended.
fn pattern(command: &Command) -> Option<(Value<'_>, Syntax)> {
    let items = options::read(&command.args, Spec::of("grep"));
    if OTHER_SEARCHES.chars().any(|flag| grep::asks(&items, flag)) {
        return None;
    }
    let reading = grep::read(command, &items);
    let [pattern] = reading.patterns.as_slice() else { return None };
    Some((*pattern, reading.syntax?))
}

/// Where bars with and without a backslash are, in bytes, outside classes; `None` for a pattern that
/// ends in a backslash.
fn bars(text: &str) -> Option<(Vec<usize>, Vec<usize>)> {
    let (mut escaped, mut bare) = (Vec::new(), Vec::new());
    let mut chars = text.char_indices();
    let mut class_at = None;
    while let Some((at, c)) = chars.next() {
        match (class_at, c) {
            // As its first member, a bracket does not close a class.
            (Some(start), ']') if at > start + 1 => class_at = None,
            (Some(start), '^') if at == start + 1 => class_at = Some(at),
            (Some(_), _) => {}
            (None, '[') => class_at = Some(at),
            (None, '\\') => {
                if chars.next()?.1 == '|' {
                    escaped.push(at);
                }
            }
            (None, '|') => bare.push(at),
            (None, _) => {}
        }
    }
    Some((escaped, bare))
}
