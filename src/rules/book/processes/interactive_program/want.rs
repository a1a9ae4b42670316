//! What a command wants from a terminal, or from a person who answers.

mod container;

pub(super) use self::container::container;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Word, options};

/// What a command wants.
pub(super) enum Want<'c> {
    /// A full screen to edit a file.
    Editor { file: Option<&'c str> },
    /// An editor for the crontab.
    Crontab,
    /// A program for an interpreter, which this option would give.
    Code { option: &'static str },
    /// Statements for a database, which this option would give; `ways` are all ways to do so.
    Statements { option: &'static str, ways: &'static str },
    /// SQL for sqlite3.
    Sql,
    /// A command for redis-cli.
    RedisCommand,
    /// Input for a shell on this host.
    RemoteShell { host: &'c str },
    /// A yes, which `-y` behind the sub-command would give.
    Confirmation,
    /// The answers that this creator of projects asks for.
    Answers { creator: String },
    /// A line for the shell's `read`, which assigns it to this variable.
    Line { variable: Option<&'c str> },
    /// A new password for a user.
    Password,
    /// A login to GitHub.
    GhLogin,
    /// A terminal for `docker compose`.
    ComposeTerminal,
    /// A terminal for a container, by this option.
    ContainerTerminal { option: &'c str },
    /// A passphrase for a new key.
    Passphrase,
    /// A user name for git.
    GitUser,
    /// A choice in fzf.
    Choice,
}

/// Whether one of these options is among the items: short ones as letters, long ones.
fn has(items: &[Item], short: &str, long: &[&str]) -> bool {
    items.iter().any(|item| match item {
        Item::Short(flag, _) => short.contains(*flag),
        Item::Long(name, _) => long.contains(name),
        Item::Operand(_) => false,
    })
}

pub(super) fn editor(command: &Command) -> Option<Want<'_>> {
    if command.args.iter().any(is_batch_word) {
        return None;
    }
    let file = command.args.iter().rfind(|word| !word.text.starts_with(['-', '+']));
    Some(Want::Editor { file: file.and_then(Word::literal) })
}

/// Editors have batch modes: `vim -es`, `nvim --headless`, `emacs --batch`, a command that quits.
fn is_batch_word(word: &Word) -> bool {
    const QUITS: [&str; 12] =
        ["q", "q!", "qa", "qa!", "qall", "qall!", "quit", "wq", "wqa", "wqall", "x", "xa"];
    let quits = |text: &str| {
        let last = text.rsplit('|').next().unwrap_or(text);
        QUITS.contains(&last.trim_start_matches(['+', ':', ' ']).trim_end())
    };
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
}

pub(super) fn crontab(command: &Command) -> Option<Want<'_>> {
    command.args.iter().any(|word| word.is("-e")).then_some(Want::Crontab)
}

/// An interpreter without a script, code or a question about itself.
pub(super) fn code(command: &Command) -> Option<Want<'_>> {
    let is_bare = command.args.iter().all(|word| {
        matches!(word.text.as_str(), "-i" | "-q" | "-u" | "-B" | "-I" | "--interactive")
    });
    let is_python = matches!(command.program.as_str(), "python" | "python3" | "ipython");
    is_bare.then_some(Want::Code { option: if is_python { "-c" } else { "-e" } })
}

pub(super) fn psql(command: &Command) -> Option<Want<'_>> {
    const LONG: &[&str] = &[
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
    ];
    let items = options::read(&command.args, Spec::new("cdfFhLopPRTUv", LONG));
    let has_statements = has(&items, "cflV?", &["command", "file", "list", "version", "help"]);
    (!has_statements).then_some(Want::Statements { option: "-c", ways: "-c or -f" })
}

pub(super) fn mysql(command: &Command) -> Option<Want<'_>> {
    let spec = Spec::new("uhPDSe", &["user", "host", "port", "database", "socket", "execute"]);
    let items = options::read(&command.args, spec);
    let has_statements = has(&items, "eVI?", &["execute", "version", "help"]);
    (!has_statements).then_some(Want::Statements { option: "-e", ways: "-e" })
}

pub(super) fn mongo(command: &Command) -> Option<Want<'_>> {
    let gives_statements = |word: &Word| {
        let text = word.text.as_str();
        text.starts_with("--eval")
            || text == "--file"
            || text == "-f"
            || text.ends_with(".js")
            || matches!(text, "--version" | "--help")
    };
    (!command.args.iter().any(gives_statements))
        .then_some(Want::Statements { option: "--eval", ways: "--eval or as a .js file" })
}

pub(super) fn sqlite(command: &Command) -> Option<Want<'_>> {
    let mut operands = 0;
    let mut words = command.args.iter().map(|word| word.text.as_str());
    while let Some(text) = words.next() {
        match text.trim_start_matches('-') {
            // These run a statement, print something, or read a file.
            "cmd" | "init" | "version" | "help" | "A" if text.starts_with('-') => return None,
            "separator" | "nullvalue" | "newline" | "vfs" | "escape" if text.starts_with('-') => {
                words.next();
            }
            _ if text.starts_with('-') => {}
            _ => operands += 1,
        }
    }
    (operands <= 1).then_some(Want::Sql)
}

pub(super) fn redis(command: &Command) -> Option<Want<'_>> {
    let spec = Spec::new("hpsarinudDt", &["user", "pass", "askpass", "uri"]);
    let items = options::read(&command.args, spec);
    let only_connects = items.iter().all(|item| match item {
        Item::Operand(_) => false,
        Item::Long(name, _) => {
            matches!(*name, "user" | "pass" | "no-auth-warning" | "raw" | "no-raw" | "tls" | "uri")
        }
        Item::Short(flag, _) => !matches!(flag, 'x' | 'X' | 'v'),
    });
    only_connects.then_some(Want::RedisCommand)
}

/// `ssh HOST` without a command. A forge answers with a greeting, and a tunnel needs no shell.
pub(super) fn remote_shell(command: &Command) -> Option<Want<'_>> {
    let items = options::read(&command.args, Spec::new("BbcDEeFIiJLlmOopQRSWw", &[]));
    let does_something_else = items.iter().any(|item| match item {
        Item::Short(flag, _) => "NfGVTOQWsLRD".contains(*flag),
        Item::Long(..) => true,
        Item::Operand(_) => false,
    });
    let operands = options::operands(&items);
    let [host] = operands.as_slice() else { return None };
    let host = host.literal().filter(|host| !host.starts_with("git@"))?;
    (!does_something_else).then_some(Want::RemoteShell { host })
}

pub(super) fn apt(command: &Command) -> Option<Want<'_>> {
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
    let spec = Spec::new("oct", &["option", "config-file", "target-release", "default-release"]);
    let items = options::read(&command.args, spec);
    let is_quiet = items.iter().filter(|item| matches!(item, Item::Short('q', _))).count() >= 2;
    let is_answered = items.iter().any(|item| match item {
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
    (!is_quiet && !is_answered && first_is_of(&items, &ASKING)).then_some(Want::Confirmation)
}

pub(super) fn dnf(command: &Command) -> Option<Want<'_>> {
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
    let spec =
        Spec::new("cdexR", &["config", "enablerepo", "disablerepo", "exclude", "repo", "setopt"]);
    let items = options::read(&command.args, spec);
    let answers = ["assumeyes", "assumeno", "help", "version", "downloadonly"];
    (!has(&items, "yh", &answers) && first_is_of(&items, &ASKING)).then_some(Want::Confirmation)
}

/// Whether the first operand is one of these sub-commands.
fn first_is_of(items: &[Item], subcommands: &[&str]) -> bool {
    let operands = options::operands(items);
    operands.first().and_then(|word| word.literal()).is_some_and(|sub| subcommands.contains(&sub))
}

/// `npm init` without `-y`; with a name it runs a creator.
pub(super) fn init(command: &Command) -> Option<Want<'_>> {
    let (at, sub) = options::subcommand(&command.program, &command.args)?;
    let rest = command.args.get(at + 1..).unwrap_or_default();
    let answers = |word: &Word| {
        matches!(word.text.as_str(), "-y" | "--yes" | "-f" | "--force" | "-h" | "--help")
            || !word.text.starts_with('-')
    };
    // A template of bun is its answer: `bun init --react`.
    if command.is("bun") && !rest.is_empty() {
        return None;
    }
    let asks = sub == "init"
        && !rest.iter().any(answers)
        && !command.args.iter().any(|word| word.is("-y") || word.is("--yes"));
    asks.then_some(Want::Confirmation)
}

/// A package that makes a project, run without any of its answers: `npx create-x`, `npm create x`,
/// `pnpm dlx create-x`.
pub(super) fn creator(command: &Command) -> Option<Want<'_>> {
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
    // An agent that gives three options knows the questions.
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
    let is_name = bare.len() <= 40
        && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"@/._-".contains(&b));
    (creates && is_name).then(|| Want::Answers { creator: bare.to_owned() })
}

/// `read NAME` with nothing to read from.
pub(super) fn line(command: &Command) -> Option<Want<'_>> {
    let items = options::read(&command.args, Spec::new("adinNptu", &[]));
    if has(&items, "tu", &[]) || command.is_condition {
        return None;
    }
    let array = items.iter().find_map(|item| match item {
        Item::Short('a', Some(value)) => value.word.literal().map(|_| value.text),
        _ => None,
    });
    let name = array.or_else(|| options::operands(&items).first()?.literal());
    let is_name = |name: &&str| {
        name.len() <= 30 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    Some(Want::Line { variable: name.filter(is_name) })
}

pub(super) fn password(command: &Command) -> Option<Want<'_>> {
    let has_option = command.args.iter().any(|word| word.text.starts_with('-'));
    (!has_option).then_some(Want::Password)
}

pub(super) fn gh_login(command: &Command) -> Option<Want<'_>> {
    let words: Vec<&str> = command.args.iter().map(|word| word.text.as_str()).collect();
    let answers = |word: &&str| matches!(*word, "--with-token" | "-w" | "--web" | "--help" | "-h");
    let asks = matches!(words.as_slice(), ["auth", "login", ..]) && !words.iter().any(answers);
    asks.then_some(Want::GhLogin)
}

/// A new key, not one of the many other things that ssh-keygen does.
pub(super) fn passphrase(command: &Command) -> Option<Want<'_>> {
    let items = options::read(&command.args, Spec::new("abCfmNOtwZz", &[]));
    let does_something_else = items.iter().any(|item| match item {
        Item::Short(flag, _) => !"abCfmOtwZzqvo".contains(*flag),
        Item::Long(..) => true,
        Item::Operand(_) => false,
    });
    (!does_something_else).then_some(Want::Passphrase)
}

pub(super) fn choice(command: &Command) -> Option<Want<'_>> {
    let items = options::read(&command.args, Spec::FLAGS_ONLY);
    (!has(&items, "f", &["filter", "version", "help"])).then_some(Want::Choice)
}
