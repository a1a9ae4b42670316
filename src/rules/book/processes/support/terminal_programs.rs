//! The programs that want a terminal or an answer: when each does, how it tells, and how the same
//! is asked without.

use super::terminal_forms;
use super::terminal_forms::Form;
use crate::rules::case::Case;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// A program that wants a terminal or an answer.
pub(crate) struct Interactive {
    /// Its names.
    pub(crate) programs: &'static [&'static str],
    /// Its sub-commands that do; empty for any or none.
    pub(crate) subcommands: &'static [&'static str],
    /// Texts of which the command holds one; empty for none. They only narrow the gate.
    pub(crate) marks: &'static [&'static str],
    /// Whether this command of it does.
    pub(crate) asks: fn(&Command) -> bool,
    /// Texts of which the output holds one when it did.
    pub(crate) signs: &'static [&'static str],
    /// When the call tells by itself.
    pub(crate) tells: Tells,
    /// How the same is asked without a terminal.
    pub(crate) form: fn(&Case, &Command) -> Option<Form>,
}

/// What of a call without one of the signs tells that the program got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tells {
    /// Any call: it takes the whole terminal, or reads what is not there.
    Always,
    /// Success without output, or a failure.
    SilenceOrFailure,
    /// Success without output: it came to the end of its input at once.
    Suppression,
    /// Nothing but the signs.
    Signs,
}

const fn spec(short: &'static str, long: &'static [&'static str]) -> Spec {
    Spec { short, long, ..Spec::FLAGS_ONLY }
}

/// What package managers print when they got no answer.
const UNANSWERED: &[&str] =
    &["[Y/n]", "[y/N]", "(y/N)", "(Y/n)", "(y/n)", "Abort.", "Operation aborted"];

/// What editors say of the missing terminal.
const NO_TERMINAL: &[&str] =
    &["not to a terminal", "not from a terminal", "standard input is not a tty"];

#[rustfmt::skip]
pub(crate) const INTERACTIVE: &[Interactive] = &[
    Interactive { programs: &["vim", "vi", "nvim", "nano", "emacs", "pico"], subcommands: &[], marks: &[],
        asks: opens_editor, signs: NO_TERMINAL, tells: Tells::Always, form: terminal_forms::editor },
    Interactive { programs: &["crontab"], subcommands: &[], marks: &["-e"],
        asks: |command| command.args.iter().any(|word| word.is("-e")), signs: NO_TERMINAL, tells: Tells::Always, form: terminal_forms::crontab },
    Interactive { programs: &["python", "python3", "ipython", "node", "irb", "iex", "ghci"], subcommands: &[], marks: &[],
        asks: is_bare, signs: &[], tells: Tells::Suppression, form: terminal_forms::interpreter },
    Interactive { programs: &["psql"], subcommands: &[], marks: &[], asks: |command| !has(command, PSQL, ("cflV?", &["command", "file", "list", "version", "help"])),
        signs: &["Password for user"], tells: Tells::Suppression, form: |_, command| terminal_forms::statements(command, "-c") },
    Interactive { programs: &["mysql", "mariadb"], subcommands: &[], marks: &[], asks: |command| !has(command, MYSQL, ("eVI?", &["execute", "version", "help"])),
        signs: &[], tells: Tells::Suppression, form: |_, command| terminal_forms::statements(command, "-e") },
    Interactive { programs: &["mongosh"], subcommands: &[], marks: &[], asks: asks_mongo, signs: &[], tells: Tells::Suppression,
        form: |_, command| terminal_forms::statements(command, "--eval") },
    Interactive { programs: &["sqlite3"], subcommands: &[], marks: &[], asks: asks_sqlite, signs: &[], tells: Tells::Suppression, form: terminal_forms::sqlite },
    Interactive { programs: &["redis-cli"], subcommands: &[], marks: &[], asks: asks_redis, signs: &[], tells: Tells::Suppression, form: terminal_forms::redis },
    Interactive { programs: &["ssh"], subcommands: &[], marks: &[], asks: opens_remote_shell,
        signs: &["Pseudo-terminal will not be allocated because stdin is not a terminal"], tells: Tells::Suppression, form: terminal_forms::ssh },
    Interactive { programs: &["apt", "apt-get"], subcommands: &[], marks: &[], asks: asks_apt, signs: UNANSWERED, tells: Tells::Suppression, form: terminal_forms::yes },
    Interactive { programs: &["dnf", "yum"], subcommands: &[], marks: &[], asks: asks_dnf, signs: UNANSWERED, tells: Tells::Suppression, form: terminal_forms::yes },
    Interactive { programs: &["npm", "yarn", "bun"], subcommands: &["init"], marks: &[], asks: initialises,
        signs: &["This utility will walk you through"], tells: Tells::Suppression, form: terminal_forms::yes },
    Interactive { programs: &["npx", "bunx"], subcommands: &[], marks: &["create-"], asks: |command| creator(command).is_some(),
        signs: QUESTIONS, tells: Tells::Suppression, form: terminal_forms::creator },
    Interactive { programs: &["npm", "pnpm", "yarn", "bun"], subcommands: &["create", "init", "dlx", "exec", "x"],
        marks: &["create", "init"], asks: |command| creator(command).is_some(), signs: QUESTIONS, tells: Tells::Suppression, form: terminal_forms::creator },
    Interactive { programs: &["read"], subcommands: &[], marks: &[], asks: reads_variable, signs: &[], tells: Tells::Always, form: terminal_forms::read },
    Interactive { programs: &["passwd"], subcommands: &[], marks: &[], asks: |command| !command.args.iter().any(|word| word.text.starts_with('-')),
        signs: &[], tells: Tells::SilenceOrFailure, form: terminal_forms::passwd },
    Interactive { programs: &["gh"], subcommands: &["auth"], marks: &["login"], asks: logs_in,
        signs: &[], tells: Tells::SilenceOrFailure, form: terminal_forms::gh_login },
    Interactive { programs: &["docker", "docker-compose", "podman", "nerdctl"], subcommands: &["run", "exec", "compose"], marks: &["-it", "-ti", "-t ", "--tty", "compose"],
        asks: wants_terminal, signs: &["the input device is not a TTY"], tells: Tells::Signs, form: terminal_forms::container },
    Interactive { programs: &["ssh-keygen"], subcommands: &[], marks: &[], asks: makes_key, signs: &["Enter passphrase"], tells: Tells::Signs, form: terminal_forms::keygen },
    Interactive { programs: &["git"], subcommands: &["clone"], marks: &["http"], asks: |_| true,
        signs: &["could not read Username for", "could not read Password for"], tells: Tells::Signs, form: terminal_forms::git },
    Interactive { programs: &["fzf"], subcommands: &[], marks: &[], asks: |command| !has(command, Spec::FLAGS_ONLY, ("f", &["filter", "version", "help"])),
        signs: &[], tells: Tells::SilenceOrFailure, form: terminal_forms::fzf },
];

const PSQL: Spec = spec(
    "cdfFhLopPRTUv",
    &[
        "command",
        "dbname",
        "file",
        "field-separator",
        "host",
        "log-file",
        "output",
        "port",
        "pset",
        "username",
        "set",
    ],
);

const MYSQL: Spec = spec("uhPDSe", &["user", "host", "port", "database", "socket", "execute"]);

/// The options of ssh with a value.
pub(crate) const SSH: Spec = spec("BbcDEeFIiJLlmOopQRSWw", &[]);

/// The options of the shell's `read` with a value.
pub(crate) const READ: Spec = spec("adinNptu", &[]);

/// Questions that creators of projects are known to ask.
const QUESTIONS: &[&str] =
    &["Ok to proceed?", "? What is your", "? Project name", "? Would you", "? Select "];

fn has(command: &Command, spec: Spec, (short, long): (&str, &[&str])) -> bool {
    options::read(&command.args, spec).iter().any(|item| match item {
        Item::Short(flag, _) => short.contains(*flag),
        Item::Long(name, _) => long.contains(name),
        Item::Operand(_) => false,
    })
}

/// Editors have batch modes: `vim -es`, `nvim --headless`, `emacs --batch`, a command that quits.
fn opens_editor(command: &Command) -> bool {
    const QUITS: [&str; 12] =
        ["q", "q!", "qa", "qa!", "qall", "qall!", "quit", "wq", "wqa", "wqall", "x", "xa"];
    let quits = |text: &str| {
        let last = text.rsplit('|').next().unwrap_or(text);
        QUITS.contains(&last.trim_start_matches(['+', ':', ' ']).trim_end())
    };
    let batch = |word: &Word| {
        let text = word.text.as_str();
        let cluster = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        cluster.is_some_and(|rest| rest.contains('s') && rest.contains(['e', 'E']))
            || matches!(
                text,
                "-l" | "-h"
                    | "-V"
                    | "--headless"
                    | "--batch"
                    | "-batch"
                    | "--script"
                    | "-script"
                    | "--version"
                    | "--help"
            )
            || ["--eval", "--daemon", "--bg-daemon", "--remote", "--server"]
                .iter()
                .any(|option| text.starts_with(option))
            || quits(text)
    };
    !command.args.iter().any(batch)
}

/// An interpreter without a script, code or a question about itself.
fn is_bare(command: &Command) -> bool {
    command.args.iter().all(|word| {
        matches!(word.text.as_str(), "-i" | "-q" | "-u" | "-B" | "-I" | "--interactive")
    })
}

fn asks_mongo(command: &Command) -> bool {
    let given = |word: &Word| {
        let text = word.text.as_str();
        text.starts_with("--eval")
            || text == "--file"
            || text == "-f"
            || text.ends_with(".js")
            || matches!(text, "--version" | "--help")
    };
    !command.args.iter().any(given)
}

fn asks_sqlite(command: &Command) -> bool {
    let mut operands = 0;
    let mut words = command.args.iter().map(|word| word.text.as_str());
    while let Some(text) = words.next() {
        match text.trim_start_matches('-') {
            // They do something, or tell something, or take it from a file.
            "cmd" | "init" | "version" | "help" | "A" if text.starts_with('-') => return false,
            "separator" | "nullvalue" | "newline" | "vfs" | "escape" if text.starts_with('-') => {
                words.next();
            }
            _ if text.starts_with('-') => {}
            _ => operands += 1,
        }
    }
    operands <= 1
}

fn asks_redis(command: &Command) -> bool {
    let spec = spec("hpsarinudDt", &["user", "pass", "askpass", "uri"]);
    let items = options::read(&command.args, spec);
    items.iter().all(|item| match item {
        Item::Operand(_) => false,
        Item::Long(name, _) => {
            matches!(*name, "user" | "pass" | "no-auth-warning" | "raw" | "no-raw" | "tls" | "uri")
        }
        Item::Short(flag, _) => !matches!(flag, 'x' | 'X' | 'v'),
    })
}

/// `ssh HOST` and nothing to run there. A forge answers with a greeting, and a tunnel needs no
/// shell.
fn opens_remote_shell(command: &Command) -> bool {
    let items = options::read(&command.args, SSH);
    let other = items.iter().any(|item| match item {
        Item::Short(flag, _) => "NfGVTOQWsLRD".contains(*flag),
        Item::Long(..) => true,
        Item::Operand(_) => false,
    });
    let operands = options::operands(&items);
    !other
        && matches!(operands.as_slice(), [host] if host.literal().is_some_and(|host| !host.starts_with("git@")))
}

fn asks_apt(command: &Command) -> bool {
    const ASKING: [&str; 8] = [
        "install",
        "remove",
        "purge",
        "upgrade",
        "dist-upgrade",
        "full-upgrade",
        "autoremove",
        "build-dep",
    ];
    let spec = spec("oct", &["option", "config-file", "target-release", "default-release"]);
    let items = options::read(&command.args, spec);
    let quiet = items.iter().filter(|item| matches!(item, Item::Short('q', _))).count() >= 2;
    let answered = items.iter().any(|item| match item {
        // `-q=2` is as good as `-qq`.
        Item::Short(flag, value) => {
            matches!(flag, 'y' | 's' | 'd' | 'h' | 'v' | '=')
                || value.is_some_and(|value| value.text.contains("Assume-Yes"))
        }
        Item::Long(name, value) => {
            matches!(
                *name,
                "yes"
                    | "assume-yes"
                    | "assume-no"
                    | "force-yes"
                    | "simulate"
                    | "just-print"
                    | "dry-run"
                    | "recon"
                    | "no-act"
                    | "download-only"
                    | "print-uris"
                    | "help"
                    | "version"
            ) || value.is_some_and(|value| value.text.contains("Assume-Yes"))
        }
        Item::Operand(_) => false,
    });
    let sub = options::operands(&items).first().and_then(|word| word.literal());
    !quiet && !answered && sub.is_some_and(|sub| ASKING.contains(&sub))
}

fn asks_dnf(command: &Command) -> bool {
    const ASKING: [&str; 8] = [
        "install",
        "remove",
        "erase",
        "update",
        "upgrade",
        "groupinstall",
        "reinstall",
        "downgrade",
    ];
    let spec = spec("cdexR", &["config", "enablerepo", "disablerepo", "exclude", "repo", "setopt"]);
    let answered =
        has(command, spec, ("yh", &["assumeyes", "assumeno", "help", "version", "downloadonly"]));
    let items = options::read(&command.args, spec);
    let sub = options::operands(&items).first().and_then(|word| word.literal());
    !answered && sub.is_some_and(|sub| ASKING.contains(&sub))
}

/// `npm init` without `-y`; with a name it runs a creator.
fn initialises(command: &Command) -> bool {
    let Some((at, sub)) = options::subcommand(&command.program, &command.args) else {
        return false;
    };
    let rest = command.args.get(at + 1..).unwrap_or_default();
    let answered = |word: &Word| {
        matches!(word.text.as_str(), "-y" | "--yes" | "-f" | "--force" | "-h" | "--help")
            || !word.text.starts_with('-')
    };
    // A template of bun is its answer: `bun init --react`.
    if command.is("bun") && !rest.is_empty() {
        return false;
    }
    sub == "init"
        && !rest.iter().any(answered)
        && !command.args.iter().any(|word| word.is("-y") || word.is("--yes"))
}

/// The package that makes a project, if this command runs one without any of its answers: `npx
/// create-x`, `npm create x`, `pnpm dlx create-x`.
pub(crate) fn creator(command: &Command) -> Option<String> {
    let words = command.args.as_slice();
    let answers = |word: &Word| {
        matches!(
            word.text.as_str(),
            "-y" | "--yes"
                | "--CI"
                | "--ci"
                | "--default"
                | "--defaults"
                | "--no-interactive"
                | "--non-interactive"
                | "-t"
                | "--template"
                | "--help"
                | "-h"
                | "--version"
        ) || word.text.starts_with("--template=")
    };
    // Who gives three options has read what it asks.
    if words.iter().any(answers)
        || words.iter().filter(|word| word.text.starts_with("--")).count() >= 3
    {
        return None;
    }
    let (at, first) = options::subcommand(&command.program, words)?;
    let next = || words.get(at + 1)?.literal().filter(|text| !text.starts_with('-'));
    let name = match (command.program.as_str(), first) {
        ("npx" | "bunx", name) => name.to_owned(),
        ("pnpm" | "yarn", "dlx") | ("npm", "exec") | ("bun", "x") => next()?.to_owned(),
        ("npm" | "pnpm" | "yarn", "create") | ("npm", "init") => {
            let name = next()?;
            if name.starts_with('@') || name.contains('/') {
                name.to_owned()
            } else {
                format!("create-{name}")
            }
        }
        _ => return None,
    };
    let bare = name
        .rsplit_once('@')
        .map_or(name.as_str(), |(bare, _)| if bare.is_empty() { name.as_str() } else { bare });
    let last = bare.rsplit('/').next().unwrap_or(bare);
    // create-react-app asks nothing.
    let creates = last.starts_with("create-") && last != "create-react-app";
    let plain = bare.len() <= 40
        && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"@/._-".contains(&b));
    (creates && plain).then(|| bare.to_owned())
}

/// `read NAME` with nothing to read from.
fn reads_variable(command: &Command) -> bool {
    !has(command, READ, ("tu", &[])) && !command.is_condition
}

fn logs_in(command: &Command) -> bool {
    let words: Vec<&str> = command.args.iter().map(|word| word.text.as_str()).collect();
    matches!(words.as_slice(), ["auth", "login", ..])
        && !words
            .iter()
            .any(|word| matches!(*word, "--with-token" | "-w" | "--web" | "--help" | "-h"))
}

/// `docker run -it`, `docker exec -t`; compose wants one unless it is told not to.
fn wants_terminal(command: &Command) -> bool {
    command.args.iter().any(|word| is_terminal_flag(&word.text)) || is_compose(command)
}

/// `docker compose exec` or `run`.
pub(crate) fn is_compose(command: &Command) -> bool {
    let runs = command.args.iter().any(|word| word.is("exec") || word.is("run"));
    runs && (command.is("docker-compose") || command.args.iter().any(|word| word.is("compose")))
}

/// `-it`, `-t`, `--tty`.
pub(crate) fn is_terminal_flag(text: &str) -> bool {
    let cluster = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
    text == "--tty"
        || cluster
            .is_some_and(|rest| rest.contains('t') && rest.chars().all(|c| matches!(c, 'i' | 't')))
}

/// A new key, not one of the many other things that ssh-keygen does.
fn makes_key(command: &Command) -> bool {
    let spec = spec("abCfmNOtwZz", &[]);
    !options::read(&command.args, spec).iter().any(|item| match item {
        Item::Short(flag, _) => !"abCfmOtwZzqvo".contains(*flag),
        Item::Long(..) => true,
        Item::Operand(_) => false,
    })
}
