//! Tips for a word that is no command: the one that it nearly is, or the one that does what it asks
//! for. clap's own tips go as far as `mute` for `update`.

use clap::error::{ContextKind, ContextValue};

/// What people try first, and the command for it.
const MEANT: &[(&str, &[&str])] = &[
    ("doctor", &["status", "test", "verify", "diagnose", "health"]),
    ("explain", &["why", "try", "what"]),
    ("install", &["init", "setup", "add", "register", "enable"]),
    ("log", &["history", "tail", "last"]),
    ("mute", &["silence", "disable", "ignore", "off"]),
    ("rules", &["list", "rule", "show", "search"]),
    ("stats", &["report", "statistics", "stat", "summary"]),
    ("uninstall", &["remove", "delete", "unregister"]),
    ("unmute", &["on", "unsilence"]),
];

/// Puts in place of clap's tips those that are near.
pub(crate) fn improve(error: &mut clap::Error, commands: &clap::Command) {
    if let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) {
        let word = word.clone();
        let mut near: Vec<String> = commands
            .get_subcommands()
            .map(|command| command.get_name().to_owned())
            .filter(|name| is_near(&word, name))
            .collect();
        if near.is_empty() {
            let meant = MEANT.iter().find(|(_, words)| words.contains(&word.as_str()));
            near.extend(meant.map(|(name, _)| (*name).to_owned()));
        }
        error.remove(ContextKind::SuggestedSubcommand);
        if !near.is_empty() {
            error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(near));
        }
    }
    if let (Some(ContextValue::String(word)), Some(ContextValue::String(tip))) =
        (error.get(ContextKind::InvalidArg), error.get(ContextKind::SuggestedArg))
    {
        let name = |arg: &str| arg.split([' ', '=']).next().unwrap_or_default().to_owned();
        if !is_near(&name(word), &name(tip)) {
            error.remove(ContextKind::SuggestedArg);
        }
    }
}

/// Whether a word is a name with a slip of the finger or two: a third of its letters at most.
fn is_near(word: &str, name: &str) -> bool {
    let letters = word.trim_start_matches('-').chars().count();
    word.len() < 100 && strsim::damerau_levenshtein(word, name) * 3 <= letters
}
