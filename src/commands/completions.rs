//! `toolcoach completions`: the script that makes a shell ask this program what to complete, and the
//! answers. Rules, custom rules, agents and sessions are those of the moment.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::context::Context;
use super::transcripts;
use crate::base::{state_dir, text};
use crate::commands::error::Error;
use crate::protocol::client::Client;
use crate::rules;
use crate::store::ledger::{self, Ledger};
use crate::store::ledgers;
use crate::store::mutes::{ALL, Mutes};
use crate::ui::print::{self, print};

/// The variable in which a shell's script says that it asks, and for which shell.
const ASKS: &str = "TOOLCOACH_COMPLETE";

/// Most sessions that are offered, the latest.
const MOST_SESSIONS: usize = 50;

/// Where shells look for the script.
pub(crate) const WHERE: &str = "\
Where to save it:
  bash        ~/.local/share/bash-completion/completions/toolcoach
  zsh         _toolcoach in a folder of $fpath
  fish        ~/.config/fish/completions/toolcoach.fish
  powershell  append it to the file that $PROFILE names
  elvish      ~/.config/elvish/lib/toolcoach.elv, then `use toolcoach` in rc.elv";

/// Prints the script for `shell`.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn run(shell: Shell) -> Result<(), Error> {
    let (name, mut script) = (env!("CARGO_PKG_NAME"), Vec::new());
    if let Some(completer) = Shells::builtins().completer(&shell.to_string()) {
        completer.write_registration(ASKS, name, name, name, &mut script)?;
    }
    Ok(print(&String::from_utf8_lossy(&script))?)
}

/// Answers a shell that asks with these words, and returns whether one does.
///
/// # Errors
/// When the shell is unknown, or stdout cannot be written.
pub(crate) fn answer(command: fn() -> Command, words: &[OsString]) -> clap::error::Result<bool> {
    let folder = std::env::current_dir().ok();
    let command = || with_names(command());
    let env = CompleteEnv::with_factory(command).var(ASKS);
    let has_answered = env.try_complete(words.to_vec(), folder.as_deref())?;
    // Nothing does it at the end of our own `main`.
    print::flush()?;
    Ok(has_answered)
}

/// The command line with what to complete for each argument that names a thing of the moment. The
/// parser accepts more, such as retired rules.
fn with_names(command: Command) -> Command {
    command.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        command.mut_args(|arg| completed(arg, &name))
    })
}

fn completed(arg: Arg, command: &str) -> Arg {
    let completer = match (arg.get_id().as_str(), command) {
        ("rule", "mute") => ArgValueCompleter::new(rules_and_all),
        ("rule", "unmute") => ArgValueCompleter::new(muted),
        ("id" | "rule" | "rules", _) => ArgValueCompleter::new(rules_here),
        ("session", _) => ArgValueCompleter::new(sessions),
        ("client", _) if arg.get_possible_values().is_empty() => ArgValueCompleter::new(clients),
        _ => return arg,
    };
    arg.add(completer)
}

fn rules_here(current: &OsStr) -> Vec<CompletionCandidate> {
    let custom = Context::quiet().custom_rules();
    let all = rules::all().chain(custom).map(|rule| (rule.id.to_owned(), rule.summary));
    candidates(current, all)
}

fn rules_and_all(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = rules_here(current);
    found.extend(candidates(current, [(ALL.to_owned(), "every rule")]));
    found
}

fn muted(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(folder) = state_dir::folder() else { return Vec::new() };
    let mutes = Mutes::read(&folder, ledger::now_ms());
    let named = mutes.iter().map(|(name, until)| (name.to_owned(), until.to_string()));
    let mut all: Vec<_> = named.collect();
    if !all.is_empty() && mutes.named(ALL).is_none() {
        all.push((ALL.to_owned(), "every rule".to_owned()));
    }
    candidates(current, all)
}

fn clients(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, Client::ALL.map(|client| (client.name().to_owned(), "")))
}

/// The latest sessions with both a transcript, which has their id, and a ledger.
fn sessions(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(folder) = state_dir::folder() else { return Vec::new() };
    let Ok(kept) = ledgers::sessions(&folder) else { return Vec::new() };
    let is_kept = |id: &String| kept.contains_key(Ledger::new(&folder, id, None).stem());
    let ids = transcripts::session_ids().into_iter().filter(is_kept).take(MOST_SESSIONS);
    candidates(current, ids.map(|id| (id, "")))
}

/// The names that begin as the word that is being completed, each with what it means.
fn candidates<T: Into<String>>(
    current: &OsStr,
    names: impl IntoIterator<Item = (String, T)>,
) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let names = names.into_iter().filter(|(name, _)| name.starts_with(&*current));
    names
        .map(|(name, about)| {
            // A project chooses the text of its rules.
            let about = text::clean(&about.into());
            let help = (!about.is_empty()).then(|| about.into());
            CompletionCandidate::new(name).help(help)
        })
        .collect()
}
