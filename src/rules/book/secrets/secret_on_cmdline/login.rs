//! Passwords that a program takes by an option of its own, or as an operand.

use super::literal_secret::MYSQL;
use crate::project::secrets;
use crate::project::secrets::Secret;
use crate::shell::options::{Item, Spec};
use crate::shell::specs::CURL;
use crate::shell::{Command, Word, options};

/// How a value holds the password.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// All of it.
    Whole,
    /// What follows this sign, after the name of the user.
    After(char),
    /// What follows this word.
    Prefixed(&'static str),
}

/// An option by which programs take a password.
struct Login {
    programs: &'static [&'static str],
    /// The sub-command that must be among the words; empty for any.
    sub: &'static str,
    spec: Spec,
    /// The letter of the option, or its name where it has one dash.
    short: &'static str,
    /// Its long name.
    long: &'static str,
    form: Form,
    /// The variable that the program reads instead.
    variable: Option<&'static str>,
}

const fn login(
    programs: &'static [&'static str],
    sub: &'static str,
    short_values: &'static str,
    (short, long): (&'static str, &'static str),
    form: Form,
    variable: Option<&'static str>,
) -> Login {
    let spec = Spec { short: short_values, attached: "", long: &[] };
    Login { programs, sub, spec, short, long, form, variable }
}

const REGISTRIES: [&str; 9] =
    ["docker", "podman", "nerdctl", "helm", "oc", "skopeo", "buildah", "crane", "az"];

const LOGINS: [Login; 14] = [
    login(&["sshpass"], "", "pfdP", ("p", ""), Form::Whole, Some("SSHPASS")),
    login(&["curl"], "", CURL.short, ("u", "user"), Form::After(':'), None),
    login(&["curl"], "", CURL.short, ("U", "proxy-user"), Form::After(':'), None),
    login(&["http", "https", "xh"], "", "aAo", ("a", "auth"), Form::After(':'), None),
    login(&REGISTRIES, "login", "up", ("p", "password"), Form::Whole, None),
    login(&["redis-cli"], "", "hpsaunriD", ("a", "pass"), Form::Whole, Some("REDISCLI_AUTH")),
    login(&["zip", "unzip", "zipcloak"], "", "Pdxinb", ("P", "password"), Form::Whole, None),
    login(
        &["sqlcmd", "bcp", "mssql-cli", "osql", "ipmitool", "mosquitto_pub", "mosquitto_sub"],
        "",
        "SUPQdihtqo",
        ("P", ""),
        Form::Whole,
        None,
    ),
    login(
        &["smbclient", "rpcclient", "smbmap"],
        "",
        "UIWcpkd",
        ("U", "user"),
        Form::After('%'),
        None,
    ),
    login(
        &["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete"],
        "",
        "wDHbhpsyfz",
        ("w", ""),
        Form::Whole,
        None,
    ),
    login(
        &["mongo", "mongosh", "mongodump", "mongorestore", "cqlsh", "rabbitmqadmin", "twine"],
        "",
        "uphH",
        ("p", "password"),
        Form::Whole,
        None,
    ),
    login(&["openssl"], "", "", ("passin", "passin"), Form::Prefixed("pass:"), None),
    login(&["openssl"], "", "", ("passout", "passout"), Form::Prefixed("pass:"), None),
    login(&["openssl"], "", "", ("pass", "pass"), Form::Prefixed("pass:"), None),
];

/// Options with one dash whose next word is a password.
const SINGLE_DASH: [(&str, &[&str]); 3] = [
    ("keytool", &["-storepass", "-keypass", "-srcstorepass", "-deststorepass"]),
    ("jarsigner", &["-storepass", "-keypass"]),
    ("influx", &["-password"]),
];

/// The password that `command` takes by an option or operand of its own.
pub(super) fn password(command: &Command) -> Option<Secret> {
    by_option(command)
        .or_else(|| of_mysql(command))
        .or_else(|| by_single_dash(command))
        .or_else(|| by_operand(command))
}

fn secret(text: &str, variable: Option<&str>) -> Option<Secret> {
    secrets::is_password(text).then(|| Secret {
        kind: "a password",
        text: text.to_owned(),
        variable: variable.map(str::to_owned),
    })
}

fn by_option(command: &Command) -> Option<Secret> {
    let program = command.program.as_str();
    let has_sub = |sub: &str| sub.is_empty() || command.args.iter().any(|word| word.is(sub));
    LOGINS
        .iter()
        .filter(|login| login.programs.contains(&program) && has_sub(login.sub))
        .find_map(|login| login.find(command))
}

impl Login {
    fn find(&self, command: &Command) -> Option<Secret> {
        if let Form::Prefixed(prefix) = self.form {
            let option = format!("-{}", self.short);
            let mut words = command.args.iter();
            words.find(|word| word.is(&option))?;
            return secret(words.next()?.literal()?.strip_prefix(prefix)?, self.variable);
        }
        let items = options::read(&command.args, self.spec);
        // The words after the password of sshpass belong to another program.
        let own = items
            .iter()
            .take_while(|item| !command.is("sshpass") || !matches!(item, Item::Operand(_)));
        let mut words = own.zip(items.iter().skip(1).map(Some).chain([None]));
        words.find_map(|(item, next)| {
            let value = match (item, next) {
                (Item::Short(letter, Some(value)), _)
                    if self.short.len() == 1 && self.short.starts_with(*letter) =>
                {
                    value.literal()?
                }
                (Item::Long(name, Some(value)), _) if *name == self.long => value.literal()?,
                (Item::Long(name, None), Some(Item::Operand(word))) if *name == self.long => {
                    word.literal()?
                }
                _ => return None,
            };
            match self.form {
                Form::After(sign) => {
                    let (user, password) = value.split_once(sign)?;
                    secret(password, self.variable).filter(|_| user != password)
                }
                _ => secret(value, self.variable),
            }
        })
    }
}

fn of_mysql(command: &Command) -> Option<Secret> {
    if !MYSQL.contains(&command.program.as_str()) {
        return None;
    }
    let spec = Spec { short: "uhPDSe", attached: "p", ..Spec::FLAGS_ONLY };
    options::read(&command.args, spec).into_iter().find_map(|item| match item {
        Item::Short('p', Some(value)) => secret(value.literal()?, Some("MYSQL_PWD")),
        _ => None,
    })
}

fn by_single_dash(command: &Command) -> Option<Secret> {
    let (_, names) = SINGLE_DASH.iter().find(|(program, _)| command.is(program))?;
    let mut words = command.args.iter();
    words.find(|word| names.contains(&word.text.as_str()))?;
    secret(words.next()?.literal()?, None)
}

/// `vault login TOKEN`, `htpasswd -b FILE USER PASSWORD`, `gh secret set NAME -b VALUE` and others.
fn by_operand(command: &Command) -> Option<Secret> {
    let operands: Vec<&Word> =
        options::operands(&options::read(&command.args, Spec::new("C", &[])));
    match command.program.as_str() {
        "gh" | "aws" => {
            let names = ["--body", "-b", "--secret-string"];
            let is_secret = command.args.iter().any(|word| word.text.starts_with("secret"));
            let mut words = command.args.iter();
            words.find(|word| names.contains(&word.text.as_str()))?;
            let value = words.next()?.literal()?;
            (is_secret && !value.starts_with('{')).then(|| secret(value, None)).flatten()
        }
        "openssl" => {
            let mut words = command.args.iter();
            words.find(|word| word.is("-k") || word.is("-passin") || word.is("-K"))?;
            secret(words.next()?.literal()?, None)
                .filter(|_| command.args.first().is_some_and(|verb| verb.is("enc")))
        }
        "vault" => match operands.as_slice() {
            [verb, token] if verb.is("login") => {
                let token = token.literal()?;
                // `vault login -method=oidc role=x`
                let token = token.strip_prefix("token=").unwrap_or(token);
                secret(token, Some("VAULT_TOKEN")).filter(|_| !token.contains('='))
            }
            _ => None,
        },
        "htpasswd" => {
            let items = options::read(&command.args, Spec::new("C", &[]));
            options::has(&items, Some('b'), "").then_some(())?;
            let is_printed = options::has(&items, Some('n'), "");
            secret(operands.get(if is_printed { 1 } else { 2 })?.literal()?, None)
        }
        _ => None,
    }
}

/// The password that `echo` pipes into `sudo -S`, `chpasswd` or a login, or that a here-string feeds
/// to `sudo -S`.
pub(super) fn fed<'c>(
    text_of: impl Fn(&Command) -> Option<&'c str>,
    command: &Command,
    next: Option<&Command>,
) -> Option<Secret> {
    let reads_password = |command: &Command| {
        if command.is("chpasswd") || command.args.iter().any(|word| word.is("--password-stdin")) {
            return true;
        }
        let text = text_of(command).unwrap_or_default();
        let mut words = text.split_whitespace().skip_while(|word| !word.ends_with("sudo")).skip(1);
        words
            .by_ref()
            .take_while(|word| word.starts_with('-'))
            .any(|word| word == "--stdin" || !word.starts_with("--") && word.contains('S'))
    };
    if matches!(command.program.as_str(), "echo" | "printf") {
        let next = next?;
        let value = command.args.iter().rfind(|word| !word.text.starts_with('-'))?;
        let value = value.literal()?.trim_end_matches("\\n").trim();
        let value = if next.is("chpasswd") { value.split_once(':')?.1 } else { value };
        return reads_password(next).then(|| secret(value, None)).flatten();
    }
    let here = command.redirections.iter().find(|redirection| redirection.operator == "<<<")?;
    let value = here.target.literal()?;
    (command.is_under("sudo") && reads_password(command)).then(|| secret(value, None)).flatten()
}
