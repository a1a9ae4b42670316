//! The programs that want a terminal or an answer: what each wants, and how a call shows that it
//! got nothing.

use super::want;
use super::want::Want;
use crate::shell::Command;

/// A program that wants a terminal or an answer.
pub(super) struct Interactive {
    /// Its names.
    pub(super) programs: &'static [&'static str],
    /// Its sub-commands that want one; empty for any or none.
    pub(super) subcommands: &'static [&'static str],
    /// The command contains one of these texts; empty for any command. They only narrow the gate.
    pub(super) marks: &'static [&'static str],
    /// What this command of it wants, if anything.
    pub(super) wants: fn(&Command) -> Option<Want<'_>>,
    /// The output contains one of these texts if it got nothing.
    pub(super) signs: &'static [&'static str],
    /// What else shows that it got nothing.
    pub(super) shown_by: ShownBy,
}

/// What shows that the program got no answer, if the output has none of the signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownBy {
    /// Any call: it takes the whole terminal, or reads what is not there.
    Always,
    /// Success without output, or a failure.
    SilenceOrFailure,
    /// Success without output: its input ended at once.
    Silence,
    /// Nothing but the signs.
    Signs,
}

/// What package managers print when they got no answer.
const UNANSWERED: &[&str] =
    &["[Y/n]", "[y/N]", "(y/N)", "(Y/n)", "(y/n)", "Abort.", "Operation aborted"];

/// What editors print about the missing terminal.
const NO_TERMINAL: &[&str] =
    &["not to a terminal", "not from a terminal", "standard input is not a tty"];

/// Questions that creators of projects are known to ask.
const QUESTIONS: &[&str] =
    &["Ok to proceed?", "? What is your", "? Project name", "? Would you", "? Select "];

/// The table. Of several entries for a program the first that wants something counts.
#[rustfmt::skip]
pub(super) const INTERACTIVE: &[Interactive] = &[
    Interactive { programs: &["vim", "vi", "nvim", "nano", "emacs", "pico"], subcommands: &[], marks: &[],
        wants: want::editor, signs: NO_TERMINAL, shown_by: ShownBy::Always },
    Interactive { programs: &["crontab"], subcommands: &[], marks: &["-e"],
        wants: want::crontab, signs: NO_TERMINAL, shown_by: ShownBy::Always },
    Interactive { programs: &["python", "python3", "ipython", "node", "irb", "iex", "ghci"], subcommands: &[], marks: &[],
        wants: want::code, signs: &[], shown_by: ShownBy::Silence },
    Interactive { programs: &["psql"], subcommands: &[], marks: &[],
        wants: want::psql, signs: &["Password for user"], shown_by: ShownBy::Silence },
    Interactive { programs: &["mysql", "mariadb"], subcommands: &[], marks: &[],
        wants: want::mysql, signs: &[], shown_by: ShownBy::Silence },
    Interactive { programs: &["mongosh"], subcommands: &[], marks: &[],
        wants: want::mongo, signs: &[], shown_by: ShownBy::Silence },
    Interactive { programs: &["sqlite3"], subcommands: &[], marks: &[],
        wants: want::sqlite, signs: &[], shown_by: ShownBy::Silence },
    Interactive { programs: &["redis-cli"], subcommands: &[], marks: &[],
        wants: want::redis, signs: &[], shown_by: ShownBy::Silence },
    Interactive { programs: &["ssh"], subcommands: &[], marks: &[], wants: want::remote_shell,
        signs: &["Pseudo-terminal will not be allocated because stdin is not a terminal"], shown_by: ShownBy::Silence },
    Interactive { programs: &["apt", "apt-get"], subcommands: &[], marks: &[],
        wants: want::apt, signs: UNANSWERED, shown_by: ShownBy::Silence },
    Interactive { programs: &["dnf", "yum"], subcommands: &[], marks: &[],
        wants: want::dnf, signs: UNANSWERED, shown_by: ShownBy::Silence },
    Interactive { programs: &["npm", "yarn", "bun"], subcommands: &["init"], marks: &[],
        wants: want::init, signs: &["This utility will walk you through"], shown_by: ShownBy::Silence },
    Interactive { programs: &["npx", "bunx"], subcommands: &[], marks: &["create-"],
        wants: want::creator, signs: QUESTIONS, shown_by: ShownBy::Silence },
    Interactive { programs: &["npm", "pnpm", "yarn", "bun"], subcommands: &["create", "init", "dlx", "exec", "x"],
        marks: &["create", "init"], wants: want::creator, signs: QUESTIONS, shown_by: ShownBy::Silence },
    Interactive { programs: &["read"], subcommands: &[], marks: &[],
        wants: want::line, signs: &[], shown_by: ShownBy::Always },
    Interactive { programs: &["passwd"], subcommands: &[], marks: &[],
        wants: want::password, signs: &[], shown_by: ShownBy::SilenceOrFailure },
    Interactive { programs: &["gh"], subcommands: &["auth"], marks: &["login"],
        wants: want::gh_login, signs: &[], shown_by: ShownBy::SilenceOrFailure },
    Interactive { programs: &["docker", "docker-compose", "podman", "nerdctl"], subcommands: &["run", "exec", "compose"],
        marks: &["-it", "-ti", "-t ", "--tty", "compose"],
        wants: want::container, signs: &["the input device is not a TTY"], shown_by: ShownBy::Signs },
    Interactive { programs: &["ssh-keygen"], subcommands: &[], marks: &[],
        wants: want::passphrase, signs: &["Enter passphrase"], shown_by: ShownBy::Signs },
    Interactive { programs: &["git"], subcommands: &["clone"], marks: &["http"], wants: |_| Some(Want::GitUser),
        signs: &["could not read Username for", "could not read Password for"], shown_by: ShownBy::Signs },
    Interactive { programs: &["fzf"], subcommands: &[], marks: &[],
        wants: want::choice, signs: &[], shown_by: ShownBy::SilenceOrFailure },
];
