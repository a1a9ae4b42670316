//! Secrets that a call prints.

mod examples;
mod files;
mod interpreter;
mod output;
mod pipeline;
mod remote;
mod stores;
mod variables;

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Word};
use files::{Contents, READERS};
use stores::Store;

pub(crate) const RULE: Rule = Rule {
    id: "secret-printed",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "secrets printed from a file or the environment",
    why: "What is printed goes to the model and into its logs; whole credentials reached them in at least five \
          reports (anthropics/claude-code#18223, #69053, #62156).",
    lesson: None,
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &READERS,
            subcommands: &[],
            signs: &[
                ".env",
                ".pem",
                "id_",
                "creden",
                "etrc",
                "pmrc",
                "pirc",
                "gpass",
                ".kube",
                ".docker",
                "auth.json",
                "master.key",
                "gh/hosts",
                "oauth_",
                "secrets.",
                "tfstate",
                "my.cnf",
                "/environ",
            ],
            check: check_command,
        },
        Trigger::Command {
            programs: &["env", "printenv", "set"],
            subcommands: &[],
            signs: &[],
            check: check_command,
        },
        // An export of a variable is not worth parsing.
        Trigger::Command {
            programs: &["export", "declare", "typeset"],
            subcommands: &[],
            signs: &["-p", "-x", "|"],
            check: check_command,
        },
        Trigger::Command {
            programs: &["echo", "printf", "printenv"],
            subcommands: &[],
            signs: &[
                "KEY", "TOKEN", "SECRET", "PASS", "Token", "token", "secret", "passw", "_URL",
                "_URI", "_DSN",
            ],
            check: check_command,
        },
        // The words of these commands give them away, whatever the program.
        Trigger::Command {
            programs: &[],
            subcommands: &[],
            signs: &[
                "auth token",
                "how-token",
                "heroku config",
                "secretsmanager",
                "with-decryption",
                "login-password",
                "configure get",
                "print-",
                "access-token",
                "secret",
                "--raw",
                "kv get",
                "vault read",
                "op read",
                "pass show",
                "find-generic",
                "doppler ",
                "sops ",
                "docker inspect",
                "compose config",
                "get values",
                "credential",
            ],
            check: check_store,
        },
        Trigger::Command {
            programs: &["jq"],
            subcommands: &[],
            signs: &["auth.json", "creden", "oauth_", "secrets."],
            check: check_command,
        },
        Trigger::Command {
            programs: &interpreter::INTERPRETERS,
            subcommands: &[],
            signs: &["os.environ", "process.env", "ENV", "getenv()"],
            check: check_command,
        },
        Trigger::Command {
            programs: &remote::CARRIERS,
            subcommands: &[],
            signs: &["env", "TOKEN", "KEY", "SECRET", "PASS", "creden", "token", "secret", "passw"],
            check: check_remote,
        },
        Trigger::Call { tools: &[Tool::Read], check: check_read },
    ]),
    better: None,
    needs: &[],
    // Once for each: a secret stays in the transcript.
    repeat: Repeat { first: 1, every: u32::MAX, max: 3, gap: 0 },
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

fn check_command(case: &Case, command: &Command) -> Check<Finding> {
    let printed = Printed::by(case, command)?;
    if command.in_function || command.background || case.in_background() {
        return Err(Miss::Near("it is not known to have run to the transcript"));
    }
    let stages = pipeline::stages_to_transcript(case, command)
        .ok_or(Miss::Near("its output goes elsewhere"))?;
    let is_file = matches!(printed, Printed::File { .. });
    // A reader of a file is a filter itself.
    let filters = stages.get(usize::from(!is_file)..).unwrap_or_default();
    // If nothing else is in the output, it shows whether the filters let a secret pass.
    let is_seen = is_only_output(case, command) && output::shows_secret(case);
    if !is_seen && !filters.iter().all(|filter| pipeline::passes_values(filter)) {
        return Err(Miss::Near("the values are taken out"));
    }
    let misses_secrets = |filter: &&Command| {
        pipeline::is_search(filter) && !pipeline::may_match_secret(filter, is_file)
    };
    if !is_seen && filters.iter().any(misses_secrets) {
        return Err(Miss::Near("it looks for something that is not a secret"));
    }
    if printed.is_harmless(case) {
        return Err(Miss::Near("no secret is in the output"));
    }
    Ok(Finding::new(printed.advice(case, command)).about(printed.subject(case, command)))
}

/// A command that asks a store of secrets; any other is none of the trigger's.
fn check_store(case: &Case, command: &Command) -> Check<Finding> {
    stores::asked(command).ok_or(Miss::No)?;
    check_command(case, command)
}

/// Whether all output of the call comes from the pipeline of `command`.
fn is_only_output(case: &Case, command: &Command) -> bool {
    const QUIET: [&str; 10] =
        ["", "cd", "set", "export", "true", ":", "mkdir", "source", ".", "sleep"];
    let stage = command.stage.map(|stage| stage.pipeline);
    case.commands().all(|other| {
        let is_same = match other.stage {
            Some(other) => Some(other.pipeline) == stage,
            None => other.id == command.id,
        };
        is_same || !other.shows_output() || QUIET.contains(&other.program.as_str())
    })
}

/// What a command on another machine or in a container prints counts where the output shows it.
fn check_remote(case: &Case, carrier: &Command) -> Check<Finding> {
    let carried = remote::carried(case, carrier);
    if carried.is_empty() || carrier.background || case.in_background() {
        return Err(Miss::No);
    }
    if !remote::shows_secret(case, carrier) {
        return Err(Miss::Near("no secret is in the output"));
    }
    for inner in carried {
        if let Ok(printed) = Printed::by(case, inner) {
            let subject = format!("{} {}", carrier.program, printed.subject(case, inner));
            return Ok(Finding::new(printed.advice(case, inner)).about(subject));
        }
    }
    if !is_only_output(case, carrier) {
        return Err(Miss::Near("something else is in the output"));
    }
    let program = &carrier.program;
    Ok(Finding::new(Advice::plain(format!(
        "{program} printed a secret into the transcript, so it counts as leaked: rotate it; next time ask for names only"
    )))
    .about(program.clone()))
}

fn check_read(case: &Case) -> Check<Finding> {
    let path = case.event.input().file_path.as_deref().ok_or(Miss::No)?;
    let contents = files::contents_of(path)?;
    if output::is_harmless(case) {
        return Err(Miss::Near("no secret is in the file"));
    }
    let lead = format!("reading {}", text::file_name(path));
    Ok(Finding::new(about_file(case, &lead, contents)).about(absolute(case, path)))
}

/// What a command prints.
enum Printed<'c> {
    /// A file, with the word that names it.
    File { contents: Contents, path: &'c Word },
    /// The environment.
    Environment,
    /// The variables of these names.
    Variables(Vec<String>),
    /// What a store of secrets holds.
    Stored(Store),
    /// The environment, by a script on the command line.
    ByScript,
}

impl<'c> Printed<'c> {
    /// # Errors
    /// A miss where `command` prints no secret, as far as its words say.
    fn by(case: &'c Case, command: &'c Command) -> Check<Self> {
        if variables::prints_environment(command) {
            return Ok(Self::Environment);
        }
        if READERS.contains(&command.program.as_str()) || command.is("jq") || command.is("yq") {
            let mut miss = Miss::No;
            for path in files::printed_by(command) {
                match files::contents_of(&path.text) {
                    Ok(contents) => return Ok(Self::File { contents, path }),
                    Err(Miss::No) => {}
                    Err(near) => miss = near,
                }
            }
            return Err(miss);
        }
        if let Some(store) = stores::asked(command) {
            return Ok(Self::Stored(store));
        }
        if interpreter::prints_environment(command) {
            return Ok(Self::ByScript);
        }
        let script = case.script().ok_or(Miss::No)?;
        let names = variables::printed_by(script, command);
        if names.is_empty() { Err(Miss::No) } else { Ok(Self::Variables(names)) }
    }

    /// The secret is reported once for each of these.
    fn subject(&self, case: &Case, command: &Command) -> String {
        match self {
            Self::File { path, .. } => absolute(case, &path.text),
            Self::Environment | Self::ByScript => "env".to_owned(),
            Self::Variables(names) => format!("${}", names.join(" $")),
            Self::Stored(store) => format!("{} {}", command.program, store.verbs.join(" ")),
        }
    }

    fn advice(&self, case: &Case, command: &Command) -> Advice {
        let program = &command.program;
        match self {
            Self::File { contents, path } => {
                let name = match contents {
                    Contents::Environment => text::excerpt(&path.text),
                    _ => text::file_name(&path.text),
                };
                about_file(case, &format!("{program} {name}"), *contents)
            }
            Self::Environment => about_environment(case, command),
            Self::Variables(names) => {
                let excerpt = text::excerpt(&names.join(" and $"));
                let (its, it) = match names.as_slice() {
                    [_] => ("its value", "it"),
                    _ => ("their values", "them"),
                };
                let leaked = if output::shows_value(case) {
                    format!(": rotate {it}")
                } else {
                    String::new()
                };
                let lead =
                    format!("{program} of ${excerpt} puts {its} into the transcript{leaked}");
                let [name] = names.as_slice() else {
                    return Advice::plain(format!(
                        "{lead}; ${{#NAME}} shows the length of one, and nothing else"
                    ));
                };
                let plain = format!("{lead}; ${{#{excerpt}}} shows its length only");
                // The next call does not have what this one assigns.
                if case.commands().any(|other| other.assigned(name).is_some()) {
                    return Advice::plain(plain);
                }
                let lead = format!("{lead}; to see whether it is set");
                Advice::better(lead, format!("[ -n \"${{{name}:+x}}\" ] && echo set"), plain)
            }
            Self::Stored(store) => Advice::plain(store.say(program)),
            Self::ByScript => Advice::plain(format!(
                "{program} printed the values of all variables into the transcript{}; next time print their names only",
                rotate(case)
            )),
        }
    }

    /// Whether the output certainly shows no secret.
    fn is_harmless(&self, case: &Case) -> bool {
        match self {
            Self::File { contents: Contents::Credentials, .. } => {
                output::is_harmless(case) && !output::shows_generated(case)
            }
            Self::File { .. } | Self::Environment => output::is_harmless(case),
            Self::Variables(names) if names.iter().all(|name| variables::is_url_name(name)) => {
                !output::shows_url(case)
            }
            Self::Variables(_) => output::is_without_value(case),
            Self::Stored(store) if store.is_bare => {
                output::is_without_value(case) || !store.is_certain && output::is_empty(case)
            }
            Self::Stored(store) if store.prints_values_only() => {
                !output::shows_secret(case) && !output::shows_generated(case)
            }
            Self::Stored(_) | Self::ByScript => !output::shows_secret(case),
        }
    }
}

/// What to do first where the output of the call shows a secret: the environment may hold none.
fn rotate(case: &Case) -> &'static str {
    if output::shows_secret(case) { ": rotate the secrets among them" } else { "" }
}

/// What to say where `lead` printed a file. No filter is suggested: values may span several lines.
fn about_file(case: &Case, lead: &str, contents: Contents) -> Advice {
    let is_seen = output::shows_secret(case);
    Advice::plain(match contents {
        Contents::Environment => format!(
            "{lead} puts the values of all variables into the transcript{}; next time list their names only",
            rotate(case)
        ),
        Contents::Pairs if is_seen => format!(
            "{lead} puts its values into the transcript, so they count as leaked: rotate them, and let the program load \
             the file"
        ),
        Contents::PrivateKey if is_seen => format!(
            "{lead} puts a private key into the transcript, so it counts as leaked: replace it; ssh-keygen -y shows the \
             public half"
        ),
        Contents::Credentials if is_seen => format!(
            "{lead} puts its passwords into the transcript, so they count as leaked: rotate them; ls -l shows that the \
             file is there"
        ),
        Contents::Pairs => format!(
            "{lead} puts its values into the transcript, so they count as leaked: let the program load the file, or ask \
             for one name with grep -q"
        ),
        Contents::PrivateKey => format!(
            "{lead} puts a private key into the transcript, so it counts as leaked: ssh-keygen -y or openssl pkey \
             -pubout shows the public half"
        ),
        Contents::Credentials => format!(
            "{lead} puts its passwords into the transcript, so they count as leaked: ls -l or wc -c shows that the file \
             is there"
        ),
    })
}

/// What to say where `command` printed the environment.
fn about_environment(case: &Case, command: &Command) -> Advice {
    let program = &command.program;
    let leaked = rotate(case);
    let lead = format!("{program} puts the values of all variables into the transcript{leaked}");
    let plain = format!("{lead}; next time list their names only");
    // A filter of the agent's own asks for something else than all names, another user has another
    // environment, and `set` prints more than that.
    let is_all = matches!(program.as_str(), "env" | "printenv" | "export");
    let is_alone = !command.writes_pipe && command.wrappers.is_empty();
    // The shell of some clients is zsh, which has no `compgen`.
    let names = (is_all && is_alone).then(|| "bash -c 'compgen -e'".to_owned());
    Advice::with_rewrite(format!("{lead}; next time list their names only"), names, plain)
}

fn absolute(case: &Case, path: &str) -> String {
    case.environment
        .absolute(path)
        .map_or_else(|| path.to_owned(), |path| path.to_string_lossy().into_owned())
}
