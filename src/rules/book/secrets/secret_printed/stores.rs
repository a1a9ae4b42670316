//! Commands that print what a store of secrets holds.

use crate::shell::{Command, options};

/// A command that asks a store of secrets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Store {
    /// What to say of it, after its name.
    pub(super) advice: &'static str,
    /// Its first words.
    pub(super) verbs: &'static [&'static str],
    /// It prints nothing but the secret. Else its output must show one.
    pub(super) is_bare: bool,
    /// It prints the secret even if the client does not send the output.
    pub(super) is_certain: bool,
}

/// A command of a program: the words that it begins with, and words of which one must follow.
struct Asks {
    programs: &'static [&'static str],
    one_of: &'static [&'static str],
    store: Store,
}

const fn asks(
    programs: &'static [&'static str],
    verbs: &'static [&'static str],
    one_of: &'static [&'static str],
    is_bare: bool,
    advice: &'static str,
) -> Asks {
    Asks { programs, one_of, store: Store { advice, verbs, is_bare, is_certain: false } }
}

const GH: &str = "printed its token into the transcript; next time gh auth status tells whether it works, and $(gh auth \
                  token) passes it on unseen";
const AWS: &str = "printed a secret into the transcript, so it counts as leaked: rotate it; aws sts \
                   get-caller-identity tests credentials";
const PASS_ON: &str = "printed a secret into the transcript, so it counts as leaked: rotate it; next time pass it on \
                       unseen, in $(...)";
const KUBECTL: &str = "printed the secret into the transcript (base64 hides nothing), so it counts as leaked: rotate \
                       it; next time use kubectl describe secret";
const CONFIG: &str = "printed secrets into the transcript, so they count as leaked: rotate them; next time ask for \
                      names, or one harmless value";

const STORES: [Asks; 37] = [
    asks(&["gh"], &["auth", "token"], &[], true, GH),
    asks(&["gh"], &["auth", "status"], &["-t", "--show-token"], true, GH),
    asks(&["glab", "fly", "flyctl", "doctl"], &["auth", "token"], &[], true, PASS_ON),
    asks(&["aws"], &["secretsmanager", "get-secret-value"], &[], false, AWS),
    asks(&["aws"], &["ssm", "get-parameter"], &["--with-decryption"], false, AWS),
    asks(&["aws"], &["ssm", "get-parameters"], &["--with-decryption"], false, AWS),
    asks(&["aws"], &["ssm", "get-parameters-by-path"], &["--with-decryption"], false, AWS),
    asks(&["aws"], &["ecr", "get-login-password"], &[], true, PASS_ON),
    asks(&["aws"], &["sts", "get-session-token"], &[], false, AWS),
    asks(&["aws"], &["sts", "assume-role"], &[], false, AWS),
    asks(&["aws"], &["iam", "create-access-key"], &[], false, AWS),
    asks(&["aws"], &["codeartifact", "get-authorization-token"], &[], true, PASS_ON),
    asks(&["gcloud"], &["auth", "print-access-token"], &[], true, PASS_ON),
    asks(&["gcloud"], &["auth", "print-identity-token"], &[], true, PASS_ON),
    asks(&["gcloud"], &["auth", "application-default", "print-access-token"], &[], true, PASS_ON),
    asks(&["gcloud"], &["secrets", "versions", "access"], &[], true, PASS_ON),
    asks(&["az"], &["account", "get-access-token"], &[], false, PASS_ON),
    asks(&["az"], &["keyvault", "secret", "show"], &[], false, PASS_ON),
    asks(&["az"], &["acr", "credential", "show"], &[], false, PASS_ON),
    asks(&["az"], &["storage", "account", "keys", "list"], &[], false, PASS_ON),
    asks(&["heroku"], &["config"], &[], false, CONFIG),
    asks(&["heroku"], &["auth:token"], &[], true, PASS_ON),
    asks(&["kubectl", "oc"], &["config", "view"], &["--raw"], false, CONFIG),
    asks(&["kubectl", "oc"], &["create", "token"], &[], true, PASS_ON),
    asks(&["vault"], &["kv", "get"], &[], false, CONFIG),
    asks(&["vault"], &["read"], &[], false, CONFIG),
    asks(&["vault"], &["print", "token"], &[], true, PASS_ON),
    asks(&["op"], &["read"], &[], true, PASS_ON),
    asks(&["pass", "gopass"], &["show"], &[], true, PASS_ON),
    asks(&["bw"], &["get"], &["password", "item", "totp", "notes"], false, PASS_ON),
    asks(&["security"], &["find-generic-password"], &["-w", "-g"], true, PASS_ON),
    asks(&["doppler"], &["secrets"], &[], false, CONFIG),
    asks(&["helm"], &["get", "values"], &[], false, CONFIG),
    asks(&["git"], &["credential", "fill"], &[], false, PASS_ON),
    asks(&["systemctl"], &["show-environment"], &[], false, CONFIG),
    asks(&["sops"], &[], &["-d", "--decrypt", "decrypt"], false, CONFIG),
    asks(&["docker", "podman", "docker-compose"], &[], &["inspect", "config"], false, CONFIG),
];

impl Store {
    /// Whether a generated value in the output is the secret, whatever its name.
    pub(super) fn prints_values_only(&self) -> bool {
        self.advice != CONFIG
    }

    /// What to say of `program`.
    pub(super) fn say(&self, program: &str) -> String {
        let verbs: String = self.verbs.iter().map(|verb| format!(" {verb}")).collect();
        format!("{program}{verbs} {}", self.advice)
    }
}

/// The store that `command` asks.
pub(super) fn asked(command: &Command) -> Option<Store> {
    let program = command.program.as_str();
    if program == "aws" {
        return of_aws(command).or_else(|| in_table(command));
    }
    if matches!(program, "kubectl" | "oc") {
        return of_kubernetes(command).or_else(|| in_table(command));
    }
    in_table(command)
}

fn in_table(command: &Command) -> Option<Store> {
    // The sub-command may come after global options.
    let at = options::subcommand(&command.program, &command.args).map_or(0, |(at, _)| at);
    let words: Vec<&str> = command.args.iter().skip(at).map(|word| word.text.as_str()).collect();
    let all = || command.args.iter().map(|word| word.text.as_str());
    let found = STORES.iter().find(|asks| {
        asks.programs.contains(&command.program.as_str())
            && words.starts_with(asks.store.verbs)
            && (asks.one_of.is_empty() || all().any(|word| asks.one_of.contains(&word)))
    })?;
    // `heroku config` prints all; `config:get` is another word.
    let writes = all().any(|word| {
        matches!(
            word,
            "--help"
                | "-h"
                | "set"
                | "-o"
                | "--output-file"
                | "--out"
                | "--services"
                | "-q"
                | "--quiet"
        ) && found.programs.iter().all(|program| !matches!(*program, "kubectl" | "az" | "aws"))
            || matches!(word, "--help" | "help")
    });
    let is_certain = command.is("gh");
    (!writes).then_some(Store { is_certain, ..found.store })
}

/// `aws configure get` of a secret.
fn of_aws(command: &Command) -> Option<Store> {
    let words: Vec<&str> = command.args.iter().map(|word| word.text.as_str()).collect();
    match words.as_slice() {
        ["configure", "get", rest @ ..] => rest
            .iter()
            .any(|word| word.contains("secret") || word.contains("session_token"))
            .then_some(Store {
                advice: AWS,
                verbs: &["configure", "get"],
                is_bare: true,
                is_certain: true,
            }),
        _ => None,
    }
}

/// `kubectl get secret NAME -o yaml`, and the other forms of output that hold values.
fn of_kubernetes(command: &Command) -> Option<Store> {
    let (at, sub) = options::subcommand(&command.program, &command.args)?;
    if sub != "get" {
        return None;
    }
    let words: Vec<&str> =
        command.args.iter().skip(at + 1).map(|word| word.text.as_str()).collect();
    let is_secret = |word: &&str| {
        matches!(*word, "secret" | "secrets")
            || word.starts_with("secret/")
            || word.starts_with("secrets/")
    };
    if !words.iter().any(is_secret) {
        return None;
    }
    let mut form = None;
    let mut before = "";
    for word in &words {
        let value = match before {
            "-o" | "--output" => Some(*word),
            _ => word.strip_prefix("--output=").or_else(|| word.strip_prefix("-o")),
        };
        form = value.filter(|value| !value.is_empty()).or(form);
        before = word;
    }
    let form = form?.trim_start_matches('=');
    let is_path = form.starts_with("jsonpath")
        || form.starts_with("go-template")
        || form.starts_with("template");
    let is_bare = is_path && form.contains(".data");
    (is_bare || matches!(form, "yaml" | "json")).then_some(Store {
        advice: KUBECTL,
        verbs: &["get", "secret"],
        is_bare,
        is_certain: false,
    })
}
