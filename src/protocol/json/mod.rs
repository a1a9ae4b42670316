//! Reads JSON objects leniently and without copying: it returns the wanted fields as raw slices and
//! skips everything else unparsed.
//!
//! Derived structs reject duplicate keys, and a `Value` rejects lone surrogates and deep nesting,
//! but real clients send all of these. Raw slices accept them, and only the few fields that a rule
//! looks at are ever decoded.

mod raw_text;
mod scalar;
mod scan;
mod strict;

pub(crate) use raw_text::Measure;
pub use raw_text::RawText;
pub(crate) use scalar::kept_string;
pub use scalar::{is_true, number, string};

/// The raw values of `names` in the JSON object `text`, in the order of `names`. The last of
/// duplicate keys counts, as in `JSON.parse`.
///
/// # Errors
/// When `text` is not one JSON object.
pub fn pick<'a, const N: usize>(
    text: &'a str,
    names: &[&str; N],
) -> Result<[Option<&'a str>; N], serde_json::Error> {
    // The error of a text quotes all of it, and responses are texts of megabytes in some clients.
    let described = if text.trim_ascii_start().starts_with('"') { "\"...\"" } else { text };
    scan::pick(text, names).map_or_else(|| strict::pick(described, names), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_long_text_is_short() {
        let error = pick(&format!(" \"{}\"", "x".repeat(99)), &["a"]).unwrap_err().to_string();
        assert!(error.contains("expected a JSON object") && !error.contains("xx"), "{error}");
    }

    #[test]
    fn duplicate_keys_and_lone_surrogates_are_accepted() {
        let [a, b] = pick(r#"{"a":1,"x":"\ud83d","a":"\udc00 ok","b":null}"#, &["a", "b"]).unwrap();
        assert_eq!(string(a.unwrap()).unwrap(), "\u{fffd} ok");
        assert_eq!(b, Some("null"));
        assert_eq!(string(r#""\\ud83d \ud83d\ude00 \ud83d""#).unwrap(), "\\ud83d 😀 \u{fffd}");
    }

    #[test]
    fn only_one_whole_object_is_accepted() {
        assert!(pick("[1]", &["a"]).is_err());
        assert!(pick("{} x", &["a"]).is_err());
        assert!(pick("{", &["a"]).is_err());
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(pick(&deep, &["b"]).is_ok());
    }
}
