//! What an export for OpenTelemetry says that it is about: the attributes that the user names in
//! `OTEL_RESOURCE_ATTRIBUTES`, such as the host and the team. The program adds no names of its own.

use crate::base::env;

/// The attributes in the environment. None if it names none.
///
/// # Errors
/// A message, where the variable has another form. A part of it must not pass for the whole.
pub(in crate::commands::stats) fn attributes() -> Result<Vec<(String, String)>, String> {
    let text = env::otel_resource_attributes().unwrap_or_default();
    parse(&text).map_err(|what| format!("OTEL_RESOURCE_ATTRIBUTES: {what}"))
}

/// Parses `key=value,key=value`, in which `%2C` is a comma (OpenTelemetry's specification of the
/// resource SDK, "Specifying resource information via an environment variable").
fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| format!("`{pair}` is not key=value"))?;
        let decoded = |text: &str| {
            decode(text.trim()).ok_or_else(|| format!("`{text}` is not UTF-8 in percents"))
        };
        match (decoded(key)?, decoded(value)?) {
            (key, _) if key.is_empty() => Err(format!("`{pair}` has no key")),
            pair => Ok(pair),
        }
    };
    pairs.map(pair).collect()
}

/// Decodes `%2C` and the like. `None` if that is not UTF-8, or no byte follows a percent sign.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    bytes.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_and_other_forms_are_errors() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(parse(""), Ok(Vec::new()));
        assert_eq!(
            parse("host.name=m1, team=a%2Cb%C3%A9 ,x="),
            Ok(vec![pair("host.name", "m1"), pair("team", "a,b\u{e9}"), pair("x", "")])
        );
        for wrong in ["a", "=b", "a=%", "a=%2", "a=%+1", "a=%ff", "a=b,c"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
