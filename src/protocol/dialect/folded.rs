//! Input fields in which other clients fold what Claude Code sends as fields of their own.

use serde_json::{Map, Value, json};

/// The input of `tool` with these fields taken apart: Cline's `files` and `queries` and Droid's
/// `patterns` if they have one item, Copilot CLI's `view_range`, pi's `edits`, and the last line of
/// a read.
pub(super) fn unfolded(tool: &str, raw: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = raw.clone();
    if let Some(Value::Object(file)) = only(raw, "files") {
        fields.extend(file.clone());
    }
    if let Some(pattern) = only(raw, "queries").or_else(|| only(raw, "patterns")) {
        fields.insert("pattern".to_owned(), pattern.clone());
    }
    if let Some([start, end]) = raw.get("view_range").and_then(Value::as_array).map(Vec::as_slice) {
        fields.insert("start_line".to_owned(), start.clone());
        fields.insert("end_line".to_owned(), end.clone());
    }
    let line = |name: &str| fields.get(name).and_then(Value::as_u64);
    if let (Some(start), Some(end), None) = (line("start_line"), line("end_line"), line("limit")) {
        fields.insert("limit".to_owned(), json!((end + 1).saturating_sub(start)));
    }
    match only(raw, "edits") {
        Some(Value::Object(edit)) if tool == "Edit" => {
            fields.remove("edits");
            fields.extend(edit.clone());
        }
        _ => {}
    }
    if tool == "Write"
        && let Some(text) = fields.remove("new_text")
    {
        fields.insert("content".to_owned(), text);
    }
    fields
}

/// The item of a list that has one.
fn only<'v>(raw: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    match raw.get(name)?.as_array()?.as_slice() {
        [item] => Some(item),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_one_is_taken_apart_and_a_longer_one_is_not() {
        let of = |tool: &str, raw: Value| unfolded(tool, raw.as_object().unwrap());
        let read =
            of("Read", json!({ "files": [{ "path": "a", "start_line": 100, "end_line": 120 }] }));
        assert_eq!((&read["path"], &read["limit"]), (&json!("a"), &json!(21)));
        let read = of("Read", json!({ "path": "a", "view_range": [5, 4] }));
        assert_eq!((&read["start_line"], &read["limit"]), (&json!(5), &json!(0)));
        assert!(
            !of("Read", json!({ "files": [{ "path": "a" }, { "path": "b" }] }))
                .contains_key("path")
        );
        assert!(!of("Read", json!({ "view_range": [5, -1] })).contains_key("limit"));
        assert_eq!(of("Grep", json!({ "queries": ["x"] }))["pattern"], "x");
        assert!(!of("Grep", json!({ "queries": ["x", "y"] })).contains_key("pattern"));
        let edit = of("Edit", json!({ "edits": [{ "oldText": "a", "newText": "b" }] }));
        assert_eq!((&edit["oldText"], edit.get("edits")), (&json!("a"), None));
        assert_eq!(of("Write", json!({ "new_text": "x" }))["content"], "x");
    }
}
