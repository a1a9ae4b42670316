//! The command line. The arguments of `hook` have a parser of their own, so that a call does not
//! pay for clap.

use std::ffi::OsString;
use std::io::{self, Write};
use std::time::Instant;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::base::{env, process, text};
use crate::commands::error::Error;
use crate::commands::{
    completions, doctor, explain, hook, install, lessons, log, mute, replay, rules, stats, trust,
};
use crate::protocol::client::Client;
use crate::ui::print::print;
use crate::ui::{print, span};

const TRY_IT: &str = "\
Try it:
  toolcoach explain -- 'grep -rn TODO .'

Use it: toolcoach install, then look at
  toolcoach doctor
  toolcoach stats";

/// A coding agent's hook that knows a better way, or says nothing.
///
/// Run without arguments, or as `toolcoach hook`, it reads one PostToolUse event as JSON on stdin
/// and answers with one line of JSON, or nothing.
#[derive(Debug, Parser)]
#[command(name = "toolcoach", version, after_help = TRY_IT, max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Option<CliCommand>,
}

#[derive(Debug, Subcommand)]
enum CliCommand {
    /// Answer one event from stdin (what the agent runs)
    Hook {
        /// The agent, if the event does not tell: claude, codex, gemini, qwen, cursor ...
        #[arg(long)]
        client: Option<Client>,
    },
    /// Register the hook with the agents on this machine
    ///
    /// Says first what it would write and where, and asks. Everything else in the agents' settings
    /// stays as it is.
    Install(install::InstallOptions),
    /// Take the hook out of the agents' settings again
    ///
    /// A file that nobody else wrote since gets back every byte that it had before.
    Uninstall(install::UninstallOptions),
    /// Find out whether the hook works, and say what to do where it does not
    ///
    /// Reads the agents' settings, runs the registered command on a call that it knows, and looks
    /// at settings, state and speed. Writes nothing. Exit code 1 if something fails.
    Doctor(doctor::DoctorOptions),
    /// Show which rules match a call, and why others do not. Writes nothing
    Explain(explain::ExplainOptions),
    /// Show what new sessions in this project are told before their first call
    ///
    /// A lesson is due for each rule that came up in 3 of the project's last 10 sessions. Writes
    /// nothing.
    Lessons {
        /// Print the sentences as a block for CLAUDE.md or AGENTS.md
        #[arg(long)]
        markdown: bool,
    },
    /// Show what agents do most, whether being told changes it, and what it cost
    ///
    /// Reads the ledgers of this machine. How fast the hook is and what went wrong stands below.
    /// `toolcoach --stats` is the same.
    Stats(stats::StatsOptions),
    /// Show what was said, about which command, and what came of it
    ///
    /// Nothing of a command is ever stored, so the ledgers are joined with the transcripts that
    /// Claude Code and Codex keep on this machine. Writes nothing. Times are UTC.
    Log(log::LogOptions),
    /// Show what it would have said in past sessions. Writes nothing
    Replay(replay::ReplayOptions),
    /// Show the rule book, or one rule
    Rules {
        /// The rule's id
        id: Option<String>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = rules::BookFormat::Text)]
        format: rules::BookFormat,
    },
    /// Keep a rule silent for a while, or list what is muted
    Mute {
        /// The rule's id, or `all`; without it, what is muted is listed
        rule: Option<String>,
        /// For how long, such as 30m, 12h, 7d [default: until unmuted]
        #[arg(long = "for", value_name = "TIME", value_parser = span::parse, requires = "rule")]
        span: Option<u64>,
    },
    /// Let a muted rule speak again
    Unmute {
        /// The rule's id, or `all`
        rule: String,
    },
    /// Let the own rules of this project's .toolcoach.json speak
    Trust {
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Trust them no longer
        #[arg(long, conflicts_with = "yes")]
        revoke: bool,
    },
    /// Print a script that lets a shell complete commands, options, rules and agents
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
                "toolcoach: {name} is not an absolute path, so it does not count"
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
        Some(CliCommand::Rules { id, format }) => rules::run(id.as_deref(), format),
        Some(CliCommand::Mute { rule, span }) => mute::mute(rule.as_deref(), span),
        Some(CliCommand::Unmute { rule }) => mute::unmute(&rule),
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
        "toolcoach {}: a coding agent's hook that knows a better way, or says nothing.\n\n{TRY_IT}\n\n\
         Everything else: toolcoach --help\n",
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
