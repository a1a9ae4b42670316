//! Variables with secrets, and the commands that print them.

use super::output::suggests_secret;
use crate::project::secrets;
use crate::shell::{Command, Script};

/// Whether a command prints the whole environment.
pub(super) fn prints_environment(command: &Command) -> bool {
    let only =
        |flags: &[&str]| command.args.iter().all(|word| flags.iter().any(|flag| word.is(flag)));
    match command.program.as_str() {
        // In front of a command it is a wrapper, which was peeled off.
        "env" | "printenv" => only(&["-0", "--null"]),
        "export" => only(&["-p"]),
        "set" => command.args.is_empty(),
        "declare" | "typeset" => !command.args.is_empty() && only(&["-x", "-p", "-px", "-xp"]),
        _ => false,
    }
}

/// The secret variables that a command prints.
pub(super) fn printed_by(script: &Script, command: &Command) -> Vec<String> {
    // The script may give such a name to something harmless.
    let is_secret = |name: &str| {
        let is_assigned = script
            .commands
            .iter()
            .any(|other| other.assigned(name).is_some_and(|value| !value.expands));
        (is_secret_name(name) || is_url_name(name))
            && !is_assigned
            && !script.loop_variables.iter().any(|variable| variable == name)
    };
    let printed: Vec<&str> = match command.program.as_str() {
        "printenv" => {
            let names = command.args.iter().filter_map(|word| word.literal());
            names.filter(|text| !text.starts_with('-')).collect()
        }
        "echo" | "printf" => {
            let words = command.args.iter().filter(|word| word.expands);
            words.flat_map(|word| expanded(&word.text)).collect()
        }
        _ => Vec::new(),
    };
    let mut secret: Vec<String> = Vec::new();
    for name in printed.into_iter().filter(|name| is_secret(name)) {
        if !secret.iter().any(|known| known == name) {
            secret.push(name.to_owned());
        }
    }
    secret
}

/// Whether a variable of this name contains a URL, in which a password may be.
pub(super) fn is_url_name(name: &str) -> bool {
    let parts = secrets::parts(name);
    matches!(parts.last().map(String::as_str), Some("url" | "uri" | "dsn"))
        && name.chars().all(|c| !c.is_ascii_lowercase())
}

/// Whether a variable of this name contains a secret.
fn is_secret_name(name: &str) -> bool {
    let parts = secrets::parts(name);
    // `KEY` alone is mostly the key of a map.
    let is_alone =
        matches!(parts.as_slice(), [word] if word == "key" || word == "auth" || word == "pass");
    let last = parts.last().map(String::as_str).unwrap_or_default();
    let is_of_kind = matches!(
        last,
        "key"
            | "token"
            | "secret"
            | "password"
            | "passwd"
            | "passphrase"
            | "pass"
            | "private"
            | "credentials"
            | "apikey"
    );
    let is_upper = name.chars().all(|c| !c.is_ascii_lowercase());
    !is_alone && (secrets::is_secret_name(name) || is_of_kind && is_upper && suggests_secret(name))
}

/// The variables whose values a text expands to: `$NAME`, `${NAME}`, `${NAME:-...}`. Not
/// `${NAME:+x}` and `${#NAME}`, and not a few characters (`${NAME:0:4}`).
fn expanded(text: &str) -> Vec<&str> {
    text.split('$')
        .skip(1)
        .filter_map(|rest| {
            let (body, is_braced) = match rest.strip_prefix('{') {
                Some(body) => (body, true),
                None => (rest, false),
            };
            let end =
                body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
            let name = body.get(..end).filter(|name| !name.is_empty())?;
            let after = body.get(end..)?;
            let is_shown = !is_braced
                || after.starts_with('}')
                || after.starts_with(":-")
                || after.starts_with(":?");
            is_shown.then_some(name)
        })
        .collect()
}
