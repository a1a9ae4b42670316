//! How the same is done without a terminal.

use super::want::Want;
use crate::base::text;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::shell::{Command, options};

impl Want<'_> {
    /// What to say of a command that wants this and got nothing; `None` if no way without a
    /// terminal is known.
    pub(super) fn advice(&self, case: &Case, command: &Command) -> Option<Advice> {
        let program = command.program.as_str();
        Some(match self {
            Self::Editor { file } => editor(case, program, *file),
            Self::Crontab => plain(
                "crontab -e opens an editor, and there is no terminal here",
                "crontab -l shows the table, crontab FILE sets it",
            ),
            Self::Code { option } => plain(
                &format!(
                    "{program} without a script reads its input, which is empty here, and does nothing"
                ),
                &format!("give it a file, or code with {option}"),
            ),
            Self::Statements { option, ways } => plain(
                &format!(
                    "{program} without {option} reads statements from its input, which is empty here"
                ),
                &format!("give them with {ways}"),
            ),
            Self::Sql => plain(
                "sqlite3 without a statement reads its input, which is empty here",
                "the SQL goes behind the file, in quotes",
            ),
            Self::RedisCommand => plain(
                "redis-cli without a command reads its input, which is empty here",
                "the command goes behind the options",
            ),
            Self::RemoteShell { host } => plain(
                &format!(
                    "ssh {} without a command opens a shell, which has no input here",
                    text::excerpt(host)
                ),
                "the command for it goes behind the host, in quotes",
            ),
            Self::Confirmation => return confirmation(case, command),
            Self::Answers { creator } => answers(case, command, creator),
            Self::Line { variable } => plain(
                &format!(
                    "read finds no input here, so {} stays empty",
                    variable.unwrap_or("REPLY")
                ),
                "the command can set the value itself",
            ),
            Self::Password => {
                plain("passwd asks on a terminal, and there is none here", "the user can run it")
            }
            Self::GhLogin => plain(
                "gh auth login asks questions, and nothing answers them here",
                "the user can run it, or set GH_TOKEN in the environment",
            ),
            Self::ComposeTerminal => compose(case, command),
            Self::ContainerTerminal { option } => container(case, command, option),
            Self::Passphrase => with(
                "ssh-keygen asks for a passphrase, and nothing answers here",
                rewritten(case, command, |text| Some(format!("{text} -N ''"))),
                "-N gives one, -N '' none",
            ),
            Self::GitUser => plain(
                "git asked for a user name, and nothing answers here",
                if case.environment.on_path("gh") {
                    "the address may be misspelt, or wants credentials (gh auth setup-git gives git those of gh)"
                } else {
                    "the address may be misspelt, or wants credentials, as an ssh address has them"
                },
            ),
            Self::Choice => plain(
                "fzf lets a person choose, and there is no terminal here",
                "fzf --filter=TEXT prints the matches",
            ),
        })
    }
}

/// What to say of a sudo that got no password.
pub(super) fn sudo() -> Advice {
    plain(
        "sudo asked for a password, and there is no terminal to type it on",
        "the user can run it, or a way without root is left; sudo -n tells at once",
    )
}

/// A fact and the way in words.
fn plain(fact: &str, way: &str) -> Advice {
    Advice::plain(format!("{fact}; {way}"))
}

/// The same with a better command, if one is known.
fn with(fact: &str, better: Option<String>, way: &str) -> Advice {
    Advice { better: better.map(|better| (fact.to_owned(), better)), ..plain(fact, way) }
}

/// The script's text with its one command changed, if it is one command and nothing else.
fn rewritten(
    case: &Case,
    command: &Command,
    change: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let script = case.script()?;
    // A command that runs in a container has an entry of its own in the list.
    let is_alone = case.commands().count() == 1;
    let is_plain = is_alone
        && command.redirections.is_empty()
        && command.wrappers.iter().all(|wrapper| *wrapper == "sudo")
        && !script.text.trim().contains(['\n', '#', ';', '&']);
    if is_plain { change(script.text.trim()) } else { None }
}

fn editor(case: &Case, program: &str, file: Option<&str>) -> Advice {
    let call = format!("{program} {}", file.map(text::file_name).unwrap_or_default());
    let way = match (case.environment.client.has_file_tools(), file) {
        (true, Some(_)) => "Edit changes the file",
        (true, None) => "Edit changes files",
        (false, _) => "a patch changes files",
    };
    plain(
        &format!("{} opens a full-screen editor, and there is no terminal here", call.trim()),
        way,
    )
}

/// `-y` behind the sub-command.
fn confirmation(case: &Case, command: &Command) -> Option<Advice> {
    let program = command.program.as_str();
    let (_, sub) = options::subcommand(program, &command.args)?;
    let better = rewritten(case, command, |text| {
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
    Some(with(
        &format!("{program} {sub} asks before it goes on, and nothing answers here"),
        better,
        "-y answers",
    ))
}

fn answers(case: &Case, command: &Command, creator: &str) -> Advice {
    // Its --yes takes the defaults for all other options; npx's own answers for the installation.
    let better = (creator == "create-next-app" && command.is("npx"))
        .then(|| {
            rewritten(case, command, |text| {
                let rest = text.strip_prefix("npx ")?;
                Some(format!("npx --yes {rest} --yes"))
            })
        })
        .flatten();
    with(
        &format!("{creator} asks questions, and nothing answers them here"),
        better,
        "its own options answer (see its --help)",
    )
}

/// `-T` for compose.
fn compose(case: &Case, command: &Command) -> Advice {
    let fact = "docker compose wants a terminal, and there is none here";
    if let Some(shell) = bare_shell(command) {
        let way =
            format!("with -T a bare {shell} ends at once; -c 'COMMAND' behind it gives it work");
        return plain(fact, &way);
    }
    let better = rewritten(case, command, |text| {
        let (before, after) =
            text.split_once(" exec ").filter(|_| text.matches(" exec ").count() == 1)?;
        (!after.starts_with('-')).then(|| format!("{before} exec -T {after}"))
    });
    with(fact, better, "-T runs it without")
}

/// The option without its `t`.
fn container(case: &Case, command: &Command, option: &str) -> Advice {
    let fact = format!("{} {option} needs a terminal, and there is none here", command.program);
    if let Some(shell) = bare_shell(command) {
        let way = format!(
            "without the t a bare {shell} ends at once; -c 'COMMAND' behind it gives it work"
        );
        return plain(&fact, &way);
    }
    let better = rewritten(case, command, |text| {
        let spaced = format!(" {option} ");
        let kept = if option.contains('i') && !option.starts_with("--") { " -i " } else { " " };
        (text.matches(spaced.as_str()).count() == 1).then(|| text.replacen(&spaced, kept, 1))
    });
    with(&fact, better, "without the t it runs")
}

/// The shell that a container would run with nothing to do.
fn bare_shell(command: &Command) -> Option<&str> {
    let last = command.args.last()?.literal()?;
    matches!(last.rsplit('/').next()?, "bash" | "sh" | "zsh" | "ash").then_some(last)
}
