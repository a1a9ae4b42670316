//! The words of a grep: its options, patterns and paths, and which of them other programs read
//! alike.

use super::pattern::{self, Syntax};
use super::reader::Use;
use crate::shell::options::{self, Item, Value};
use crate::shell::{Command, Word};

/// Long options that have a letter of the same meaning.
const LETTERS: [(&str, char); 23] = [
    ("recursive", 'r'),
    ("dereference-recursive", 'R'),
    ("line-number", 'n'),
    ("ignore-case", 'i'),
    ("word-regexp", 'w'),
    ("line-regexp", 'x'),
    ("files-with-matches", 'l'),
    ("files-without-match", 'L'),
    ("only-matching", 'o'),
    ("invert-match", 'v'),
    ("with-filename", 'H'),
    ("no-filename", 'h'),
    ("no-messages", 's'),
    ("count", 'c'),
    ("text", 'a'),
    ("quiet", 'q'),
    ("silent", 'q'),
    ("extended-regexp", 'E'),
    ("basic-regexp", 'G'),
    ("perl-regexp", 'P'),
    ("fixed-strings", 'F'),
    ("max-count", 'm'),
    ("regexp", 'e'),
];

/// Long options with a value that have a letter.
const CONTEXT: [(&str, char); 3] =
    [("after-context", 'A'), ("before-context", 'B'), ("context", 'C')];

/// The letter of an option, if it has one.
pub(super) fn letter(item: &Item) -> Option<char> {
    match item {
        Item::Short(flag, _) => Some(*flag),
        Item::Long(name, _) => {
            LETTERS.iter().chain(&CONTEXT).find(|(long, _)| long == name).map(|(_, letter)| *letter)
        }
        Item::Operand(_) => None,
    }
}

/// The value of an option.
pub(super) fn value<'i, 'c>(item: &'i Item<'c>) -> Option<&'i Value<'c>> {
    match item {
        Item::Short(_, value) | Item::Long(_, value) => value.as_ref(),
        Item::Operand(_) => None,
    }
}

/// What a grep searches for, and where.
pub(crate) struct Reading<'c> {
    /// The syntax of its patterns; `None` if they are fixed texts.
    pub(crate) syntax: Option<Syntax>,
    pub(crate) patterns: Vec<Value<'c>>,
    pub(super) operands: Vec<&'c Word>,
}

/// Reads the words of a grep.
pub(crate) fn read<'c>(command: &'c Command, items: &[Item<'c>]) -> Reading<'c> {
    let mut syntax = match command.program.as_str() {
        "egrep" => Some(Syntax::Extended),
        "fgrep" => None,
        _ => Some(Syntax::Basic),
    };
    let mut patterns = Vec::new();
    for item in items {
        match letter(item) {
            Some('E') => syntax = Some(Syntax::Extended),
            Some('G') => syntax = Some(Syntax::Basic),
            Some('P') => syntax = Some(Syntax::Perl),
            Some('F') => syntax = None,
            Some('e') => patterns.extend(value(item)),
            _ => {}
        }
    }
    let mut operands = options::operands(items);
    if patterns.is_empty() && !operands.is_empty() {
        let word = operands.remove(0);
        patterns.push(Value { text: &word.text, word });
    }
    Reading { syntax, patterns, operands }
}

/// The paths that a grep searches.
pub(crate) fn paths<'c>(command: &'c Command, items: &[Item<'c>]) -> Vec<&'c Word> {
    read(command, items).operands
}

/// Whether an option with this letter is there.
pub(crate) fn asks(items: &[Item], flag: char) -> bool {
    items.iter().any(|item| letter(item) == Some(flag))
}

/// Whether what the grep prints names the files.
pub(super) fn prints_paths(items: &[Item]) -> bool {
    asks(items, 'l') || asks(items, 'L') || !asks(items, 'h')
}

/// The text of a pattern that the shell passes to grep unchanged; `None` if the shell may change
/// it, or if it is empty or of several lines.
pub(super) fn pattern_text<'c>(pattern: &Value<'c>) -> Option<&'c str> {
    let is_whole = pattern.word.text.ends_with(pattern.text);
    let is_literal = !pattern.word.expands && !pattern.word.globs && is_whole;
    (is_literal && !pattern.text.is_empty() && !pattern.text.contains('\n')).then_some(pattern.text)
}

/// Whether a letter has one other case and nothing more, so that all programs fold it alike: not
/// `ß`, nor the `ı`, `ſ` and Kelvin's `K`, which fold to a letter of ASCII in some of them.
fn is_of_two_cases(letter: char) -> bool {
    let (big, small) = (letter.to_uppercase(), letter.to_lowercase());
    let is_alike = big.clone().flat_map(char::to_lowercase).eq(small.clone())
        && small.clone().flat_map(char::to_uppercase).eq(big.clone());
    let is_one = big.len() == 1 && small.len() == 1;
    letter.is_ascii() || (is_one && is_alike && !big.chain(small).any(|c| c.is_ascii()))
}

/// Whether another program with the counterparts of `items` agrees with grep on what matches, in
/// which form it is printed, and with which status the search ends.
pub(super) fn agrees(items: &[Item], reading: &Reading, used: Use) -> bool {
    let count = |flags: &str| flags.chars().filter(|flag| asks(items, *flag)).count();
    let patterns = || reading.patterns.iter().map(|pattern| pattern.text);
    // The programs differ in where a word begins and in what an empty match is.
    let is_word = |pattern: &str| {
        pattern.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '|' | '\\'))
    };
    if asks(items, 'w') && !patterns().all(is_word) {
        return false;
    }
    // To grep -P a letter beyond ASCII is none of a word, unless it was built with UCP.
    if asks(items, 'w') && asks(items, 'P') {
        return false;
    }
    if asks(items, 'i') && !patterns().all(|pattern| pattern.chars().all(is_of_two_cases)) {
        return false;
    }
    if asks(items, 'o') {
        let ignores_case = asks(items, 'i');
        let is_unclear = |pattern: &str| {
            reading
                .syntax
                .is_some_and(|syntax| !pattern::prints_one_match(pattern, syntax, ignores_case))
        };
        // Only ripgrep prints context around a part of a line, and only git the lines without one.
        if patterns().any(is_unclear) || count("ABCv") > 0 {
            return false;
        }
    }
    // Of two options that contradict each other the programs obey different ones. After the last
    // line of -m, grep goes on with the context.
    let is_clear = count("lLcq") <= 1
        && count("ovc") <= 1
        && count("hH") <= 1
        && count("wx") <= 1
        && !(asks(items, 'C') && count("AB") > 0)
        && !(asks(items, 'm') && count("ABC") > 0);
    // grep 3.5 gave -L the status of its list, ripgrep and git kept that of the search.
    is_clear && !(asks(items, 'L') && used.asks_status)
}
