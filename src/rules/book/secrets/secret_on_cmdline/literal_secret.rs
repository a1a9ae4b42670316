//! Literal secrets in a command: values that it uses as credentials, and text that only passes
//! through it.

use super::login;
use crate::project::programs::{self, Trait};
use crate::project::secrets;
use crate::project::secrets::{Care, Secret};
use crate::rules::case::Case;
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, Word, options};

/// Database clients whose `-p` takes the password in the same word.
pub(super) const MYSQL: [&str; 6] =
    ["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump"];

/// Sub-commands of git and gh that send their words to a server.
const TALKING: [&str; 9] =
    ["clone", "fetch", "pull", "push", "remote", "ls-remote", "submodule", "config", "api"];

/// The first secret in `command`.
///
/// # Errors
/// A near miss where the first secret does no harm.
pub(super) fn first(case: &Case, command: &Command) -> Check<Secret> {
    if let Some(secret) = fed_password(case, command) {
        return Ok(secret);
    }
    let assigned =
        command.assignments.iter().map(|(name, value)| (name.as_str(), value.text.as_str()));
    let exported = if is_export(command) { command.args.as_slice() } else { &[] };
    let exported = exported.iter().filter_map(|word| word.text.split_once('='));
    for (name, value) in assigned.chain(exported) {
        let of_variable = |secret| Secret { variable: Some(name.to_owned()), ..secret };
        if let Some(secret) = secrets::known(value, Care::Used).or_else(|| secrets::of_url(value)) {
            return Ok(of_variable(secret));
        }
        if let Some(secret) = named(name, value) {
            return unless_local(command, of_variable(secret));
        }
    }
    if takes_text(command) {
        return in_text(command, &command.args);
    }
    if let Some(secret) = login::password(command) {
        return unless_local(command, secret);
    }
    let mut before: Option<&Word> = None;
    for word in &command.args {
        let care = if word.text.contains("uthorization:") { Care::Used } else { Care::Data };
        let is_key_id = before.is_some_and(|flag| flag.text.ends_with("-key-id"));
        if let Some(secret) = secrets::known(&word.text, care).filter(|_| !is_key_id) {
            return Ok(secret);
        }
        if let Some(secret) = secrets::of_url(&word.text) {
            return Ok(secret);
        }
        let of_option = || {
            let mut pairs = pairs(before, word).into_iter();
            pairs.find_map(|(name, value)| option_value(command, word, name, value))
        };
        if let Some(secret) = bearer(&word.text).or_else(of_option) {
            return unless_local(command, secret);
        }
        before = Some(word);
    }
    in_text(command, &[])
}

/// The password that the command pipes or feeds to `sudo -S`.
fn fed_password(case: &Case, command: &Command) -> Option<Secret> {
    let script = case.script()?;
    let next = command.stage.and_then(|stage| {
        let at = script.pipelines.get(stage.pipeline)?.stages.get(stage.index + 1).copied()?;
        script.commands.get(at?)
    });
    login::fed(|command| script.text_of(command), command, next)
}

fn unless_local(command: &Command, secret: Secret) -> Check<Secret> {
    if stays_here(command) {
        return Err(Miss::Near("it is used on this machine only"));
    }
    Ok(secret)
}

fn is_export(command: &Command) -> bool {
    matches!(
        command.program.as_str(),
        "export" | "declare" | "typeset" | "readonly" | "local" | "setenv"
    )
}

/// Whether the words of a command are text to it.
fn takes_text(command: &Command) -> bool {
    let talks = || {
        options::subcommand(&command.program, &command.args)
            .is_some_and(|(_, sub)| TALKING.contains(&sub))
    };
    let program = command.program.as_str();
    match program {
        "git" | "gh" => !talks(),
        _ => programs::is(program, Trait::TakesText) || program.starts_with("python"),
    }
}

/// A secret in `words` that are text, or in what the command reads from redirections. It counts
/// only if it has a known form and does not look like a sample, and not in a test or an example.
fn in_text(command: &Command, words: &[Word]) -> Check<Secret> {
    let words = words.iter().map(|word| word.text.as_str());
    let fed = command.redirections.iter().map(|redirection| match &redirection.heredoc {
        Some(heredoc) => heredoc.text.as_str(),
        None => redirection.target.text.as_str(),
    });
    let secret =
        words.chain(fed).find_map(|text| secrets::known(text, Care::Data)).ok_or(Miss::No)?;
    let targets = command.redirections.iter().map(|redirection| redirection.target.text.as_str());
    let operands = command.args.iter().map(|word| word.text.as_str());
    if targets.chain(operands).any(is_fixture) {
        return Err(Miss::Near("it is written into a test or an example"));
    }
    Ok(secret)
}

/// Whether a path belongs to tests, fixtures or examples.
fn is_fixture(path: &str) -> bool {
    let is_path = path.len() < 256 && !path.contains(char::is_whitespace);
    is_path
        && path.split('/').any(|part| {
            secrets::parts(part).iter().any(|word| {
                matches!(
                    word.as_str(),
                    "test"
                        | "tests"
                        | "spec"
                        | "specs"
                        | "fixture"
                        | "fixtures"
                        | "testdata"
                        | "example"
                        | "examples"
                        | "sample"
                        | "samples"
                        | "mock"
                        | "mocks"
                        | "template"
                )
            })
        })
}

/// A value whose name is that of a secret.
fn named(name: &str, value: &str) -> Option<Secret> {
    let kind = match secrets::is_password_name(name) {
        true if secrets::is_strong_password(value) || secrets::is_random(value) => "a password",
        false if secrets::is_secret_name(name) && secrets::is_random(value) => "a secret",
        _ => return None,
    };
    Some(Secret { kind, text: value.to_owned(), variable: None })
}

/// The same for options. The value of `--password=...` counts whatever it looks like. In two words
/// it may be a flag followed by an operand (`psql --password mydb`).
fn option_value(command: &Command, word: &Word, name: &str, value: &str) -> Option<Secret> {
    if secrets::is_password_name(name) && !name.starts_with("--") && creates_database(command) {
        return None;
    }
    let is_option = matches!(name, "--password" | "--passwd" | "--passphrase");
    if is_option && word.text.starts_with(name) && secrets::is_password(value) {
        return Some(Secret { kind: "a password", text: value.to_owned(), variable: None });
    }
    named(name, value)
}

/// Whether the command creates the container of a database, which has no password to lose yet.
fn creates_database(command: &Command) -> bool {
    const IMAGES: [&str; 20] = [
        "postgres",
        "mysql",
        "mariadb",
        "mongo",
        "redis",
        "valkey",
        "rabbitmq",
        "minio",
        "mssql",
        "elasticsearch",
        "opensearch",
        "keycloak",
        "grafana",
        "neo4j",
        "clickhouse",
        "postgis",
        "timescale",
        "cockroach",
        "influx",
        "sql-server",
    ];
    let is_container = matches!(command.program.as_str(), "docker" | "podman" | "nerdctl");
    let is_database = |word: &Word| {
        !word.text.contains('=') && IMAGES.iter().any(|image| word.text.contains(image))
    };
    is_container && command.args.iter().any(is_database)
}

/// Names with their values in a word, or in the two words of an option: `--name=value`, `--name
/// value`, `NAME=value`, `Name: value`, `?name=value&`.
fn pairs<'c>(before: Option<&'c Word>, word: &'c Word) -> Vec<(&'c str, &'c str)> {
    let text = word.text.as_str();
    if text.contains("://") {
        let query = text.split_once('?').map_or("", |(_, query)| query);
        return query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    }
    if text.starts_with(['{', '[']) {
        return json_pairs(text);
    }
    if let Some((name, value)) = text.split_once(": ").filter(|(name, _)| is_name(name)) {
        return vec![(name, value.trim())];
    }
    if text.contains('=') && text.contains(['&', ',']) && !text.contains(char::is_whitespace) {
        // `-d user=u&password=p`, `--set auth.password=p,x=y`
        let pairs = text.split(['&', ',']).filter_map(|pair| pair.split_once('='));
        return pairs.map(|(name, value)| (last_part(name), value)).collect();
    }
    if let Some((name, value)) = text.split_once('=').filter(|(name, _)| is_name(last_part(name))) {
        // `--from-literal=password=p`, `--build-arg=TOKEN=t`
        let inner = value.split_once('=').filter(|(inner, _)| is_name(inner));
        return [(last_part(name), value)].into_iter().chain(inner).collect();
    }
    match before.map(|word| word.text.as_str()) {
        // `aws configure set aws_secret_access_key ...`
        Some(name) if is_name(name) && (name.starts_with("--") || name.starts_with("aws_")) => {
            vec![(name, text)]
        }
        _ => Vec::new(),
    }
}

/// The last part of a dotted name: `password` of `auth.password`.
fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The names and texts in a JSON object, if they are next to each other.
fn json_pairs(text: &str) -> Vec<(&str, &str)> {
    let texts: Vec<&str> = text.split('"').collect();
    texts
        .windows(3)
        .skip(1)
        .step_by(2)
        .filter(|part| part.get(1).is_some_and(|between| between.trim() == ":"))
        .filter_map(|part| Some((*part.first()?, *part.get(2)?)))
        .collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// The token of `Authorization: Bearer ...`, and of its relatives.
fn bearer(text: &str) -> Option<Secret> {
    const SCHEMES: [&str; 8] =
        ["Bearer ", "bearer ", "Basic ", "basic ", "token ", "Token ", "ApiKey ", "Api-Key "];
    let header = text.split_once("uthorization: ").map(|(_, value)| value);
    let of_header = header.and_then(|value| {
        SCHEMES.iter().find_map(|scheme| value.strip_prefix(scheme)).or(Some(value))
    });
    let rest = of_header
        .or_else(|| Some(text.split_once("Bearer ").or_else(|| text.split_once("bearer "))?.1))?;
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && !"._~+/=-".contains(c))
        .unwrap_or(rest.len());
    let token = rest.get(..end)?;
    // An expansion or more words follow: the token is not complete here.
    let is_complete = !rest.get(end..)?.starts_with(['$', '{', '<', '*', '[', '\\']);
    let is_real = (token.len() >= 16 || secrets::is_random(token))
        && is_complete
        && token.contains(|c: char| c.is_ascii_digit())
        && token.contains(|c: char| c.is_ascii_alphabetic())
        && !secrets::is_placeholder(token);
    is_real.then(|| Secret { kind: "an access token", text: token.to_owned(), variable: None })
}

/// Whether every host that the command names is this machine, a container on it or an invented one.
fn stays_here(command: &Command) -> bool {
    let mut hosts = Vec::new();
    let mut before = "";
    for word in &command.args {
        let text = word.text.as_str();
        let host = text
            .split_once("://")
            .map(|(_, rest)| rest.split(['/', '?']).next().unwrap_or_default())
            .map(|authority| authority.rsplit('@').next().unwrap_or_default())
            .or_else(|| text.strip_prefix("--host="))
            .or_else(|| text.strip_prefix("-h").filter(|host| !host.is_empty()))
            .or_else(|| matches!(before, "-h" | "--host").then_some(text))
            .or_else(|| {
                (text.starts_with("localhost") || text.starts_with("127.0.0.1")).then_some(text)
            });
        hosts.extend(host.map(|host| host.split(['/', ':']).next().unwrap_or_default()));
        before = text;
    }
    !hosts.is_empty() && hosts.iter().all(|host| secrets::is_local_host(host))
}
