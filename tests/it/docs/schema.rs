//! The published schema of the settings and the parser judge alike.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use toolcoach::protocol::client::Client;
use toolcoach::settings::{Budget, File, MAX_DEADLINE_MS, MAX_NUMBER, Owner, keys};

pub use super::json_schema::holds;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/config.schema.json")).unwrap()
}

/// Whether the parser takes all of a document.
fn parses(document: &Value, owner: Owner) -> bool {
    File::parse(Path::new("x"), document.to_string(), owner)
        .is_ok_and(|file| file.faults().is_empty())
}

/// What the schema says of a document in the file of `owner`.
fn judged(document: &Value, owner: Owner) -> bool {
    let root = schema();
    let schema = match owner {
        Owner::User => &root,
        Owner::Project => &root["$defs"]["project"],
        Owner::Company => &root["$defs"]["company"],
    };
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
              "subcommand": "c", "flags": ["-x", "--long"], "args": "*.py",
              "hits": ["a c -x --long x.py", "cd x\n\ta"], "misses": [] },
            { "id": "y-1", "text": "é y", "severity": "critical", "tool": ["Read", "mcp__a__*"], "path": "src/**/my file" },
        ],
    })
}

#[test]
fn the_example_names_its_schema_by_an_address_that_does_not_change() {
    let example: Value =
        serde_json::from_str(include_str!("../../../config.example.json")).unwrap();
    let repository = env!("CARGO_PKG_REPOSITORY").strip_prefix("https://github.com/").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let wanted = format!(
        "https://raw.githubusercontent.com/{repository}/v{version}/docs/config.schema.json"
    );
    assert_eq!(example["$schema"], wanted);
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
    let company = json!({ "$schema": "x", "disable": ["a"], "pin": ["b"], "holdout": 0.1, "rules": whole()["rules"],
        "trust": [{ "remote": "github.com/a/b", "sha256": "0".repeat(64) }] });
    assert!(judged(&company, Owner::Company) && parses(&company, Owner::Company));
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
        rule(json!({ "hits": "x" })),
        rule(json!({ "hits": [""] })),
        rule(json!({ "misses": ["a\u{7}"] })),
        rule(json!({ "misses": ["x".repeat(1001)] })),
        rule(json!({ "misses": vec!["x"; 51] })),
    ] {
        assert!(!judged(&document, Owner::User), "the schema takes {document}");
        assert!(!parses(&document, Owner::User), "the parser takes {document}");
    }
    for document in [
        json!({ "budget": {} }),
        json!({ "trust": [{ "remote": "x" }] }),
        json!({ "trust": [{ "remote": "x y", "sha256": "0".repeat(64) }] }),
        json!({ "trust": [{ "remote": "x", "sha256": "F".repeat(64) }] }),
        json!({ "trust": [{ "remote": "x", "sha256": "0".repeat(64), "y": 1 }] }),
        json!({ "trust": {} }),
    ] {
        assert!(!judged(&document, Owner::Company), "the schema takes {document}");
        assert!(!parses(&document, Owner::Company), "the parser takes {document}");
    }
    for key in ["enable", "pin", "retention_days", "holdout", "client"] {
        let document = json!({ key: whole()[key] });
        assert!(judged(&document, Owner::User) && !judged(&document, Owner::Project), "{key}");
        assert!(parses(&document, Owner::User) && !parses(&document, Owner::Project), "{key}");
    }
}

/// The keys that the parser knows where `broken` has the key `?`: its own fault lists them.
fn listed(broken: Value, owner: Owner) -> BTreeSet<String> {
    let file = File::parse(Path::new("x"), broken.to_string(), owner).unwrap();
    let error = file.faults()[0].to_string();
    let listed = error.split("expected one of ").nth(1).unwrap_or_else(|| panic!("{error}"));
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_key_of_the_one_is_a_key_of_the_other() {
    let schema = schema();
    let published = |pointer: &str| -> BTreeSet<String> {
        schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
    };
    let of = |owner| -> BTreeSet<String> { keys(owner).map(str::to_owned).collect() };
    assert_eq!(of(Owner::User), published("/properties"));
    assert_eq!(of(Owner::Project), published("/$defs/project/properties"));
    assert_eq!(of(Owner::Company), published("/$defs/company/properties"));
    assert_eq!(listed(json!({ "?": 1 }), Owner::User), of(Owner::User));
    assert_eq!(
        listed(json!({ "budget": { "?": 1 } }), Owner::User),
        published("/properties/budget/properties")
    );
    assert_eq!(
        listed(json!({ "rules": [{ "?": 1 }] }), Owner::User),
        published("/$defs/rule/properties")
    );
    assert_eq!(
        listed(json!({ "trust": [{ "?": 1 }] }), Owner::Company),
        published("/$defs/trusted/properties")
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
    let file = json!({ "client": "?" }).to_string();
    let file = File::parse(Path::new("x"), file, Owner::User).unwrap();
    let refusal = &file.faults()[0];
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
        let keys =
            ["program", "tool", "path", "args", "flags", "subcommand", "better", "gap", "pin", "hits", "new"];
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
