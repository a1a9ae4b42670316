//! Secrets that a call prints.

mod examples;
mod files;
mod output;
mod pipeline;
mod variables;

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Word};
use files::{Contents, READERS};

pub(crate) const RULE: Rule = Rule {
    id: "secret-printed",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "secrets printed from a file or the environment",
    why: "What is printed goes to the model and into its logs; whole credentials reached them in at least five \
          reports (anthropics/claude-code#18223, #69053, #62156).",
    trigger: Trigger::Any(&[
        Trigger::Command {
            programs: &READERS,
            subcommands: &[],
            signs: &[".env", ".pem", "id_", "creden", "etrc", "pmrc", "pirc", "gpass"],
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
            signs: &["KEY", "TOKEN", "SECRET", "PASS", "Token", "token", "secret", "passw"],
            check: check_command,
        },
        Trigger::Command {
            programs: &["gh", "aws"],
            subcommands: &["auth", "configure"],
            signs: &[],
            check: check_command,
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
    if !filters.iter().all(|filter| pipeline::passes_values(filter)) {
        return Err(Miss::Near("the values are taken out"));
    }
    let misses_secrets = |filter: &&Command| {
        pipeline::is_search(filter) && !pipeline::may_match_secret(filter, is_file)
    };
    if filters.iter().any(misses_secrets) {
        return Err(Miss::Near("it looks for something that is no secret"));
    }
    let is_harmless = match printed {
        Printed::File { .. } | Printed::Environment => output::is_harmless(case),
        Printed::Variable(_) | Printed::Stored => output::is_without_value(case),
    };
    if is_harmless {
        return Err(Miss::Near("no secret is in the output"));
    }
    Ok(Finding::new(printed.advice(case, command)).about(printed.subject(case, command)))
}

fn check_read(case: &Case) -> Check<Finding> {
    let path = case.event.input().file_path.as_deref().ok_or(Miss::No)?;
    let contents = files::contents_of(path)?;
    if output::is_harmless(case) {
        return Err(Miss::Near("no secret is in the file"));
    }
    let lead = format!("reading {}", text::file_name(path));
    Ok(Finding::new(about_file(&lead, contents)).about(absolute(case, path)))
}

/// What a command prints.
enum Printed<'c> {
    /// A file, with the word that names it.
    File { contents: Contents, path: &'c Word },
    /// The environment.
    Environment,
    /// The variable of this name.
    Variable(String),
    /// A secret that `gh` or `aws` stores.
    Stored,
}

impl<'c> Printed<'c> {
    /// # Errors
    /// A miss where `command` prints no secret, as far as its words say.
    fn by(case: &'c Case, command: &'c Command) -> Check<Self> {
        if variables::prints_environment(command) {
            return Ok(Self::Environment);
        }
        if READERS.contains(&command.program.as_str()) {
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
        if asks_store(command) {
            return Ok(Self::Stored);
        }
        let script = case.script().ok_or(Miss::No)?;
        variables::printed_by(script, command).map(Self::Variable).ok_or(Miss::No)
    }

    /// The secret is reported once for each of these.
    fn subject(&self, case: &Case, command: &Command) -> String {
        match self {
            Self::File { path, .. } => absolute(case, &path.text),
            Self::Environment => "env".to_owned(),
            Self::Variable(name) => format!("${name}"),
            Self::Stored => command.program.clone(),
        }
    }

    fn advice(&self, case: &Case, command: &Command) -> Advice {
        let program = &command.program;
        match self {
            Self::File { contents, path } => {
                about_file(&format!("{program} {}", text::file_name(&path.text)), *contents)
            }
            Self::Environment => about_environment(command),
            Self::Variable(name) => {
                let excerpt = text::excerpt(name);
                let lead = format!("{program} of ${excerpt} puts its value into the transcript");
                let plain = format!("{lead}; ${{#{excerpt}}} shows its length only");
                // The next call does not have what this one assigns.
                if case.commands().any(|other| other.assigned(name).is_some()) {
                    return Advice::plain(plain);
                }
                let lead = format!("{lead}; whether it is set");
                Advice::better(lead, format!("[ -n \"${{{name}:+x}}\" ] && echo set"), plain)
            }
            Self::Stored if command.is("gh") => Advice::plain(
                "gh prints its token into the transcript; gh auth status tells whether it works, and $(gh auth token) \
                 passes it on unseen",
            ),
            Self::Stored => Advice::plain(
                "aws configure get prints a secret into the transcript; aws sts get-caller-identity tells whether the \
                 credentials work",
            ),
        }
    }
}

/// Whether a command asks gh or aws for a secret that they store.
fn asks_store(command: &Command) -> bool {
    let words: Vec<&str> = command.args.iter().map(|word| word.text.as_str()).collect();
    match (command.program.as_str(), words.as_slice()) {
        ("gh", ["auth", "token", ..]) => true,
        ("gh", ["auth", "status", rest @ ..]) => {
            rest.iter().any(|word| matches!(*word, "-t" | "--show-token"))
        }
        ("aws", ["configure", "get", rest @ ..]) => {
            rest.iter().any(|word| word.contains("secret") || word.contains("session_token"))
        }
        _ => false,
    }
}

/// What to say where `lead` printed a file. No filter is suggested: a line of a value over several
/// lines looks like any other, and some files have `NAME: value`.
fn about_file(lead: &str, contents: Contents) -> Advice {
    Advice::plain(match contents {
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
fn about_environment(command: &Command) -> Advice {
    let program = &command.program;
    let lead = format!("{program} puts the values of all variables into the transcript");
    let plain = format!("{lead}: next time list their names only");
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
