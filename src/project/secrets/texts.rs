//! Finds secrets in the text of a file. A file contains code, with samples and names in it, so only
//! a text of an issuer's shape counts, or one of a weaker form under a telling name.

use super::names::is_secret_name;
use super::secret::{Care, Secret, leading};
use super::shapes::{SHAPES, private_keys};
use super::values::{is_random, is_strong_password, of_url};

/// A secret in a text, with its offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundSecret {
    /// The secret.
    pub(crate) secret: Secret,
    /// The byte offset of the secret, or of the line that contains it.
    pub(crate) at: usize,
    /// The prefix of its shape, if it has one.
    pub(crate) prefix: Option<&'static str>,
}

/// Whether `text`, which may be raw JSON, may contain a secret. This takes one pass over its bytes,
/// and errs toward yes.
pub(crate) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let before = |at: usize| bytes.get(..at).unwrap_or_default();
    let after = |at: usize| bytes.get(at..).unwrap_or_default();
    let is_key_byte = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    // The letter of an escape, such as `\n`, does not belong to the word after it.
    let begins_word = |at: usize| {
        let is_inside = before(at).last().is_some_and(is_key_byte);
        !is_inside || before(at.saturating_sub(1)).ends_with(b"\\")
    };
    let is_long =
        |at: usize| after(at).iter().take_while(|byte| is_key_byte(byte)).take(16).count() == 16;
    // Whether a URL has begun and not ended yet.
    let mut in_url = false;
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'-' | b'_' => {
            let known = |prefix: &str| {
                prefix.ends_with(char::from(*byte)) && before(at + 1).ends_with(prefix.as_bytes())
            };
            let prefix = SHAPES.iter().map(|shape| shape.prefix).find(|prefix| known(prefix));
            prefix.is_some_and(|prefix| begins_word(at + 1 - prefix.len())) && is_long(at + 1)
        }
        b'A' => {
            let known = |prefix: &&[u8]| after(at).starts_with(prefix);
            [&b"AKIA"[..], b"ASIA", b"AIza"].iter().any(known) && begins_word(at) && is_long(at + 4)
        }
        b'Y' => before(at).ends_with(b"PRIVATE KE"),
        b':' => {
            in_url |= after(at).starts_with(b"://");
            false
        }
        b' ' | b'"' | b'\'' | b'\\' | b'\n' => {
            in_url = false;
            false
        }
        b'@' => in_url,
        b's' | b'S' => after(at).get(..14).is_some_and(is_aws_secret_name),
        _ => false,
    })
}

/// Whether a word begins like AWS's names for the secret half of a key pair, such as
/// `secret_access_key`.
fn is_aws_secret_name(word: &[u8]) -> bool {
    let (secret, rest) = word.split_at_checked(6).unwrap_or_default();
    let rest = rest.strip_prefix(b"_").or_else(|| rest.strip_prefix(b"-")).unwrap_or(rest);
    secret.eq_ignore_ascii_case(b"secret")
        && rest.get(..6).is_some_and(|rest| rest.eq_ignore_ascii_case(b"access"))
}

/// Every secret in `text`, grouped by shape.
pub(crate) fn every(text: &str) -> Vec<FoundSecret> {
    let care = |at: usize, whole: &str| {
        // A text of exactly the issuer's length, under a name for secrets, is more than a sample.
        let has_exact_length = match whole.get(..4) {
            Some("ghp_" | "gho_" | "ghu_" | "ghs_" | "ghr_" | "npm_") => whole.len() == 40,
            Some("AKIA" | "ASIA") => whole.len() == 20,
            _ => false,
        };
        let is_used = has_exact_length && name_before(text, at).is_some_and(is_secret_name);
        if is_used { Care::Used } else { Care::Data }
    };
    let mut found: Vec<FoundSecret> = Vec::new();
    for shape in &SHAPES {
        let each = shape.each(text, care);
        found.extend(each.map(|(at, secret)| FoundSecret {
            secret,
            at,
            prefix: Some(shape.prefix),
        }));
    }
    found.extend(private_keys(text, Care::Data).map(|(at, secret)| FoundSecret {
        secret,
        at,
        prefix: None,
    }));
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let url = of_url(line).filter(|secret| is_strong_password(&secret.text));
        let secret = url.or_else(|| aws_secret(line));
        found.extend(secret.map(|secret| FoundSecret { secret, at, prefix: None }));
        at += line.len();
    }
    found
}

/// The name before the value at byte offset `at`, as in `TOKEN = "` or `"apiKey": "`.
fn name_before(text: &str, at: usize) -> Option<&str> {
    let line = text.get(..at)?.rsplit('\n').next()?.trim_end_matches(['"', '\'', '`', ' ']);
    let line = line
        .strip_suffix(":=")
        .or_else(|| line.strip_suffix("=>"))
        .or_else(|| line.strip_suffix(['=', ':']))?;
    let line = line.trim_end().trim_end_matches(['"', '\'']);
    let start = line
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .map_or(0, |at| at + 1);
    line.get(start..).filter(|name| !name.is_empty())
}

/// The secret half of an AWS key pair. Forty characters of base64 count only after one of its
/// names.
fn aws_secret(line: &str) -> Option<Secret> {
    let lower = line.to_ascii_lowercase();
    ["secret_access_key", "secretaccesskey", "secret-access-key"].iter().find_map(|name| {
        let (at, name) = lower.match_indices(name).next()?;
        let rest = line.get(at + name.len()..)?.trim_start_matches(['"', '\'', ' ']);
        let rest = rest.trim_start_matches([':', '=', '>']).trim_start_matches([' ', '"', '\'']);
        let value = leading(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '='));
        (value.len() == 40 && is_random(value)).then(|| Secret {
            kind: "an AWS secret access key",
            text: value.to_owned(),
            variable: Some("AWS_SECRET_ACCESS_KEY".to_owned()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_secrets_are_found_and_nothing_else() {
        for (text, kinds) in [
            ("a = 'ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'", vec!["a GitHub token"]),
            ("TOKEN='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'", vec!["a GitHub token"]),
            ("example: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'", vec![]),
            (
                "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI0K7MDENGbPxRfiCYzzzzzzzzzzz",
                vec!["an AWS secret access key"],
            ),
            (
                "  secretAccessKey: \"w7JqXr2tnF3MI0K7MD9Gb8xRf1CYz5uQ4eHk6sLa\",",
                vec!["an AWS secret access key"],
            ),
            ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", vec![]),
            ("AWS_SECRET_ACCESS_KEY=os.environ['AWS_SECRET_ACCESS_KEY']", vec![]),
            ("url = 'postgres://app:kV9xq2Lm@db.acme.io:5432/x'", vec!["a password in a URL"]),
            ("url = 'postgres://app:password@db.acme.io:5432/x'", vec![]),
            ("x-token: 550e8400-e29b-41d4-a716-446655440000", vec![]),
            ("sha = '764802b0aa6c1bf1d1dbd2ba0b5a5fd0c1d2e3f4'", vec![]),
            (
                "-----BEGIN CERTIFICATE-----\nMIIBk2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZhk2J9sLq0pWx7\n",
                vec![],
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nMIIEvk2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZhk2J9sLq0pWx7\n",
                vec!["a private key"],
            ),
            ("re.compile('ghp_[A-Za-z0-9]{36}')", vec![]),
            ("class='task-sk-list-item-with-a-long-name-0123'", vec![]),
        ] {
            let found: Vec<&str> = every(text).iter().map(|found| found.secret.kind).collect();
            assert_eq!(found, kinds, "{text}");
            assert!(kinds.is_empty() || may_hold(text), "{text}");
            let raw = serde_json::to_string(&format!("x\n{text}")).unwrap();
            assert!(kinds.is_empty() || may_hold(&raw), "{raw}");
        }
        for text in [
            "fn main() {}\n",
            "the task-list of a risk-free disk-image",
            "see https://a.b/c and me@a.b",
            "secretary",
        ] {
            assert!(!may_hold(text), "{text}");
        }
    }

    #[test]
    fn the_name_before_a_value_is_found() {
        for (line, name) in [
            ("TOKEN='X", Some("TOKEN")),
            ("  \"apiKey\": \"X", Some("apiKey")),
            ("self.token = \"X", Some("self.token")),
            ("token := `X", Some("token")),
            ("f('X", None),
            ("X", None),
        ] {
            assert_eq!(name_before(line, line.len() - 1), name, "{line}");
        }
    }
}
