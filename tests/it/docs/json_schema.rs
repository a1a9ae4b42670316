//! Judges documents by our JSON Schemas, for the keywords and patterns that they use.

use serde_json::{Value, json};

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
        r"^[0-9a-f]{64}$" => {
            text.len() == 64 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
        }
        r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$" => {
            !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n'))
        }
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
