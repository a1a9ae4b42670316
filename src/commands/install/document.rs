//! Edits the text of a JSON file in place: every other byte stays as its owner wrote it.
//!
//! `serde_json` validates the text strictly. Then this module cuts and splices it by position. A
//! value that is parsed and printed again would lose the layout. A concrete syntax tree, such as
//! `jsonc-parser`'s, keeps the layout of the present values but chooses its own for added ones, so
//! that removing would not undo adding.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::Deserializer as _;
use serde_json::Value;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::unique_keys::UniqueKeys;
use crate::base::file_error::{FileError, Position};
use crate::base::text;

/// Longest error message, characters: a key may be as long as the file.
const MAX_FAULT_CHARS: usize = 240;

/// What is said of a comment. Gemini CLI and Qwen Code take them.
pub(super) const COMMENT: &str = "this is a comment, but toolcoach edits plain JSON only";

/// Bytes from `start` up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// One member of an object, or one item of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JsonPart {
    /// Empty in an array.
    pub(super) key: String,
    /// Its first byte: that of its key, if it has one.
    pub(super) start: usize,
    pub(super) value: Span,
}

/// A file with one JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    path: PathBuf,
    text: String,
}

impl Document {
    /// Parses `text`, the content of `path`.
    ///
    /// # Errors
    /// When it is not one JSON object, or an object in it has a key twice.
    pub(super) fn parse(path: &Path, text: String) -> Result<Self, FileError> {
        let document = Self { path: path.to_owned(), text };
        if document.text.starts_with('\u{feff}') {
            let what = "it begins with a byte order mark; save it as UTF-8 without one".to_owned();
            return Err(document.fault(0, what));
        }
        let mut reader = serde_json::Deserializer::from_str(&document.text);
        reader.deserialize_any(UniqueKeys).and_then(|()| reader.end()).map_err(|error| {
            let message = error.to_string();
            let what = text::clean(message.split(" at line ").next().unwrap_or_default());
            let what = what.chars().take(MAX_FAULT_CHARS).collect();
            let position = Position { line: error.line().max(1), column: error.column().max(1) };
            let line = document.text.split('\n').nth(position.line - 1).unwrap_or_default();
            let here = line.get(position.column - 1..).unwrap_or_default();
            let is_comment = here.starts_with("//") || here.starts_with("/*");
            let what = if is_comment { COMMENT.to_owned() } else { what };
            FileError::Invalid { path: document.path.clone(), position, what }
        })?;
        document.check_object(document.root())?;
        Ok(document)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte.
    pub(super) fn position(&self, at: usize) -> Position {
        Position::of(self.text.as_bytes(), at)
    }

    pub(super) fn fault(&self, at: usize, what: String) -> FileError {
        let position = self.position(at);
        FileError::Invalid { path: self.path.clone(), position, what }
    }

    /// The whole value.
    pub(super) fn root(&self) -> Span {
        let bytes = self.text.as_bytes();
        Span { start: skip_blank(bytes, 0), end: self.text.trim_end_matches(BLANK).len() }
    }

    /// Checks that the value is an object.
    ///
    /// # Errors
    /// When it is not: the error has the position.
    pub(super) fn check_object(&self, span: Span) -> Result<(), FileError> {
        self.check_first_byte(span, b'{', "an object")
    }

    /// Checks that the value is an array.
    ///
    /// # Errors
    /// When it is not: the error has the position.
    pub(super) fn check_array(&self, span: Span) -> Result<(), FileError> {
        self.check_first_byte(span, b'[', "an array")
    }

    fn check_first_byte(&self, span: Span, byte: u8, expected: &str) -> Result<(), FileError> {
        if self.text.as_bytes().get(span.start) == Some(&byte) {
            return Ok(());
        }
        Err(self.fault(
            span.start,
            format!("expected {expected}; toolcoach does not know this form of settings"),
        ))
    }

    /// The members of an object or the items of an array; empty for any other value.
    pub(super) fn parts(&self, span: Span) -> Vec<JsonPart> {
        let bytes = self.text.as_bytes();
        let has_keys = match bytes.get(span.start) {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return Vec::new(),
        };
        let (mut parts, mut at) = (Vec::new(), skip_blank(bytes, span.start + 1));
        while at + 1 < span.end {
            let start = at;
            let mut key = String::new();
            if has_keys {
                let end = value_end(bytes, at);
                key = serde_json::from_str(self.slice(Span { start, end })).unwrap_or_default();
                at = skip_blank(bytes, skip_blank(bytes, end) + 1);
            }
            let end = value_end(bytes, at);
            parts.push(JsonPart { key, start, value: Span { start: at, end } });
            at = skip_blank(bytes, skip_blank(bytes, end) + 1);
        }
        parts
    }

    /// The member of an object with this key.
    pub(super) fn member(&self, object: Span, key: &str) -> Option<Span> {
        self.parts(object).into_iter().find(|part| part.key == key).map(|part| part.value)
    }

    /// The value in this span.
    pub(super) fn value(&self, span: Span) -> Value {
        serde_json::from_str(self.slice(span)).unwrap_or_default()
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Adds a last member to an object, or with an empty key a last item to an array, in the layout
    /// of its neighbours.
    pub(super) fn add(&mut self, container: Span, key: &str, value: &impl Serialize) {
        let parts = self.parts(container);
        let first = parts.first().map_or(container.end - 1, |part| part.start);
        let lead = self.slice(Span { start: container.start + 1, end: first });
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let broken_line = lead.rfind('\n').and_then(|at| lead.get(at + 1..)).map(str::to_owned);
        if let Some(last) = parts.last() {
            let piece = match broken_line {
                Some(indent) => {
                    format!(",{newline}{indent}{}", self.broken(key, value, newline, &indent))
                }
                None => format!(",{}{}", self.gap(), self.flat(key, value)),
            };
            return self.text.insert_str(last.value.end, &piece);
        }
        let inside = Span { start: container.start + 1, end: container.end - 1 };
        let root = self.root();
        let piece = if container == root || self.slice(root).contains('\n') {
            let outer = self.indent_at(container.start).to_owned();
            let indent = format!("{outer}{}", self.unit());
            format!(
                "{newline}{indent}{}{newline}{outer}",
                self.broken(key, value, newline, &indent)
            )
        } else {
            self.flat(key, value)
        };
        self.text.replace_range(inside.start..inside.end, &piece);
    }

    /// Removes one part and its comma.
    pub(super) fn remove(&mut self, container: Span, index: usize) {
        let parts = self.parts(container);
        let Some(part) = parts.get(index) else { return };
        let range =
            match (index.checked_sub(1).and_then(|before| parts.get(before)), parts.get(index + 1))
            {
                (Some(before), _) => before.value.end..part.value.end,
                (None, Some(after)) => part.start..after.start,
                (None, None) => container.start + 1..container.end - 1,
            };
        self.text.replace_range(range, "");
    }

    /// The indentation of the line with this byte.
    fn indent_at(&self, at: usize) -> &str {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.rfind('\n').and_then(|end| before.get(end + 1..)).unwrap_or(before);
        line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
    }

    /// One step of indentation.
    fn unit(&self) -> &str {
        let root = self.root();
        let first = self.parts(root).first().map_or(root.start, |part| part.start);
        match self.indent_at(first) {
            "" => "  ",
            indent => indent,
        }
    }

    /// The white space that this file has after commas and colons.
    fn gap(&self) -> &'static str {
        let close = |part: &JsonPart| self.text.as_bytes().get(part.value.start - 1) == Some(&b':');
        if self.parts(self.root()).first().is_some_and(close) { "" } else { " " }
    }

    fn broken(&self, key: &str, value: &impl Serialize, newline: &str, indent: &str) -> String {
        let pretty = printed(value, PrettyFormatter::with_indent(self.unit().as_bytes()));
        format!("{}{}", named(key, " "), pretty.replace('\n', &format!("{newline}{indent}")))
    }

    fn flat(&self, key: &str, value: &impl Serialize) -> String {
        format!("{}{}", named(key, self.gap()), printed(value, OneLine { gap: self.gap() }))
    }
}

/// White space in JSON.
const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];

fn named(key: &str, gap: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{}:{gap}", Value::from(key)) }
}

fn printed(value: &impl Serialize, formatter: impl Formatter) -> String {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail, and every value here can be expressed in JSON.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter));
    String::from_utf8(bytes).unwrap_or_default()
}

/// Prints a value on one line.
struct OneLine {
    gap: &'static str,
}

impl OneLine {
    fn next<W: ?Sized + io::Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { write!(writer, ",{}", self.gap) }
    }
}

impl Formatter for OneLine {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        write!(writer, ":{}", self.gap)
    }
}

/// The index of the first byte from `at` on that is not white space.
fn skip_blank(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| BLANK.contains(&char::from(**byte))).count()
}

/// The end of the value that begins at `at`, in text that is known to be valid.
fn value_end(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut quoted, mut at) = (0_usize, false, at);
    let scalar = !matches!(bytes.get(at), Some(b'{' | b'[' | b'"'));
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => {
                quoted = !quoted;
                if depth == 0 && !quoted {
                    return at + 1;
                }
            }
            _ if quoted => {}
            b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' if scalar => return at,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse(Path::new("x"), text.to_owned()).unwrap()
    }

    #[test]
    fn an_added_part_looks_like_its_neighbours_and_is_removed_without_a_trace() {
        let value = serde_json::json!({ "a": [1] });
        for (text, expected) in [
            ("{}", "{\n  \"k\": {\n    \"a\": [\n      1\n    ]\n  }\n}"),
            ("{\"x\":1}\n", "{\"x\":1,\"k\":{\"a\":[1]}}\n"),
            ("{ \"x\" : 1 }", "{ \"x\" : 1, \"k\": {\"a\": [1]} }"),
            (
                "{\r\n\t\"x\": 1\r\n}\r\n",
                "{\r\n\t\"x\": 1,\r\n\t\"k\": {\r\n\t\t\"a\": [\r\n\t\t\t1\r\n\t\t]\r\n\t}\r\n}\r\n",
            ),
        ] {
            let mut changed = document(text);
            changed.add(changed.root(), "k", &value);
            assert_eq!(changed.text(), expected);
            let changed_back = document(expected);
            let last = changed_back.parts(changed_back.root()).len() - 1;
            changed.remove(changed.root(), last);
            assert_eq!(changed.text(), text);
        }
    }

    #[test]
    fn parts_are_found_in_any_layout() {
        let compact = document(" {\"a\\n\" :[1,\"],\\\"}\" , {} ],\"b\":-1e5\n, \"\":null}\n ");
        let parts = compact.parts(compact.root());
        assert_eq!(
            parts.iter().map(|part| part.key.as_str()).collect::<Vec<_>>(),
            ["a\n", "b", ""]
        );
        assert_eq!(
            parts.iter().map(|part| compact.slice(part.value)).collect::<Vec<_>>(),
            ["[1,\"],\\\"}\" , {} ]", "-1e5", "null"]
        );
        assert_eq!(compact.parts(parts[0].value).len(), 3);
        assert!(compact.parts(parts[1].value).is_empty());
    }
}
