//! How the same is asked without a terminal.

use super::terminal_programs::{READ, SSH, creator as creator_of, is_compose, is_terminal_flag};
use crate::base::text;
use crate::rules::case::Case;
use crate::shell::options::Item;
use crate::shell::{Command, options};

/// What is said of a program: a fact, the better command for it where one is known, and the way in
/// words.
pub(crate) struct Form {
    /// What happened.
    pub(crate) fact: String,
    /// The same without a terminal.
    pub(crate) command: Option<String>,
    /// What to do where no command is known.
    pub(crate) way: String,
}

fn form(fact: impl Into<String>, way: impl Into<String>) -> Option<Form> {
    Some(Form { fact: fact.into(), command: None, way: way.into() })
}

fn with(fact: impl Into<String>, command: Option<String>, way: impl Into<String>) -> Option<Form> {
    Some(Form { command, ..form(fact, way)? })
}

/// The script's text with its one command changed, if it is one command and nothing else.
fn changed(
    case: &Case,
    command: &Command,
    change: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let script = case.script()?;
    // What runs in a container is a command of its own in the list.
    let alone = case.commands().count() == 1;
    let plain = alone
        && command.redirections.is_empty()
        && command.wrappers.iter().all(|wrapper| *wrapper == "sudo")
        && !script.text.trim().contains(['\n', '#', ';', '&']);
    if plain { change(script.text.trim()) } else { None }
}

pub(crate) fn editor(case: &Case, command: &Command) -> Option<Form> {
    let file = command
        .args
        .iter()
        .rfind(|word| !word.text.starts_with(['-', '+']))
        .and_then(|word| word.literal());
    let name = file.map(text::file_name).unwrap_or_default();
    let call = format!("{} {name}", command.program);
    let way = match (case.environment.client.has_file_tools(), file) {
        (true, Some(_)) => "Edit changes the file".to_owned(),
        (true, None) => "Edit changes files".to_owned(),
        (false, _) => "a patch changes files".to_owned(),
    };
    form(format!("{} opens a full-screen editor, and there is no terminal here", call.trim()), way)
}

pub(crate) fn crontab(_: &Case, _: &Command) -> Option<Form> {
    form(
        "crontab -e opens an editor, and there is no terminal here",
        "crontab -l shows the table, crontab FILE sets it",
    )
}

pub(crate) fn interpreter(_: &Case, command: &Command) -> Option<Form> {
    let program = command.program.as_str();
    let way = match program {
        "python" | "python3" | "ipython" => "give it a file, or code with -c",
        "node" | "irb" | "iex" | "ghci" | "lua" | "julia" => "give it a file, or code with -e",
        _ => return None,
    };
    form(
        format!(
            "{program} without a script reads its input, which is empty here, and does nothing"
        ),
        way,
    )
}

pub(crate) fn statements(command: &Command, flag: &str) -> Option<Form> {
    let program = &command.program;
    form(
        format!("{program} without {flag} reads statements from its input, which is empty here"),
        match program.as_str() {
            "psql" => "give them with -c or -f".to_owned(),
            "mongosh" | "mongo" => "give them with --eval or as a .js file".to_owned(),
            _ => format!("give them with {flag}"),
        },
    )
}

pub(crate) fn sqlite(_: &Case, _: &Command) -> Option<Form> {
    form(
        "sqlite3 without a statement reads its input, which is empty here",
        "the SQL goes behind the file, in quotes",
    )
}

pub(crate) fn redis(_: &Case, _: &Command) -> Option<Form> {
    form(
        "redis-cli without a command reads its input, which is empty here",
        "the command goes behind the options",
    )
}

pub(crate) fn ssh(_: &Case, command: &Command) -> Option<Form> {
    let items = options::read(&command.args, SSH);
    let host = text::excerpt(options::operands(&items).first()?.literal()?);
    form(
        format!("ssh {host} without a command opens a shell, which has no input here"),
        "the command for it goes behind the host, in quotes",
    )
}

/// `-y` behind the sub-command.
pub(crate) fn yes(case: &Case, command: &Command) -> Option<Form> {
    let program = command.program.as_str();
    let (_, sub) = options::subcommand(program, &command.args)?;
    let better = changed(case, command, |text| {
        let at = text.match_indices(sub).map(|(at, _)| at + sub.len());
        let ends: Vec<usize> = at
            .filter(|end| {
                let before = end.checked_sub(sub.len() + 1).and_then(|at| text.get(at..=at));
                before == Some(" ")
                    && text.get(*end..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            })
            .collect();
        let [end] = ends.as_slice() else { return None };
        Some(format!("{} -y{}", text.get(..*end)?, text.get(*end..)?))
    });
    with(
        format!("{program} {sub} asks before it goes on, and nothing answers here"),
        better,
        "-y answers",
    )
}

pub(crate) fn creator(case: &Case, command: &Command) -> Option<Form> {
    let name = creator_of(command)?;
    let fact = format!("{name} asks questions, and nothing answers them here");
    // Its --yes takes the defaults for everything that is not given; npx's own answers for the
    // installation.
    let better = (name == "create-next-app" && command.is("npx"))
        .then(|| {
            changed(case, command, |text| {
                let rest = text.strip_prefix("npx ")?;
                Some(format!("npx --yes {rest} --yes"))
            })
        })
        .flatten();
    with(fact, better, "its own options answer (see its --help)")
}

pub(crate) fn read(_: &Case, command: &Command) -> Option<Form> {
    let items = options::read(&command.args, READ);
    let array = items.iter().find_map(|item| match item {
        Item::Short('a', Some(value)) => value.literal(),
        _ => None,
    });
    let name = array.or_else(|| options::operands(&items).first()?.literal());
    let name = name.filter(|name| {
        name.len() <= 30 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    form(
        format!("read finds no input here, so {} stays empty", name.unwrap_or("REPLY")),
        "the command can set the value itself",
    )
}

pub(crate) fn passwd(_: &Case, _: &Command) -> Option<Form> {
    form("passwd asks on a terminal, and there is none here", "the user can run it")
}

pub(crate) fn gh_login(_: &Case, _: &Command) -> Option<Form> {
    form(
        "gh auth login asks questions, and nothing answers them here",
        "the user can run it, or set GH_TOKEN in the environment",
    )
}

/// Without the `t`; compose with a `-T`.
pub(crate) fn container(case: &Case, command: &Command) -> Option<Form> {
    if is_compose(command) {
        let better = changed(case, command, |text| {
            let (before, after) =
                text.split_once(" exec ").filter(|_| text.matches(" exec ").count() == 1)?;
            (!after.starts_with('-')).then(|| format!("{before} exec -T {after}"))
        });
        let fact = "docker compose wants a terminal, and there is none here";
        if let Some(shell) = bare_shell(command) {
            return form(
                fact,
                format!(
                    "with -T a bare {shell} ends at once; -c 'COMMAND' behind it gives it work"
                ),
            );
        }
        return with(fact, better, "-T runs it without");
    }
    let flag = command.args.iter().find(|word| is_terminal_flag(&word.text))?.literal()?.to_owned();
    let program = command.program.as_str();
    let fact = format!("{program} {flag} needs a terminal, and there is none here");
    if let Some(shell) = bare_shell(command) {
        return form(
            fact,
            format!(
                "without the t a bare {shell} ends at once; -c 'COMMAND' behind it gives it work"
            ),
        );
    }
    let better = changed(case, command, |text| {
        let flagged = format!(" {flag} ");
        let kept = if flag.contains('i') && !flag.starts_with("--") { " -i " } else { " " };
        (text.matches(flagged.as_str()).count() == 1)
            .then(|| text.replacen(flagged.as_str(), kept, 1))
    });
    with(fact, better, "without the t it runs")
}

/// The shell that a container is to run with nothing to do.
fn bare_shell(command: &Command) -> Option<&str> {
    let last = command.args.last()?.literal()?;
    matches!(last.rsplit('/').next()?, "bash" | "sh" | "zsh" | "ash").then_some(last)
}

pub(crate) fn keygen(case: &Case, command: &Command) -> Option<Form> {
    let better = changed(case, command, |text| Some(format!("{text} -N ''")));
    with(
        "ssh-keygen asks for a passphrase, and nothing answers here",
        better,
        "-N gives one, -N '' none",
    )
}

pub(crate) fn git(case: &Case, _: &Command) -> Option<Form> {
    let way = match case.environment.on_path("gh") {
        true => {
            "the address may be misspelt, or wants credentials (gh auth setup-git gives git those of gh)"
        }
        false => "the address may be misspelt, or wants credentials, as an ssh address has them",
    };
    form("git asked for a user name, and nothing answers here", way)
}

pub(crate) fn fzf(_: &Case, _: &Command) -> Option<Form> {
    form(
        "fzf lets a person choose, and there is no terminal here",
        "fzf --filter=TEXT prints the matches",
    )
}

pub(crate) fn sudo() -> Form {
    Form {
        fact: "sudo asked for a password, and there is no terminal to type it on".to_owned(),
        command: None,
        way: "the user can run it, or a way without root is left; sudo -n tells at once".to_owned(),
    }
}
