//! Files that contain secrets, and the programs that print them.

use super::pipeline::is_search;
use crate::project::programs::{self, Trait};
use crate::project::secrets;
use crate::rules::trigger::{Check, Miss};
use crate::shell::options::Spec;
use crate::shell::{Command, Word, options};

/// What a file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents {
    /// Lines of `NAME=value`.
    Pairs,
    /// The environment of a process.
    Environment,
    /// A private key.
    PrivateKey,
    /// Credentials in another form.
    Credentials,
}

/// What the file at `path` contains, judged by its name.
///
/// # Errors
/// A near miss for a file whose name only looks like that of secrets.
pub(super) fn contents_of(path: &str) -> Check<Contents> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let below = |folder: &str| {
        let mut parts = path.rsplit('/');
        parts.next();
        parts.next() == Some(folder)
    };
    let contents = match name.as_str() {
        "config" if below(".kube") => Contents::Credentials,
        "kubeconfig" | "kubeconfig.yaml" | "kubeconfig.yml" => Contents::Credentials,
        "config.json" if below(".docker") => Contents::Credentials,
        "hosts.yml" if below("gh") => Contents::Credentials,
        "auth.json"
            if [".codex", ".composer", "opencode", "agent", ".pi"].into_iter().any(below) =>
        {
            Contents::Credentials
        }
        "oauth_creds.json"
        | "application_default_credentials.json"
        | "msal_token_cache.json"
        | "credentials.tfrc.json"
        | ".vault-token"
        | "master.key"
        | ".my.cnf"
        | ".s3cfg"
        | ".boto"
        | "rclone.conf"
        | "terraform.tfstate"
        | ".dev.vars"
        | "secrets.yml"
        | "secrets.yaml"
        | "secrets.json"
        | "secrets.toml"
        | "secrets.env"
        | "accesstokens.json" => Contents::Credentials,
        ".envrc" => Contents::Pairs,
        "environ" if path.starts_with("/proc/") => Contents::Environment,
        ".env" | ".env*" | ".env.*" => Contents::Pairs,
        ".npmrc" | ".pypirc" | "credentials.toml" => Contents::Pairs,
        "credentials" => Contents::Pairs,
        ".netrc" | "_netrc" | ".pgpass" | ".git-credentials" | ".credentials.json"
        | "credentials.json" => Contents::Credentials,
        _ => {
            let ending = name.strip_prefix(".env.");
            // `id_rsa_test.go` is code, `id_rsa.pub` the public half.
            let is_key = ["id_rsa", "id_ed25519", "id_ecdsa", "id_dsa"].iter().any(|start| {
                name.strip_prefix(start).is_some_and(|rest| {
                    let is_named = rest.starts_with(['_', '-']) && !rest.contains(['.', '*', '?']);
                    rest.is_empty() || is_named || matches!(rest, ".pem" | ".key" | ".bak" | ".old")
                })
            });
            match (ending, name.strip_suffix(".pem")) {
                (Some(ending), _) => {
                    let parts = secrets::parts(ending);
                    let is_template = parts.iter().any(|part| {
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
                    if is_template {
                        return Err(Miss::Near("the file is a model without secrets"));
                    }
                    Contents::Pairs
                }
                (_, Some(stem)) => {
                    let words = secrets::parts(stem);
                    let is_public = words.iter().any(|word| {
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
                    if is_public {
                        return Err(Miss::Near("the file is a certificate or a public key"));
                    }
                    Contents::PrivateKey
                }
                _ if is_key => Contents::PrivateKey,
                _ => return Err(Miss::No),
            }
        }
    };
    if path.split('/').any(|part| {
        secrets::parts(part).iter().any(|word| {
            ["test", "tests", "testdata", "fixture", "fixtures", "examples", "mocks"]
                .contains(&word.as_str())
        })
    }) {
        return Err(Miss::Near("the file is a fixture of tests"));
    }
    Ok(contents)
}

/// Programs that print the lines of a file.
pub(super) const READERS: [&str; programs::count(Trait::PrintsFiles)] =
    programs::all(Trait::PrintsFiles);

/// The files whose lines a reader prints.
pub(super) fn printed_by(command: &Command) -> Vec<&Word> {
    let program = command.program.as_str();
    let searches = is_search(command);
    let spec = match program {
        "jq" | "yq" => Spec::new("fL", &["arg", "argjson"]),
        "bat" | "batcat" => Spec::new("lrmH", &["language", "line-range", "style", "theme"]),
        _ => Spec::of(program),
    };
    let items = options::read(&command.args, spec);
    let has_script = match program {
        _ if searches => {
            options::has(&items, Some('e'), "regexp") || options::has(&items, Some('f'), "file")
        }
        "sed" | "gsed" => {
            if options::has(&items, Some('i'), "in-place") {
                return Vec::new();
            }
            options::has(&items, Some('e'), "expression") || options::has(&items, Some('f'), "file")
        }
        "jq" | "yq" => options::has(&items, Some('f'), "from-file"),
        _ => true,
    };
    let operands = options::operands(&items).into_iter().skip(usize::from(!has_script));
    let fed = command.redirections.iter().filter(|redirection| redirection.operator == "<");
    operands.chain(fed.map(|redirection| &redirection.target)).collect()
}
