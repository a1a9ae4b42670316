//! The command line. The arguments of `hook` have a parser of their own, so that a call does not
//! pay for clap.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::base::{env, process, text};
use crate::commands::error::Error;
use crate::commands::{
    check, completions, doctor, explain, export, hook, install, lessons, log, mute, replay, rules,
    stats, trust,
};
use crate::protocol::client::Client;
use crate::ui::print::print;
use crate::ui::{print, span};

const TRY_IT: &str = "\
Try it:
  toolcoach explain -- 'grep -rn TODO .'

Use it:
  toolcoach install    register the hook with your agents
  toolcoach doctor     check that it works
  toolcoach stats      see what it changes";

/// A hook for coding agents that suggests a better command, or stays silent.
///
/// Without arguments, or as `toolcoach hook`, it reads one PostToolUse event as JSON from stdin and
/// prints one line of JSON, or nothing.
#[derive(Debug, Parser)]
#[command(name = "toolcoach", version, after_help = TRY_IT, max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Option<CliCommand>,
}

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
    },
    /// Show what agents do most, whether advice changes it, and what it costs
    ///
    /// Reads the ledgers of this machine. The page ends with the engine's health: speed and errors.
    /// `toolcoach --stats` does the same.
    Stats(stats::StatsOptions),
    /// Show what was said, about which command, and what came of it
    ///
    /// Commands are never stored, so the log joins the ledgers with the transcripts that Claude Code
    /// and Codex keep on this machine. Writes nothing. Times are UTC.
    Log(log::LogOptions),
    /// Show what it would have said in past sessions; writes nothing
    Replay(replay::ReplayOptions),
    /// Write the ledgers to a folder for others to look at, with hashes keyed anew
    ///
    /// The same lines, for a team's statistics: `toolcoach stats --state DIR...` reads any number of
    /// such folders. Their hashes have a fresh key that is kept nowhere, and nothing else is copied.
    Export {
        /// A new folder [default: toolcoach-export]
        #[arg(value_name = "DIR")]
        target: Option<PathBuf>,
    },
    /// List all rules, or explain one
    Rules {
        /// The rule's id
        id: Option<String>,
        /// Output format
        #[arg(long, value_enum, default_value_t = rules::BookFormat::Text)]
        format: rules::BookFormat,
    },
    /// Mute a rule for a while, or list the muted rules
    Mute {
        /// The rule's id, or `all`; without it, the muted rules are listed
        rule: Option<String>,
        /// How long, such as 30m, 12h, 7d [default: until unmuted]
        #[arg(long = "for", value_name = "TIME", value_parser = span::parse, requires = "rule")]
        span: Option<u64>,
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
    let cli = match Cli::try_parse_from(with_stats_command(words)) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
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
        Some(CliCommand::Explain(options)) => explain::run(&options),
        Some(CliCommand::Lessons { markdown }) => lessons::run(markdown),
        Some(CliCommand::Stats(options)) => stats::run(options),
        Some(CliCommand::Log(options)) => log::run(&options),
        Some(CliCommand::Replay(options)) => replay::run(&options),
        Some(CliCommand::Export { target }) => export::run(target.as_deref()),
        Some(CliCommand::Rules { id, format }) => rules::run(id.as_deref(), format),
        Some(CliCommand::Mute { rule, span }) => mute::mute(rule.as_deref(), span),
        Some(CliCommand::Unmute { rule }) => mute::unmute(&rule),
        Some(CliCommand::Check(options)) => check::run(&options),
        Some(CliCommand::Trust { yes, revoke }) => trust::run(yes, revoke),
        Some(CliCommand::Completions { shell }) => completions::run(shell, command()),
        None => short_help(),
    })
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
        "toolcoach {}: a hook for coding agents that suggests a better command, or stays silent.\n\n{TRY_IT}\n\n\
         All commands: toolcoach --help\n",
        env!("CARGO_PKG_VERSION")
    ))?)
}

/// The command line as clap sees it, to generate completions and man pages from.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Prints the error, if there is one, and returns the exit code. No other place maps errors to
/// codes: 1 for a failed command, 2 for wrong usage.
fn finish(result: Result<(), Error>) -> u8 {
    let Err(error) = result else { return 0 };
    let _ = writeln!(io::stderr(), "toolcoach: {}", text::clean(&error.to_string()));
    match error {
        Error::Usage(_) | Error::UnknownRule { .. } | Error::RetiredRule { .. } => 2,
        _ => 1,
    }
}
