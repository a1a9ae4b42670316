//! The command line. The arguments of `hook` have a parser of their own, so that a call does not
//! pay for clap.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
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

/// What the help of a program's command ends with.
fn examples(command: &str) -> String {
    manual::examples_text(command).unwrap_or_default()
}

/// The same for the long help of the program.
fn after_long_help() -> String {
    let codes = manual::exit_codes();
    let codes: String = codes.iter().map(|(code, about)| format!("\n  {code}  {about}")).collect();
    format!("{}\n\nExit codes:{codes}", examples(""))
}

/// A hook for coding agents that suggests a better command, or stays silent.
///
/// Without arguments, or as `toolcoach hook`, it reads one PostToolUse event as JSON from stdin and
/// prints one line of JSON, or nothing.
#[derive(Debug, Parser)]
#[command(name = "toolcoach", version = env!("CARGO_PKG_VERSION"), long_version = version::long(), after_help = examples(""), after_long_help = after_long_help())]
struct Cli {
    #[command(subcommand)]
    command: Option<CliCommand>,
    /// Whether to use colours [default: auto, which heeds NO_COLOR and FORCE_COLOR]
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t = ColorChoice::Auto,
        hide_default_value = true,
        global = true,
        hide_short_help = true,
        help_heading = EVERYWHERE
    )]
    color: ColorChoice,
    /// Print results and errors only: no progress, no confirmation
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
    /// Answer one event from stdin (the agent's client runs this)
    Hook {
        /// The agent, if the event does not name it: claude, codex, gemini, qwen, cursor ...
        #[arg(long)]
        client: Option<Client>,
    },
    /// Register the hook with the agents on this machine
    ///
    /// Shows what will be written and where, then asks for confirmation. Nothing else in the
    /// settings changes.
    Install(install::InstallOptions),
    /// Remove the hook from the agents' settings
    ///
    /// A file that has not changed since `install` is restored byte for byte.
    Uninstall(install::UninstallOptions),
    /// Check that the hook works, and suggest fixes
    ///
    /// Reads the agents' settings, runs the registered command on a known call, and checks
    /// toolcoach's settings, state and speed. Writes nothing. Exits with 1 if a check fails.
    Doctor(doctor::DoctorOptions),
    /// Show which rules match a call, and why others do not; writes nothing
    Explain(explain::ExplainOptions),
    /// Show what new sessions in this project are told before their first call
    ///
    /// A lesson falls due when its rule came up in 3 of the project's last 10 sessions. Writes
    /// nothing.
    Lessons {
        /// Print the sentences as a block for CLAUDE.md or AGENTS.md
        #[arg(long)]
        markdown: bool,
        /// Print JSON
        #[arg(long, conflicts_with = "markdown")]
        json: bool,
    },
    /// Show what agents do most, whether advice changes it, and what it costs
    ///
    /// Reads the ledgers of this machine. The page ends with the engine's health: speed and errors.
    /// `toolcoach --stats` does the same.
    Stats(stats::StatsOptions),
    /// Show what was said, about which command, and what came of it
    ///
    /// Commands are never stored, so the log joins the ledgers with the transcripts that Claude Code
    /// and Codex keep on this machine. Writes nothing. Times are local.
    Log(log::LogOptions),
    /// Show what toolcoach would have said in past sessions; writes nothing
    Replay(replay::ReplayOptions),
    /// Write a copy of the ledgers that you can share, with other hashes
    ///
    /// It is for the statistics of a team: `toolcoach stats --state DIR...` counts any number of such
    /// folders together. The hashes get a fresh key that is not stored anywhere. Nothing else is
    /// copied.
    Export {
        /// A new folder [default: toolcoach-export]
        #[arg(value_name = "DIR")]
        target: Option<PathBuf>,
    },
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
    /// Check settings files and the examples of their custom rules, for CI
    ///
    /// Prints every fault with file, line and column, and exits with 1 if there is one. Needs no
    /// agent. Writes nothing.
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
    /// Print a shell's completion script for commands, options, rules and agents
    #[command(after_help = completions::WHERE)]
    Completions {
        /// The shell
        shell: Shell,
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
    finish(match cli.command {
        Some(CliCommand::Hook { client }) => {
            hook::run(client, Instant::now());
            Ok(())
        }
        Some(CliCommand::Install(options)) => install::install(&options),
        Some(CliCommand::Uninstall(options)) => install::uninstall(&options),
        Some(CliCommand::Doctor(options)) => doctor::run(&options),
        Some(CliCommand::Explain(options)) => match explain::run(&options) {
            Ok(exit) => return exit.code(),
            Err(error) => Err(error),
        },
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
    })
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
    Cli::command().mut_subcommands(|command| {
        // Where to save a script is more than an example.
        let has_more = command.get_after_help().is_some();
        match manual::examples_text(command.get_name()).filter(|_| !has_more) {
            Some(examples) => command.after_help(examples),
            None => command,
        }
    })
}

/// Prints the error, if there is one, and returns the exit code. No other place maps errors to
/// codes.
fn finish(result: Result<(), Error>) -> u8 {
    let Err(error) = result else { return Exit::Done.code() };
    let _ = writeln!(io::stderr(), "toolcoach: {}", text::clean(&error.to_string()));
    match error {
        Error::Usage(_) | Error::UnknownRule { .. } | Error::RetiredRule { .. } => Exit::Usage,
        _ => Exit::Failed,
    }
    .code()
}
