//! Finds secrets in the settings of a program: a generated value under a name for secrets, in one
//! of the forms `NAME=value`, `name: value`, `"name": "value"` and `Key=x;Password=value`.

use super::names::is_secret_name;
use super::secret::Secret;
use super::texts::FoundSecret;
use super::values::{is_local_host, is_random};

/// Parts of names before a value that is worth a look, in lower case.
const NAMES: [&str; 7] = ["password", "passwd", "pwd", "secret", "token", "key", "passphrase"];

/// Endings of files with settings.
const ENDINGS: [&str; 13] = [
    "yaml",
    "yml",
    "json",
    "toml",
    "ini",
    "properties",
    "conf",
    "cfg",
    "config",
    "env",
    "xml",
    "tfvars",
    "plist",
];

/// Whether the file at `path` contains settings, as its name says.
pub(crate) fn is_of_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.starts_with(".env") || name.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.contains(&end))
}

/// Whether `text`, which may be raw JSON, may contain such a secret. It errs toward yes.
pub(crate) fn may_hold(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    NAMES.iter().any(|name| {
        lower.match_indices(name).any(|(at, _)| {
            let after = lower.get(at + name.len()..).unwrap_or_default();
            let after = after.trim_start_matches(['"', '\'', '\\', ' ']);
            let value = after.strip_prefix([':', '=']).unwrap_or_default();
            let value = value.trim_start_matches(['"', '\'', '\\', ' ']);
            value.bytes().take_while(u8::is_ascii_alphanumeric).take(8).count() == 8
        })
    })
}

/// Every such secret in `text`.
pub(crate) fn every(text: &str) -> Vec<FoundSecret> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let names_local = line.split([';', '=', '/', '@', ':', '"', ' ']).any(|word| {
            word.contains("localhost") || word == "127.0.0.1" || word.contains("(localdb)")
        });
        if !names_local && let Some(secret) = in_line(line) {
            found.push(FoundSecret { secret, at, prefix: None });
        }
        at += line.len();
    }
    found
}

fn in_line(line: &str) -> Option<Secret> {
    let line = line.trim();
    if line.starts_with(['#', ';']) || line.starts_with("//") {
        return None;
    }
    let server = line.split(';').find_map(|part| {
        let (name, host) = part.rsplit(['"', '\'']).next()?.split_once('=')?;
        let name = name.to_ascii_lowercase();
        matches!(name.as_str(), "server" | "host" | "data source").then_some(host)
    });
    if server.is_some_and(is_local_host) {
        return None;
    }
    line.split([';', ',', '{', '}']).find_map(|part| {
        let part = part.trim();
        part.match_indices([':', '=']).find_map(|(at, _)| {
            let quotes = ['"', '\'', ' '];
            let name = part.get(..at)?.trim_end_matches(quotes);
            let start = name
                .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
                .map_or(0, |at| at + 1);
            let name = name.get(start..)?;
            let value = part.get(at + 1..)?.trim_matches(quotes);
            let has = |test: fn(char) -> bool| value.contains(test);
            // Hexadecimal digits alone are mostly the hash of something.
            let is_mixed = has(|c| c.is_ascii_lowercase())
                && has(|c| c.is_ascii_uppercase())
                && has(|c| c.is_ascii_digit());
            (is_secret_name(name) && value.len() <= 100 && is_mixed && is_random(value))
                .then(|| Secret { kind: "a secret", text: value.to_owned(), variable: None })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_value_under_a_telling_name_is_a_secret() {
        for text in [
            "password: hT7vkq92LmZx4Rb",
            "{\"ConnectionStrings\":{\"x\":\"Server=db.acme.io;User=sa;Password=hT7vkq92LmZx4Rb\"}}",
            "  \"clientSecret\": \"hT7vkq92LmZx4RbW8nQ3\",",
            "db.password=hT7vkq92LmZx4Rb",
            "api_key = 'hT7vkq92LmZx4RbW8nQ3'",
        ] {
            assert_eq!(every(text).len(), 1, "{text}");
            assert!(may_hold(&serde_json::to_string(text).unwrap()), "{text}");
        }
        for text in [
            "password: changeme",
            "password: ${DB_PASSWORD}",
            "# password: hT7vkq92LmZx4Rb",
            "password: password1234",
            "token_file: /run/secrets/hT7vkq92LmZx4Rb",
            "\"x\":\"Server=localhost;Password=hT7vkq92LmZx4Rb\"",
            "cache_key: hT7vkq92LmZx4Rb",
            "secret: d41d8cd98f00b204e9800998ecf8427e",
            "public_key: hT7vkq92LmZx4RbW8nQ3",
        ] {
            assert_eq!(every(text), [], "{text}");
        }
    }
}
