//! The published schema of the settings and the parser judge alike.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use toolcoach::protocol::client::Client;
use toolcoach::settings::{Budget, File, MAX_DEADLINE_MS, MAX_NUMBER, Owner};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/config.schema.json")).unwrap()
}

/// Whether the parser takes a document.
fn parses(document: &Value, owner: Owner) -> bool {
    File::parse(Path::new("x"), document.to_string(), owner).is_ok()
}

/// The patterns of the schema. A validator with regular expressions would bring more crates than
/// the program has.
fn matches(pattern: &str, text: &str) -> bool {
    let no = |bad: fn(char) -> bool| !text.chars().any(|c| c.is_control() || bad(c));
    match pattern {
        r"^[a-z0-9]+(-[a-z0-9]+)*$" => text.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        }),
        r"^[^\u0000-\u001f\u007f-\u009f]*$" => no(|_| false),
        r"^[^`\u0000-\u001f\u007f-\u009f]*$" => no(|c| c == '`'),
        r"^[^\s\u0000-\u001f\u007f-\u009f]*$" => no(char::is_whitespace),
        r"^[^/\s\u0000-\u001f\u007f-\u009f]*$" => no(|c| c == '/' || c.is_whitespace()),
        r"^--?[A-Za-z0-9][^=\s\u0000-\u001f\u007f-\u009f]*$" => {
            let name = text.strip_prefix("--").or(text.strip_prefix('-')).unwrap_or_default();
            name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && no(|c| c == '=' || c.is_whitespace())
        }
        r"^[0-9a-f]{16}$" => is_hash(text),
        r"^[nt][0-9a-f]{16}$" => text.strip_prefix(['n', 't']).is_some_and(is_hash),
        r"^[0-9a-f]{16}(-[0-9a-f]{16})?\.[0-9]+$" => {
            text.split_once('.').is_some_and(|(hashes, time)| {
                hashes.split('-').count() <= 2
                    && hashes.split('-').all(is_hash)
                    && !time.is_empty()
                    && time.chars().all(|c| c.is_ascii_digit())
            })
        }
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => {
            let parts: Vec<&str> = text.split('-').collect();
            parts.iter().map(|part| part.len()).eq([4, 2, 2])
                && text.chars().all(|c| c == '-' || c.is_ascii_digit())
        }
        r"^[0-9]{1,7}$" => text.len() <= 7 && text.parse::<u32>().is_ok(),
        _ => panic!("a new pattern: {pattern}"),
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}

/// Whether a document holds under `schema`, for the keywords that ours use; `root` resolves
/// references.
pub fn holds(schema: &Value, root: &Value, document: &Value) -> bool {
    let length = || document.as_str().map(|text| text.chars().count() as u64);
    let items = || document.as_array().map(|items| items.len() as u64);
    let at_least =
        |have: Option<u64>, least: &Value| have.is_none_or(|have| have >= least.as_u64().unwrap());
    let at_most =
        |have: Option<u64>, most: &Value| have.is_none_or(|have| have <= most.as_u64().unwrap());
    let each = |schemas: &Value| -> usize {
        schemas.as_array().unwrap().iter().filter(|schema| holds(schema, root, document)).count()
    };
    schema.as_object().unwrap().iter().all(|(keyword, value)| match keyword.as_str() {
        "$schema" | "$defs" | "title" | "description" | "default" => true,
        "$ref" => holds(
            root.pointer(value.as_str().unwrap().strip_prefix('#').unwrap()).unwrap(),
            root,
            document,
        ),
        "type" => match value.as_str().unwrap() {
            "object" => document.is_object(),
            "array" => document.is_array(),
            "string" => document.is_string(),
            "boolean" => document.is_boolean(),
            "number" => document.is_number(),
            "integer" => document.as_f64().is_some_and(|number| number.fract() == 0.0),
            other => panic!("a new type: {other}"),
        },
        "enum" => value.as_array().unwrap().contains(document),
        "const" => value == document,
        "not" => !holds(value, root, document),
        "anyOf" => each(value) > 0,
        "oneOf" => each(value) == 1,
        "minimum" => document.as_f64().is_none_or(|number| number >= value.as_f64().unwrap()),
        "maximum" => document.as_f64().is_none_or(|number| number <= value.as_f64().unwrap()),
        "minLength" => at_least(length(), value),
        "maxLength" => at_most(length(), value),
        "minItems" => at_least(items(), value),
        "maxItems" => at_most(items(), value),
        "pattern" => document.as_str().is_none_or(|text| matches(value.as_str().unwrap(), text)),
        "items" => document
            .as_array()
            .is_none_or(|items| items.iter().all(|item| holds(value, root, item))),
        "required" => document.as_object().is_none_or(|fields| {
            value.as_array().unwrap().iter().all(|key| fields.contains_key(key.as_str().unwrap()))
        }),
        "propertyNames" => document
            .as_object()
            .is_none_or(|fields| fields.keys().all(|key| holds(value, root, &json!(key)))),
        "dependentRequired" => document.as_object().is_none_or(|fields| {
            value.as_object().unwrap().iter().all(|(key, needed)| {
                !fields.contains_key(key)
                    || needed
                        .as_array()
                        .unwrap()
                        .iter()
                        .all(|key| fields.contains_key(key.as_str().unwrap()))
            })
        }),
        "properties" => document.as_object().is_none_or(|fields| {
            fields
                .iter()
                .all(|(key, field)| value.get(key).is_none_or(|schema| holds(schema, root, field)))
        }),
        "additionalProperties" => document.as_object().is_none_or(|fields| {
            let mut others =
                fields.iter().filter(|(key, _)| schema["properties"].get(key).is_none());
            others.all(|(_, field)| value != false && holds(value, root, field))
        }),
        _ => panic!("a new keyword: {keyword}"),
    })
}

/// What the schema says of a document in the file of `owner`.
fn judged(document: &Value, owner: Owner) -> bool {
    let root = schema();
    let schema = if owner == Owner::User { &root } else { &root["$defs"]["project"] };
    holds(schema, &root, document)
}

/// A document with every key.
fn whole() -> Value {
    json!({
        "$schema": "x",
        "disable": ["a", "b-c"], "enable": [], "pin": ["x1"],
        "set": { "bash-output-large": { "bytes": 32000 }, "x": {} },
        "budget": { "hints": 5, "warnings": 0, "gap": 1000 },
        "deadline_ms": 50, "retention_days": 30, "holdout": 0.5, "lessons": false, "tool_use_id": true, "client": "codex",
        "rules": [
            { "id": "x", "text": "y", "severity": "warn", "better": "z", "program": ["a", "b"],
              "subcommand": "c", "flags": ["-x", "--long"], "args": "*.py" },
            { "id": "y-1", "text": "é y", "severity": "critical", "tool": ["Read", "mcp__a__*"], "path": "src/**/my file" },
        ],
    })
}

#[test]
fn valid_documents_are_valid_for_both() {
    let example: Value =
        serde_json::from_str(include_str!("../../../config.example.json")).unwrap();
    let limits = json!({ "rules": [
        { "id": "x".repeat(40), "text": "é".repeat(160), "better": "é".repeat(120), "program": vec!["é".repeat(200); 50] },
        { "id": "x", "text": "x", "program": "x", "flags": format!("--{}", "x".repeat(198)), "args": "x".repeat(200) },
    ] });
    for document in
        [json!({}), whole(), limits, example, json!({ "deadline_ms": 3.0 }), json!({ "rules": [] })]
    {
        assert!(judged(&document, Owner::User), "{document}");
        assert!(parses(&document, Owner::User), "{document}");
    }
    let project = json!({ "$schema": "x", "disable": ["a"], "budget": { "hints": 1 }, "deadline_ms": 1, "lessons": false, "rules": [] });
    assert!(judged(&project, Owner::Project) && parses(&project, Owner::Project));
}

#[test]
fn invalid_documents_are_invalid_for_both() {
    let rule = |fields: Value| {
        let mut rule = json!({ "id": "x", "text": "y", "program": "a" });
        for (key, value) in fields.as_object().unwrap() {
            match value {
                Value::Null => rule.as_object_mut().unwrap().remove(key),
                value => rule.as_object_mut().unwrap().insert(key.clone(), value.clone()),
            };
        }
        json!({ "rules": [rule] })
    };
    let long = "x".repeat(201);
    for document in [
        json!([]),
        json!({ "rule": [] }),
        json!({ "disable": "a" }),
        json!({ "disable": ["A"] }),
        json!({ "disable": ["a--b"] }),
        json!({ "disable": ["x".repeat(41)] }),
        json!({ "set": [] }),
        json!({ "set": { "x": 1 } }),
        json!({ "set": { "x": { "bytes": -1 } } }),
        json!({ "set": { "x": { "bytes": "1" } } }),
        json!({ "set": { "x": { "bytes": 1_000_000_001 } } }),
        json!({ "budget": [] }),
        json!({ "budget": { "hints": 1.5 } }),
        json!({ "budget": { "hints": -1 } }),
        json!({ "budget": { "hints": 1001 } }),
        json!({ "deadline_ms": 0 }),
        json!({ "deadline_ms": 76 }),
        json!({ "retention_days": 0 }),
        json!({ "retention_days": null }),
        json!({ "holdout": 1.1 }),
        json!({ "holdout": -0.1 }),
        json!({ "holdout": "0.2" }),
        json!({ "holdout": null }),
        json!({ "lessons": null }),
        json!({ "lessons": 0 }),
        json!({ "client": "emacs" }),
        json!({ "$schema": 1 }),
        rule(json!({ "id": null })),
        rule(json!({ "id": "all" })),
        rule(json!({ "id": "x_y" })),
        rule(json!({ "text": null })),
        rule(json!({ "text": "" })),
        rule(json!({ "text": "a\nb" })),
        rule(json!({ "text": "x".repeat(161) })),
        rule(json!({ "better": "a `b`" })),
        rule(json!({ "better": "x".repeat(121) })),
        rule(json!({ "severity": "loud" })),
        rule(json!({ "program": null })),
        rule(json!({ "program": [] })),
        rule(json!({ "program": "/bin/x" })),
        rule(json!({ "program": "a b" })),
        rule(json!({ "program": ["a", ""] })),
        rule(json!({ "program": vec!["a"; 51] })),
        rule(json!({ "tool": "Read" })),
        rule(json!({ "path": "x" })),
        rule(json!({ "program": null, "tool": "Read", "flags": "-x" })),
        rule(json!({ "program": null, "tool": "Read", "args": "x" })),
        rule(json!({ "program": null, "tool": "Read", "subcommand": "x" })),
        rule(json!({ "flags": "x" })),
        rule(json!({ "flags": "--long=value" })),
        rule(json!({ "flags": "-" })),
        rule(json!({ "flags": "---x" })),
        rule(json!({ "args": long })),
        rule(json!({ "args": ["a"] })),
        rule(json!({ "repeat": 3 })),
    ] {
        assert!(!judged(&document, Owner::User), "the schema takes {document}");
        assert!(!parses(&document, Owner::User), "the parser takes {document}");
    }
    for key in ["enable", "pin", "retention_days", "holdout", "client"] {
        let document = json!({ key: whole()[key] });
        assert!(judged(&document, Owner::User) && !judged(&document, Owner::Project), "{key}");
        assert!(parses(&document, Owner::User) && !parses(&document, Owner::Project), "{key}");
    }
}

/// The keys that the parser knows where `broken` has the key `?`: its own error lists them.
fn keys(broken: Value, owner: Owner) -> BTreeSet<String> {
    let error = File::parse(Path::new("x"), broken.to_string(), owner).unwrap_err().to_string();
    let listed = error.split("expected one of ").nth(1).unwrap_or_else(|| panic!("{error}"));
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_key_of_the_one_is_a_key_of_the_other() {
    let schema = schema();
    let published = |pointer: &str| -> BTreeSet<String> {
        schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(json!({ "?": 1 }), Owner::User), published("/properties"));
    assert_eq!(keys(json!({ "?": 1 }), Owner::Project), published("/$defs/project/properties"));
    assert_eq!(
        keys(json!({ "budget": { "?": 1 } }), Owner::User),
        published("/properties/budget/properties")
    );
    assert_eq!(
        keys(json!({ "rules": [{ "?": 1 }] }), Owner::User),
        published("/$defs/rule/properties")
    );
    let whole: BTreeSet<String> = whole().as_object().unwrap().keys().cloned().collect();
    assert_eq!(whole, published("/properties"), "the tests' document has every key");
}

#[test]
fn numbers_and_names_are_in_one_place() {
    let schema = schema();
    let budget = Budget::default();
    for (key, default) in
        [("hints", budget.hints), ("warnings", budget.warnings), ("gap", budget.gap)]
    {
        assert_eq!(schema["properties"]["budget"]["properties"][key]["default"], default, "{key}");
    }
    assert_eq!(schema["properties"]["deadline_ms"]["maximum"], MAX_DEADLINE_MS);
    let number = "/properties/set/additionalProperties/additionalProperties/maximum";
    assert_eq!(*schema.pointer(number).unwrap(), json!(MAX_NUMBER));
    let clients: Vec<&str> = Client::ALL.iter().map(|client| client.name()).collect();
    assert_eq!(schema["properties"]["client"]["enum"], json!(clients));
    let refusal =
        File::parse(Path::new("x"), json!({ "client": "?" }).to_string(), Owner::User).unwrap_err();
    assert!(refusal.to_string().ends_with(&format!("expected {}", Client::NAMES)), "{refusal}");
}

/// Every place in a document.
fn places(document: &Value, at: String, found: &mut Vec<String>) {
    match document {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| places(value, format!("{at}/{key}"), found))
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| places(item, format!("{at}/{index}"), found));
        }
        _ => {}
    }
    found.push(at);
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!(0),
            json!(1),
            json!(75),
            json!(76),
            json!(-1),
            json!(1.5),
            json!(7.0),
            json!(1e300),
            json!(u64::MAX),
            json!(""),
            json!("a"),
            json!("all"),
            json!("-x"),
            json!("--x-y"),
            json!("a b"),
            json!("a/b"),
            json!("a\u{7f}"),
            json!("`"),
            json!(["a"]),
            json!(["-x", "a"]),
            json!([1]),
            json!({ "hints": 3 }),
            json!({ "id": "q", "text": "t", "tool": "T" }),
            json!("codex"),
        ]),
        "[a-z-]{0,45}".prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
        "x{110,230}".prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is changed, taken out or put in, somewhere in a valid document.
    #[test]
    fn changed_documents_are_judged_alike(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, odd_value()), 1..3),
        of_project in any::<bool>(),
    ) {
        let owner = if of_project { Owner::Project } else { Owner::User };
        let mut document = whole();
        if of_project {
            for key in ["enable", "pin", "retention_days", "holdout", "client"] {
                document.as_object_mut().unwrap().remove(key);
            }
        }
        let keys = ["program", "tool", "path", "args", "flags", "subcommand", "better", "gap", "pin", "new"];
        for (place, what, value) in changes {
            let mut found = Vec::new();
            places(&document, String::new(), &mut found);
            let at = place.get(&found).clone();
            match what {
                0 => *document.pointer_mut(&at).unwrap() = value,
                1 => {
                    let (parent, key) = at.rsplit_once('/').unwrap_or(("", ""));
                    match (document.pointer_mut(parent), key.parse::<usize>()) {
                        (Some(Value::Object(fields)), _) => {
                            fields.remove(key);
                        }
                        (Some(Value::Array(items)), Ok(index)) => {
                            items.remove(index);
                        }
                        _ => {}
                    }
                }
                _ => {
                    if let Some(Value::Object(fields)) = document.pointer_mut(&at) {
                        fields.insert((*place.get(&keys)).to_owned(), value);
                    }
                }
            }
        }
        prop_assert_eq!(judged(&document, owner), parses(&document, owner), "{}", document);
    }
}
