//! Whether the output of a call contains secrets.

use crate::project::secrets;
use crate::project::secrets::Care;
use crate::protocol::event::Tool;
use crate::rules::case::Case;

/// How much of an output is searched, bytes.
const SEARCHED_BYTES: usize = 64 << 10;

/// How many lines of it are searched.
const SEARCHED_LINES: usize = 4096;

/// A shorter word is not a value that somebody hides, bytes.
const VALUE_BYTES: usize = 8;

/// Whether what the call printed, or the file that it read, certainly contains no secret. An empty
/// output is not certain: some clients send none.
pub(super) fn is_harmless(case: &Case) -> bool {
    let text = text_shown(case);
    match text.trim() {
        "" => !case.event.succeeded(),
        text => !holds_secret(text),
    }
}

/// The same for a call that prints one value. Its output shows the value if it has a word that is
/// not in the command: an unset variable prints nothing.
pub(super) fn is_without_value(case: &Case) -> bool {
    let event = case.event;
    if !event.succeeded() {
        return true;
    }
    let text = text_shown(case);
    if text.trim().is_empty() {
        return false;
    }
    let command = event.command().unwrap_or_default();
    let is_value = |word: &str| {
        word.len() >= VALUE_BYTES
            && word.chars().any(|c| c.is_ascii_alphanumeric())
            && !command.contains(word)
    };
    let separates = |c: char| c.is_whitespace() || matches!(c, '=' | ':' | '"' | '\'' | ',');
    !text.split(separates).any(is_value)
}

/// Whether a call that prints one value certainly showed it: an empty output may not be known.
pub(super) fn shows_value(case: &Case) -> bool {
    !is_empty(case) && !is_without_value(case)
}

/// Whether the output of the call certainly shows a secret: an empty one does not.
pub(super) fn shows_secret(case: &Case) -> bool {
    let text = text_shown(case);
    !text.trim().is_empty() && holds_secret(&text)
}

/// Whether the call printed nothing.
pub(super) fn is_empty(case: &Case) -> bool {
    text_shown(case).trim().is_empty()
}

/// Whether a word of the output is a generated value.
pub(super) fn shows_generated(case: &Case) -> bool {
    let separates =
        |c: char| c.is_whitespace() || matches!(c, ':' | '"' | '\'' | ',' | ';' | '{' | '}');
    text_shown(case).split(separates).any(secrets::is_random)
}

/// Whether the output shows a URL with a password, or with something else before an `@`.
pub(super) fn shows_url(case: &Case) -> bool {
    text_shown(case).lines().take(SEARCHED_LINES).any(is_url_with_password)
}

/// The beginning of what the call showed to the model.
fn text_shown(case: &Case) -> String {
    let event = case.event;
    if !event.succeeded() {
        return event.error_text(SEARCHED_BYTES);
    }
    match event.tool {
        Tool::Read => event.response.read().content.head(SEARCHED_BYTES),
        _ => event.shell().stdout.head(SEARCHED_BYTES),
    }
}

/// Whether `text` contains a secret of a known form, or a line that gives a value to something
/// named like a secret.
fn holds_secret(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
        || secrets::known(text, Care::Data).is_some()
        || text.lines().take(SEARCHED_LINES).any(is_secret_line)
}

fn is_secret_line(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with('#') {
        return false;
    }
    // `machine host login me password x` in .netrc.
    let is_login = line.split_once("password ").is_some_and(|(_, value)| is_value(value));
    let is_pair = |text: &str| {
        ["=>", "=", ":"].iter().any(|sign| {
            text.split_once(sign)
                .is_some_and(|(name, value)| suggests_secret(name) && is_value(value))
        })
    };
    // `{"auth": "x"}`, `environ({'TOKEN': 'x'})`: a part ends at a comma or a bracket.
    let parts =
        || line.split([',', '{', '}', ';', '[', '(']).filter(|part| part.len() < line.len());
    is_url_with_password(line) || is_login || is_pair(line) || parts().any(is_pair)
}

/// Whether a line holds `scheme://user:password@`. The host does not matter here: what is printed
/// belongs to the user.
fn is_url_with_password(line: &str) -> bool {
    line.split("://").skip(1).any(|rest| {
        rest.split(['/', ' ', '"']).next().is_some_and(|authority| {
            authority
                .rsplit_once('@')
                .and_then(|(user, _)| user.split_once(':'))
                .is_some_and(|(_, password)| secrets::is_password(password))
        })
    })
}

/// Whether a name suggests a secret: broader than [`secrets::is_secret_name`], since the file or
/// the environment is made for secrets.
pub(super) fn suggests_secret(name: &str) -> bool {
    let parts = secrets::parts(name);
    let has = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
    let last = parts.last().map(String::as_str).unwrap_or_default();
    let is_harmless = matches!(
        last,
        "path"
            | "file"
            | "dir"
            | "name"
            | "id"
            | "url"
            | "host"
            | "port"
            | "sock"
            | "type"
            | "length"
            | "ttl"
            | "pwd"
    );
    secrets::is_secret_name(name)
        || (!is_harmless
            && !has(&[
                "public",
                "publishable",
                "anon",
                "gpg",
                "cache",
                "sort",
                "primary",
                "foreign",
                "partition",
            ])
            && has(&[
                "key",
                "token",
                "secret",
                "password",
                "passwd",
                "passphrase",
                "pass",
                "private",
                "credential",
                "credentials",
                "apikey",
                "auth",
            ]))
}

/// Whether a value is a real one: not empty, a switch, a path or a placeholder.
fn is_value(value: &str) -> bool {
    let value = value.trim().trim_end_matches([',', ';']).trim_matches(['"', '\'']);
    !value.starts_with(['/', '$', '~', '%'])
        && !value.contains("://")
        && secrets::is_password(value)
}
