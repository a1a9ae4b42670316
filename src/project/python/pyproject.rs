//! The keys, lists and tables of a `pyproject.toml`.
//!
//! Not a TOML crate: rules need only lists of strings and the keys of a table, and what cannot be
//! read counts as missing.

/// Most bytes of a value that continues over several lines.
const MAX_VALUE_BYTES: usize = 64 << 10;

/// The strings of the list under `key` of a `pyproject.toml`.
pub(super) fn list(text: &str, key: &str) -> Vec<String> {
    entries(text)
        .iter()
        .find(|(of, _)| of == key)
        .map(|(_, value)| strings(value))
        .unwrap_or_default()
}

/// Whether a `pyproject.toml` has this table or one below it.
pub(super) fn has_table(text: &str, table: &str) -> bool {
    let is_it = |line: &str| {
        let rest = line.trim().trim_start_matches('[').strip_prefix(table);
        rest.is_some_and(|rest| rest.starts_with([']', '.']))
    };
    !table.is_empty() && text.lines().any(|line| line.starts_with('[') && is_it(line))
}

/// Each key with the tables above it, and its value as it is written, without the comments at the
/// ends of lines.
pub(super) fn entries(text: &str) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    let mut table = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = uncommented(line).trim();
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_matches(['[', ']', ' ']).replace(['"', '\'', ' '], "");
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.replace(['"', '\'', ' '], "");
        let mut value = value.trim().to_owned();
        while value.starts_with('[') && !is_closed(&value) && value.len() < MAX_VALUE_BYTES {
            let Some(next) = lines.next() else { break };
            value.push_str(uncommented(next));
            value.push('\n');
        }
        entries.push((if table.is_empty() { key } else { format!("{table}.{key}") }, value));
    }
    entries
}

/// A line up to its comment.
fn uncommented(line: &str) -> &str {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') => return line.get(..at).unwrap_or_default(),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    line
}

/// Whether the brackets of a list are closed.
fn is_closed(value: &str) -> bool {
    let (mut quote, mut depth) = (None, 0_i32);
    for c in value.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth -= 1,
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    depth <= 0
}

/// The strings of a list, but not those in tables within it: they are the names of other groups.
pub(super) fn strings(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut quote, mut depth, mut text) = (None, 0_i32, String::new());
    for c in value.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth -= 1,
            (Some(open), c) if open == c => {
                quote = None;
                let whole = std::mem::take(&mut text);
                if depth == 0 {
                    found.push(whole);
                }
            }
            (Some(_), c) => text.push(c),
            _ => {}
        }
    }
    found
}
