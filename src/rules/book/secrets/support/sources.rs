//! What prints secrets: files that hold them, the environment, variables, programs that keep them.

use super::exposure::{SED, is_telling_name, search_spec};
use crate::project::secrets;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Script, Word, options};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Lines of `NAME=value`.
    Pairs,
    /// A private key.
    PrivateKey,
    /// Credentials in a form of its own.
    Credentials,
}

/// What a file of this path holds, as far as its name tells; an error if it is one that only looks
/// like it.
pub(crate) fn held_by(path: &str) -> Option<Result<Holds, &'static str>> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let holds = match name.as_str() {
        ".env" | ".env*" | ".env.*" => Holds::Pairs,
        ".npmrc" | ".pypirc" | "credentials.toml" => Holds::Pairs,
        "credentials" => Holds::Pairs,
        ".netrc" | "_netrc" | ".pgpass" | ".git-credentials" | ".credentials.json"
        | "credentials.json" => Holds::Credentials,
        _ => {
            let ending = name.strip_prefix(".env.");
            // `id_rsa_test.go` is code, `id_rsa.pub` the public half.
            let key = ["id_rsa", "id_ed25519", "id_ecdsa", "id_dsa"].iter().any(|start| {
                name.strip_prefix(start).is_some_and(|rest| {
                    let joined = rest.starts_with(['_', '-']) && !rest.contains(['.', '*', '?']);
                    rest.is_empty() || joined || matches!(rest, ".pem" | ".key" | ".bak" | ".old")
                })
            });
            match (ending, name.strip_suffix(".pem")) {
                (Some(ending), _) => {
                    let parts = secrets::parts(ending);
                    let model = parts.iter().any(|part| {
                        matches!(
                            part.as_str(),
                            "example"
                                | "sample"
                                | "template"
                                | "tmpl"
                                | "tpl"
                                | "dist"
                                | "default"
                                | "defaults"
                                | "schema"
                                | "test"
                                | "testing"
                                | "ci"
                                | "md"
                                | "ts"
                                | "vault"
                                | "enc"
                                | "gpg"
                                | "age"
                        )
                    });
                    if model {
                        return Some(Err("the file is a model without secrets"));
                    }
                    Holds::Pairs
                }
                (_, Some(stem)) => {
                    let words = secrets::parts(stem);
                    let public = words.iter().any(|word| {
                        [
                            "cert",
                            "ca",
                            "chain",
                            "fullchain",
                            "cacert",
                            "bundle",
                            "crt",
                            "pub",
                            "public",
                            "root",
                            "csr",
                        ]
                        .contains(&word.as_str())
                            || word.starts_with("cert")
                            || word.starts_with("dh")
                    });
                    if public {
                        return Some(Err("the file is a certificate or a public key"));
                    }
                    Holds::PrivateKey
                }
                _ if key => Holds::PrivateKey,
                _ => return None,
            }
        }
    };
    if path.split('/').any(|part| {
        secrets::parts(part).iter().any(|word| {
            ["test", "tests", "testdata", "fixture", "fixtures", "examples", "mocks"]
                .contains(&word.as_str())
        })
    }) {
        return Some(Err("the file is a fixture of tests"));
    }
    Some(Ok(holds))
}

/// Programs that print what is in a file.
pub(crate) const READERS: [&str; 19] = [
    "cat", "head", "tail", "less", "more", "bat", "batcat", "nl", "tac", "sort", "uniq", "strings",
    "grep", "egrep", "fgrep", "rg", "sed", "gsed", "column",
];

/// The files that a reader prints, with what they hold.
pub(crate) fn files(command: &Command) -> Vec<&Word> {
    let program = command.program.as_str();
    let is_search = matches!(program, "grep" | "egrep" | "fgrep" | "rg");
    let spec = match program {
        _ if is_search => search_spec(command),
        "sed" | "gsed" => SED,
        "head" | "tail" => Spec { short: "nc", long: &["lines", "bytes"], ..Spec::FLAGS_ONLY },
        "bat" | "batcat" => Spec {
            short: "lrmH",
            long: &["language", "line-range", "style", "theme"],
            ..Spec::FLAGS_ONLY
        },
        "sort" => {
            Spec { short: "kto", long: &["key", "field-separator", "output"], ..Spec::FLAGS_ONLY }
        }
        _ => Spec::FLAGS_ONLY,
    };
    let items = options::read(&command.args, spec);
    let has_script = match program {
        _ if is_search => {
            options::has(&items, Some('e'), "regexp") || options::has(&items, Some('f'), "file")
        }
        "sed" | "gsed" => {
            if options::has(&items, Some('i'), "in-place") {
                return Vec::new();
            }
            options::has(&items, Some('e'), "expression") || options::has(&items, Some('f'), "file")
        }
        _ => true,
    };
    let operands = options::operands(&items).into_iter().skip(usize::from(!has_script));
    let fed = command.redirections.iter().filter(|redirection| redirection.operator == "<");
    operands.chain(fed.map(|redirection| &redirection.target)).collect()
}

/// Whether a search for this may bring out a secret: it names one, or it matches every line.
pub(crate) fn may_match_secret(command: &Command, every_name: bool) -> bool {
    let items = options::read(&command.args, search_spec(command));
    let inverted = options::has(&items, Some('v'), "invert-match");
    let mut patterns: Vec<&str> = items
        .iter()
        .filter_map(|item| match item {
            Item::Short('e', Some(value)) | Item::Long("regexp", Some(value)) => Some(value.text),
            _ => None,
        })
        .collect();
    if patterns.is_empty() {
        patterns.extend(options::operands(&items).first().map(|word| word.text.as_str()));
    }
    let names = |text: &str| {
        let upper = text.to_ascii_uppercase();
        ["KEY", "TOKEN", "SECRET", "PASS", "PRIVATE", "CRED", "AUTH"]
            .iter()
            .any(|word| upper.contains(word))
    };
    let naming = patterns.iter().any(|text| names(text));
    if inverted {
        // Secrets taken out are none printed; anything else taken out leaves them.
        return !naming;
    }
    naming || every_name && patterns.iter().any(|text| !is_harmless_name(text))
}

/// Whether a pattern is the name of a setting that nobody hides.
fn is_harmless_name(pattern: &str) -> bool {
    let parts = secrets::parts(pattern);
    parts.last().is_some_and(|last| {
        matches!(
            last.as_str(),
            "port"
                | "host"
                | "env"
                | "debug"
                | "level"
                | "name"
                | "region"
                | "version"
                | "mode"
                | "dir"
                | "path"
                | "id"
                | "timeout"
                | "enabled"
                | "model"
                | "schema"
                | "email"
                | "timezone"
        )
    })
}

/// Whether a command prints the whole environment.
pub(crate) fn prints_environment(command: &Command) -> bool {
    let only =
        |flags: &[&str]| command.args.iter().all(|word| flags.iter().any(|flag| word.is(flag)));
    match command.program.as_str() {
        // Around a command it is a wrapper and was peeled off.
        "env" | "printenv" => only(&["-0", "--null"]),
        "export" => only(&["-p"]),
        "set" => command.args.is_empty(),
        "declare" | "typeset" => !command.args.is_empty() && only(&["-x", "-p", "-px", "-xp"]),
        _ => false,
    }
}

/// The secret variable that a command prints.
pub(crate) fn printed_variable(script: &Script, command: &Command) -> Option<String> {
    let known = |name: &str| {
        // A name that the script itself gives to something else.
        let assigned = script
            .commands
            .iter()
            .any(|other| other.assigned(name).is_some_and(|value| !value.expands));
        !assigned && !script.loop_variables.iter().any(|variable| variable == name)
    };
    match command.program.as_str() {
        "printenv" => {
            let name = command
                .args
                .iter()
                .find_map(|word| word.literal().filter(|text| !text.starts_with('-')))?;
            (is_hidden_name(name) && known(name)).then(|| name.to_owned())
        }
        "echo" | "printf" => command
            .args
            .iter()
            .filter(|word| word.expands)
            .flat_map(|word| expanded(&word.text))
            .find(|name| is_hidden_name(name) && known(name))
            .map(str::to_owned),
        _ => None,
    }
}

/// Whether a variable of this name holds what is to be hidden.
fn is_hidden_name(name: &str) -> bool {
    let parts = secrets::parts(name);
    // `KEY` alone is what a loop or a map goes through.
    let lone =
        matches!(parts.as_slice(), [word] if word == "key" || word == "auth" || word == "pass");
    let ends = parts.last().map(String::as_str).unwrap_or_default();
    let of_kind = matches!(
        ends,
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
    let upper = name.chars().all(|c| !c.is_ascii_lowercase());
    !lone && (secrets::is_secret_name(name) || of_kind && upper && is_telling_name(name))
}

/// The variables whose value stands in a text: `$NAME`, `${NAME}`, `${NAME:-...}`. `${NAME:+x}`,
/// `${#NAME}` and a few characters (`${NAME:0:4}`) do not show it.
fn expanded(text: &str) -> Vec<&str> {
    text.split('$')
        .skip(1)
        .filter_map(|rest| {
            let (body, braced) = match rest.strip_prefix('{') {
                Some(body) => (body, true),
                None => (rest, false),
            };
            let end =
                body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
            let name = body.get(..end).filter(|name| !name.is_empty())?;
            let after = body.get(end..)?;
            let shown = !braced
                || after.starts_with('}')
                || after.starts_with(":-")
                || after.starts_with(":?");
            shown.then_some(name)
        })
        .collect()
}
