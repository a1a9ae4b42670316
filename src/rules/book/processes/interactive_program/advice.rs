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
            Self::Editor { file } => editor(case, command, *file),
            Self::Crontab => plain(
                "crontab -e opens an editor, and there is no terminal here",
                "print the table with crontab -l and set it with crontab FILE",
            ),
            Self::Code { option } => plain(
                &format!("{program} without a script reads its input, which is empty here"),
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
                "write the SQL behind the file, in quotes",
            ),
            Self::RedisCommand => plain(
                "redis-cli without a command reads its input, which is empty here",
                "write the command behind the options",
            ),
            Self::RemoteShell { host } => plain(
                &format!(
                    "ssh {} without a command opens a shell, which has no input here",
                    text::excerpt(host)
                ),
                "write the command behind the host, in quotes",
            ),
            Self::Confirmation => return confirmation(case, command),
            Self::Answers { creator } => answers(case, command, creator),
            Self::Line { variable } => plain(
                &format!(
                    "read finds no input here, so {} stays empty",
                    variable.unwrap_or("REPLY")
                ),
                "set the value in the command instead",
            ),
            Self::Password => {
                plain("passwd asks on a terminal, and there is none here", "let the user run it")
            }
            Self::GhLogin => plain(
                "gh auth login asks questions, and nothing answers them here",
                "set GH_TOKEN in the environment, or let the user run it",
            ),
            Self::ComposeTerminal => compose(case, command),
            Self::ContainerTerminal { option } => container(case, command, option),
            Self::Passphrase => with(
                "ssh-keygen asks for a passphrase, and nothing answers here",
                rewritten(case, command, |text| Some(format!("{text} -N ''"))),
                "give one with -N (-N '' for none)",
            ),
            Self::GitUser => plain(
                "git asked for a user name, and nothing answers here",
                if case.environment.on_path("gh") {
                    "check the address, or let gh give the credentials (gh auth setup-git)"
                } else {
                    "check the address, or use an ssh address"
                },
            ),
            Self::Choice => plain(
                "fzf lets a person choose, and there is no terminal here",
                "print the matches with fzf --filter=TEXT",
            ),
        })
    }
}

/// What to say of a sudo that got no password.
pub(super) fn sudo() -> Advice {
    plain(
        "sudo asked for a password, and there is no terminal to type it on",
        "let the user run it, or do it without root (sudo -n fails at once)",
    )
}

/// A fact, and what to do next time in words.
fn plain(fact: &str, way: &str) -> Advice {
    Advice::plain(format!("{fact}: next time {way}"))
}

/// The same with a better command, if one is known.
fn with(fact: &str, better: Option<String>, way: &str) -> Advice {
    let lead = format!("{fact}; next time");
    Advice { better: better.map(|better| (lead, better)), ..plain(fact, way) }
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

fn editor(case: &Case, command: &Command, file: Option<&str>) -> Advice {
    let program = &command.program;
    let call = format!("{program} {}", file.map(text::file_name).unwrap_or_default());
    // The client's own tool does not have root's rights.
    let is_root = command.is_under("sudo") || command.is_under("doas");
    let way = match (case.environment.client.has_file_tools(), file) {
        _ if is_root => "write the file with sed or tee under sudo",
        (true, Some(_)) => "change the file with Edit",
        (true, None) => "change files with Edit",
        (false, _) => "change files with a patch",
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
        "pass -y",
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
        "answer by its options (see its --help)",
    )
}

/// `-T` for compose.
fn compose(case: &Case, command: &Command) -> Advice {
    let fact = "docker compose wants a terminal, and there is none here";
    if let Some(shell) = bare_shell(command) {
        return plain(fact, &format!("use -T and give the shell work ({shell} -c 'COMMAND')"));
    }
    let better = rewritten(case, command, |text| {
        let (before, after) =
            text.split_once(" exec ").filter(|_| text.matches(" exec ").count() == 1)?;
        (!after.starts_with('-')).then(|| format!("{before} exec -T {after}"))
    });
    with(fact, better, "pass -T")
}

/// The option without its `t`.
fn container(case: &Case, command: &Command, option: &str) -> Advice {
    let fact = format!("{} {option} fails without a terminal", command.program);
    if let Some(shell) = bare_shell(command) {
        let work = format!("{shell} -c 'COMMAND'");
        let better = rewritten(case, command, |text| {
            let spaced = format!(" {option} ");
            let (before, after) = text.split_once(&spaced)?;
            let (image, last) = after.rsplit_once(' ')?;
            let removes = before.ends_with(" run") && !text.contains("--rm");
            let kept = if removes { " --rm " } else { " " };
            (last.rsplit('/').next()? == shell.rsplit('/').next()?)
                .then(|| format!("{before}{kept}{image} {last} -c 'COMMAND'"))
        });
        return with(&fact, better, &format!("leave it out and give the shell work ({work})"));
    }
    let better = rewritten(case, command, |text| {
        let spaced = format!(" {option} ");
        let kept = if option.contains('i') && !option.starts_with("--") { " -i " } else { " " };
        (text.matches(spaced.as_str()).count() == 1).then(|| text.replacen(&spaced, kept, 1))
    });
    with(&fact, better, "leave out the t")
}

/// The shell that a container would run with nothing to do.
fn bare_shell(command: &Command) -> Option<&str> {
    let last = command.args.last()?.literal()?;
    matches!(last.rsplit('/').next()?, "bash" | "sh" | "zsh" | "ash").then_some(last)
}
