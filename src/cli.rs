//! The command line. The arguments of `hook` have a parser of their own, so that a call does not
//! pay for clap.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::builder::Resettable;
use clap::{Arg, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use crate::base::{env, process, text};
use crate::commands::error::Error;
use crate::commands::exit::Exit;
use crate::commands::{
    check, completions, doctor, explain, export, hook, install, lessons, log, manual, mute, replay,
    rules, stats, tips, trust, version,
};
use crate::protocol::client::Client;
use crate::ui::print::print;
use crate::ui::span::MuteSpan;
use crate::ui::{print, verbosity};

/// The examples of a command, as wide as its help.
fn examples(command: &str) -> String {
    let width = print::sentence_columns(print::columns());
    manual::examples_text(command, width).unwrap_or_default()
}

/// The help of the program, one page for `-h` and `--help`: it begins with what to type.
const PAGE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// A hook for coding agents that suggests a better command, or stays silent.
#[derive(Debug, Parser)]
#[command(
    name = "toolcoach",
    version = env!("CARGO_PKG_VERSION"),
    long_version = version::long(),
    help_template = PAGE,
    before_help = examples(""),
    after_help = manual::exit_codes_text()
)]
struct Cli {
    #[command(subcommand)]
    command: Option<CliCommand>,
    /// Use colours: auto (on a terminal), always, never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t = ColorChoice::Auto,
        hide_default_value = true,
        hide_possible_values = true,
        global = true,
        hide_short_help = true,
        help_heading = EVERYWHERE
    )]
    color: ColorChoice,
    /// Print results and errors only, no confirmations
    #[arg(short, long, global = true, conflicts_with = "verbose", hide_short_help = true, help_heading = EVERYWHERE)]
    quiet: bool,
    /// Print more, such as times and every example
    #[arg(short, long, global = true, hide_short_help = true, help_heading = EVERYWHERE)]
    verbose: bool,
}

/// The heading of options that every command has.
const EVERYWHERE: &str = "Everywhere";

#[derive(Debug, Subcommand)]
enum CliCommand {
    /// Show which rules match a call, and why others do not
    ///
    /// Reads the session's ledger, so that it knows what was said before. Writes nothing.
    Explain(explain::ExplainOptions),
    /// Register the hook with the agents on this machine
    ///
    /// Shows what will be written and where, then asks for confirmation. Nothing else in the
    /// settings changes.
    Install(install::InstallOptions),
    /// Check that the hook works, and suggest fixes
    ///
    /// Reads the agents' settings, runs the registered command on a known call, and checks
    /// toolcoach's settings, state and speed. Writes nothing. Exits with 1 if a check fails.
    Doctor(doctor::DoctorOptions),
    /// Show what agents do most, and whether advice changes it
    ///
    /// Also what advice costs, and what you can do. Reads the ledgers of this machine. The engine's own
    /// figures, such as its speed, are behind `--health`.
    Stats(stats::StatsOptions),
    /// Show what was said, about which command, and what came of it
    ///
    /// Commands are never stored, so the log joins the ledgers with the transcripts that Claude Code
    /// and Codex keep on this machine. Writes nothing. Times are local.
    Log(log::LogOptions),
    /// List all rules or those about something, or explain one
    Rules(rules::RulesOptions),
    /// Mute a rule for a while, or list the muted rules
    Mute {
        /// The rule's id, or `all`; without it, the muted rules are listed
        rule: Option<String>,
        /// How long, such as 30m, 12h, 7d, ever [default: until unmuted; `all` asks]
        #[arg(long = "for", value_name = "TIME", value_parser = MuteSpan::parse, requires = "rule")]
        span: Option<MuteSpan>,
        /// List the muted rules as JSON
        #[arg(long, conflicts_with = "rule")]
        json: bool,
    },
    /// End a mute
    Unmute {
        /// The rule's id, or `all`
        rule: String,
    },
    /// Show what toolcoach would have said in past sessions
    ///
    /// Reads the transcripts of your agents, or the files that you name. Writes nothing.
    Replay(replay::ReplayOptions),
    /// Show what new sessions in this project are told
    ///
    /// They are told their lessons before their first call. A lesson falls due when its rule came up
    /// in 3 of the project's last 10 sessions. Writes nothing.
    Lessons {
        /// Print the sentences as a block for CLAUDE.md or AGENTS.md
        #[arg(long)]
        markdown: bool,
        /// Print JSON
        #[arg(long, conflicts_with = "markdown")]
        json: bool,
    },
    /// Check settings files and the examples of custom rules
    ///
    /// Made for CI. Prints every fault with file, line and column, and exits with 1 if there is one.
    /// Needs no agent. Writes nothing.
    Check(check::CheckOptions),
    /// Trust this project's custom rules (.toolcoach.json)
    Trust {
        /// Skip the confirmation prompt
        #[arg(long)]
        yes: bool,
        /// Revoke that trust
        #[arg(long, conflicts_with = "yes")]
        revoke: bool,
    },
    /// Remove the hook from the agents' settings
    ///
    /// A file that has not changed since `install` is restored byte for byte.
    Uninstall(install::UninstallOptions),
    /// Write a copy of the ledgers to share, with other hashes
    ///
    /// It is for the statistics of a team: `toolcoach stats --state DIR...` counts any number of such
    /// folders together. The hashes get a fresh key that is not stored anywhere. Nothing else is
    /// copied.
    Export {
        /// A new folder [default: toolcoach-export]
        #[arg(value_name = "DIR")]
        target: Option<PathBuf>,
    },
    /// Print a shell's completion script
    ///
    /// It completes commands, options, rules, agents and sessions.
    #[command(after_help = completions::WHERE)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Answer one event from stdin (the agent runs this)
    ///
    /// Reads one event, such as PostToolUse, as JSON from stdin, and prints one line of JSON or
    /// nothing. `toolcoach` without arguments does the same where stdin is not a terminal.
    Hook {
        /// The agent, if the event does not name it: claude, codex, gemini, qwen, cursor ...
        #[arg(long)]
        client: Option<Client>,
    },
}

/// Runs the program with the words of its command line, and returns its exit code. `started` is when
/// the process began.
pub fn main(started: Instant, words: impl Iterator<Item = OsString>) -> u8 {
    let words: Vec<OsString> = words.collect();
    let client = match words.get(1..) {
        None | Some([]) if process::reads_from_terminal() => None,
        None | Some([]) => Some(None),
        Some([first, options @ ..]) if first == "hook" => hook_options(options),
        Some(_) => None,
    };
    let Some(client) = client else { return run_command(words) };
    hook::run(client, started);
    0
}

/// The client that the options of `hook` name; `None` if clap should parse them.
fn hook_options(options: &[OsString]) -> Option<Option<Client>> {
    let name = match options {
        [] => return Some(None),
        [option] => option.to_str()?.strip_prefix("--client=")?,
        [option, name] if option == "--client" => name.to_str()?,
        _ => return None,
    };
    Client::named(name).map(Some)
}

/// Parses the command line with clap, and runs the command.
fn run_command(words: Vec<OsString>) -> u8 {
    process::settle_signals();
    #[cfg(feature = "fault-injection")]
    let _ = crate::engine::fault::strike("command");
    match completions::answer(command, &words) {
        Ok(false) => {}
        Ok(true) => return Exit::Done.code(),
        Err(error) => return refuse(&error),
    }
    let words = with_stats_command(words);
    // Before anything is printed, clap's own messages too.
    print::choose_colours(asked_colours(&words));
    let width = print::sentence_columns(print::columns());
    let matches = command().term_width(width).try_get_matches_from(words);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(mut error) => {
            tips::improve(&mut error, &command());
            return refuse(&error);
        }
    };
    verbosity::choose(cli.quiet, cli.verbose);
    if !matches!(cli.command, Some(CliCommand::Hook { .. })) {
        for name in env::relative_paths() {
            let _ = writeln!(
                io::stderr(),
                "toolcoach: {name} is not an absolute path, so it is ignored"
            );
        }
    }
    let done = match cli.command {
        Some(CliCommand::Hook { client }) => {
            hook::run(client, Instant::now());
            Ok(())
        }
        Some(CliCommand::Install(options)) => install::install(&options),
        Some(CliCommand::Uninstall(options)) => install::uninstall(&options),
        Some(CliCommand::Doctor(options)) => return finish(doctor::run(&options)),
        Some(CliCommand::Explain(options)) => return finish(explain::run(&options)),
        Some(CliCommand::Lessons { markdown, json }) => lessons::run(markdown, json),
        Some(CliCommand::Stats(options)) => stats::run(options),
        Some(CliCommand::Log(options)) => log::run(&options),
        Some(CliCommand::Replay(options)) => replay::run(&options),
        Some(CliCommand::Export { target }) => export::run(target.as_deref()),
        Some(CliCommand::Rules(options)) => rules::run(&options),
        Some(CliCommand::Mute { rule, span, json }) => mute::mute(rule.as_deref(), span, json),
        Some(CliCommand::Unmute { rule }) => mute::unmute(&rule),
        Some(CliCommand::Check(options)) => check::run(&options),
        Some(CliCommand::Trust { yes, revoke }) => trust::run(yes, revoke),
        Some(CliCommand::Completions { shell }) => completions::run(shell),
        None => short_help(),
    };
    finish(done.map(|()| Exit::Done))
}

/// What `--color` asks for, found before clap parses the arguments and may complain about them.
fn asked_colours(words: &[OsString]) -> anstream::ColorChoice {
    let mut words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let mut asked = None;
    while let Some(word) = words.next() {
        asked = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(value) => value.strip_prefix('=').or(asked),
            None => asked,
        };
    }
    match asked {
        Some("always") => anstream::ColorChoice::Always,
        Some("never") => anstream::ColorChoice::Never,
        _ => anstream::ColorChoice::Auto,
    }
}

/// The arguments with the command `stats` in place of the option `--stats`, which version 0.1 had,
/// wherever among options it is.
fn with_stats_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let is_option = |arg: &OsString| arg.as_encoded_bytes().starts_with(b"-");
    let flag = args.iter().position(|arg| arg == "--stats");
    if let Some(at) = flag.filter(|_| args.get(1).is_some_and(is_option)) {
        args.remove(at);
        args.insert(1, "stats".into());
    }
    args
}

/// Prints the fault in the arguments, or the help that they ask for. Returns the exit code.
fn refuse(error: &clap::Error) -> u8 {
    let message = error.render().to_string();
    // A closed stream is not an error.
    let visible = print::for_terminal(&message, &[]);
    let _ = if visible == message {
        error.print()
    } else {
        // The message quotes an argument with control or invisible characters.
        io::stderr().write_all(visible.as_bytes())
    };
    u8::try_from(error.exit_code()).unwrap_or(2)
}

fn short_help() -> Result<(), Error> {
    Ok(print(&format!(
        "toolcoach {}: a hook for coding agents that suggests a better command, or stays silent.\n\n{}\n\n\
         All commands: toolcoach --help\n",
        env!("CARGO_PKG_VERSION"),
        examples("")
    ))?)
}

/// The command line as clap sees it, to generate completions and man pages from.
pub fn command() -> clap::Command {
    let program = Cli::command();
    let is_everywhere = |arg: &&Arg| arg.is_global_set();
    let everywhere: Vec<Arg> = program.get_arguments().filter(is_everywhere).cloned().collect();
    // What every command has is in its long help only, and in the one page of the program.
    let program =
        program.mut_args(|arg| arg.hide_short_help(false).help_heading(Resettable::Reset));
    program.mut_subcommands(|command| {
        let command = command.args(&everywhere);
        // Where to save a script is more than an example.
        let has_more = command.get_after_help().is_some();
        match examples(command.get_name()) {
            examples if has_more || examples.is_empty() => command,
            examples => command.after_help(examples),
        }
    })
}

/// Prints the error, if there is one, and returns the exit code. No other place maps errors to
/// codes.
fn finish(result: Result<Exit, Error>) -> u8 {
    let exit = result.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "toolcoach: {}", text::clean(&error.to_string()));
        match error {
            Error::Usage(_) | Error::UnknownRule { .. } | Error::RetiredRule { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    });
    exit.code()
}
