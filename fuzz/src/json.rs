//! The reader of JSON objects against `serde_json`.

use std::collections::HashMap;

use serde_json::value::RawValue;
use toolcoach::protocol::excerpt::{self, Kept};
use toolcoach::protocol::json;
use toolcoach::protocol::json::RawText;

const NAMES: [&str; 4] = ["command", "a", "tool_response", ""];

/// What is JSON stays JSON once long texts of it are cut, and its sizes are still known. The size of
/// the pieces makes no difference.
fn cut(text: &str) {
    let [one, two, three] =
        [7, 64, 4096].map(|piece| excerpt::small(text.as_bytes(), piece, &|_, _| true));
    let kept = one.kept();
    assert!(kept == two.kept() && kept == three.kept(), "{text}");
    if serde_json::from_str::<HashMap<String, &RawValue>>(text).is_ok() {
        serde_json::from_str::<&RawValue>(kept.text()).expect("what is kept is JSON");
        assert_eq!(measures(kept), measures(text.into()), "{text}");
    }
}

/// Bytes, lines and beginning of each text.
fn measures(kept: Kept) -> [Option<(usize, usize, String)>; 4] {
    json::pick(kept.text(), &NAMES).expect("an object").map(|raw| {
        let raw = raw.filter(|raw| raw.starts_with('"'))?;
        let text = RawText::of(Some(raw), kept);
        Some((text.bytes(), text.lines(), text.head(16)))
    })
}

/// What is JSON is read as `serde_json` reads it, and so are texts and their measures.
pub fn json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    cut(text);
    let picked = json::pick(text, &NAMES);
    if let Ok(object) = serde_json::from_str::<HashMap<String, &RawValue>>(text) {
        let expected = NAMES.map(|name| object.get(name).map(|raw| raw.get()));
        assert_eq!(picked.as_ref().ok(), Some(&expected), "{text}");
    }
    for raw in picked.into_iter().flatten().flatten() {
        let measured = RawText::new(Some(raw));
        let known: Option<String> = serde_json::from_str(raw).ok();
        if let Some(known) = &known {
            assert_eq!(json::string(raw).as_deref(), Some(known.as_str()), "{raw}");
            let units = raw.matches("\\u").count();
            assert!(measured.bytes().abs_diff(known.len()) <= 3 * units, "{raw}");
            assert!(
                measured.head(64).len() <= 64 * 3 && known.starts_with(&measured.head(64)),
                "{raw}"
            );
            assert!(!measured.is_shorter(known.len().min(1)) || known.is_empty());
        }
        let _ = (
            measured.lines(),
            measured.raw(7),
            measured.contains("x"),
            json::number(raw),
            json::is_true(raw),
        );
    }
}
