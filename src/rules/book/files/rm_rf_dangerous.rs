//! Recursive removal of what was not meant.

mod examples;
mod folders;
mod guards;
mod removal;

use folders::{below_home, is_of_drive, is_system};
use guards::{guarding_folder, is_set};
use removal::{Removal, folder_after_cd, is_made_here, is_recursive};

use std::path::Path;

use crate::base::text;
use crate::project::environment::{is_temporary, normal};
use crate::rules::advice::{Advice, Finding, MAX_BODY_CHARS};
use crate::rules::case::Case;
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger, check};
use crate::shell::options::Spec;
use crate::shell::words::Variable;
use crate::shell::{Command, Known, Script, Word, options};

pub(crate) const RULE: Rule = Rule {
    id: "rm-rf-dangerous",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "rm -r of a path that may be wider than meant",
    why: "An empty or wrong variable turns the path into / or the home folder: anthropics/claude-code#93099 lists \
          57,235 deleted files.",
    lesson: None,
    trigger: Trigger::Any(&[
        Trigger::Command { programs: &["rm"], subcommands: &[], signs: &["-"], check: dangerous },
        Trigger::Command {
            programs: &["find"],
            subcommands: &[],
            signs: &["-delete"],
            check: dangerous,
        },
    ]),
    better: Some(Trigger::Command {
        programs: &["rm"],
        subcommands: &[],
        signs: &["-"],
        check: |case, command| check(is_recursive(command) && Danger::of(case, command).is_err()),
    }),
    needs: &[],
    repeat: Repeat::always(u32::MAX),
    hits: examples::HITS,
    misses: examples::MISSES,
    since: "0.1.0",
};

/// What may go wrong.
enum Danger<'c> {
    /// An empty variable turns the word into another path.
    Variable { word: &'c Word, variable: &'c Variable },
    /// The output of a command decides.
    Output,
    /// Everything in the working directory goes.
    Everything,
    /// It names a folder that nobody removes: `the home folder`.
    Folder(&'static str),
    /// The word is the working directory, or a folder above it.
    Above(&'c Word),
    /// A later command clones what is at this path again.
    Reclone(&'c str),
}

fn dangerous(case: &Case, command: &Command) -> Check<Finding> {
    let danger = Danger::of(case, command)?;
    let finding = Finding::new(danger.advice(case, command));
    Ok(match danger {
        Danger::Reclone(_) => finding.with_severity(Severity::Warn),
        _ => finding,
    })
}

impl<'c> Danger<'c> {
    /// The danger of an `rm`, or of a `find` that deletes.
    fn of(case: &'c Case, command: &'c Command) -> Check<Self> {
        let script = case.script().ok_or(Miss::No)?;
        let Removal { words, by_find } = Removal::of(script, command).ok_or(Miss::No)?;
        // Of a `find`, all below the current folder is `.`.
        let is_all = |word: &&Word| matches!(word.text.as_str(), "." | "./");
        if by_find && words.iter().all(is_all) {
            return Self::of_glob(case, script, command);
        }
        let mut miss = Miss::No;
        for word in &words {
            match Self::of_word(case, script, command, word) {
                Ok(danger) => return Ok(danger),
                Err(Miss::No) => {}
                Err(near) => miss = near,
            }
        }
        recloned(case, script, &words).map(Self::Reclone).ok_or(miss)
    }

    /// The danger of all that is in the current folder.
    fn of_glob(case: &Case, script: &Script, command: &Command) -> Check<Self> {
        // `cd build && rm -rf *` names the folder and stops if it is not there.
        match guarding_folder(script, command) {
            Some(folder) if is_harmless(case, script, command, folder) => {
                Err(Miss::Near("it runs only after a cd that succeeded"))
            }
            _ => Ok(Self::Everything),
        }
    }

    fn of_word(case: &Case, script: &Script, command: &Command, word: &'c Word) -> Check<Self> {
        let text = word.text.as_str();
        if word.expands {
            return match &word.leading_variable {
                Some(variable) => Self::of_variable(script, command, word, variable),
                None if text.starts_with("$()") => Self::of_output(case, word),
                None => Err(Miss::No),
            };
        }
        if word.raw == "~" || word.raw.starts_with("~/") {
            let folder = below_home(text.trim_start_matches('~'));
            return folder
                .filter(|_| !is_made_here(script, command, word))
                .map(Self::Folder)
                .ok_or(Miss::No);
        }
        if matches!(text, "*" | "./*" | ".*" | "./.*") && word.globs {
            return Self::of_glob(case, script, command);
        }
        Self::of_path(case, script, command, word).ok_or(Miss::No)
    }

    fn of_variable(
        script: &Script,
        command: &Command,
        word: &'c Word,
        variable: &'c Variable,
    ) -> Check<Self> {
        let name = variable.name.as_str();
        // What follows the expansion: `/x` of `$D/x` and of `${D:-}/x`.
        let rest = match word.text.strip_prefix("${") {
            Some(braced) => braced.split_once('}').map_or("", |(_, rest)| rest),
            None => word.text.get(name.len() + 1..).unwrap_or_default(),
        };
        let emptied =
            [format!("${{{name}:-}}"), format!("${{{name}:-/}}"), format!("${{{name}-}}")];
        let has_default = !emptied.iter().any(|spelled| word.raw.contains(spelled.as_str()));
        match (name, variable.operator.as_deref()) {
            (_, Some(":?" | "?")) => Err(Miss::No),
            (_, Some(":-" | ":=" | "-" | "=")) if has_default => Err(Miss::No),
            ("HOME", None) => below_home(rest).map(Self::Folder).ok_or(Miss::No),
            ("PWD", None) if matches!(rest, "" | "/" | "/*" | "/.." | "/.") => {
                Ok(Self::Above(word))
            }
            ("PWD" | "RANDOM", _) => Err(Miss::No),
            // A fresh file below the temporary folder is what these are for; all of it is not.
            ("TMPDIR" | "TMP" | "TEMP", _) if !matches!(rest, "/" | "/*") => Err(Miss::No),
            (name, _) if is_set(script, command, name) => {
                Err(Miss::Near("the variable is set or tested in front"))
            }
            // Empty, it removes nothing: `rm -rf ""` is an error.
            _ if rest.is_empty() => Err(Miss::Near("an empty variable alone removes nothing")),
            _ => Ok(Self::Variable { word, variable }),
        }
    }

    /// The danger of a word that begins with the output of a command.
    fn of_output(case: &Case, word: &'c Word) -> Check<Self> {
        let inside = word.raw.trim_start_matches('"').trim_start_matches("$(");
        let (command, _) = inside.split_once(')').unwrap_or_default();
        let known = match command.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["pwd", ..] | ["dirname", ..] => true,
            ["git", "rev-parse", "--show-toplevel"] => case.environment.work_tree().is_some(),
            ["mktemp", ..] => return Err(Miss::No),
            _ => false,
        };
        let rest = word.text.strip_prefix("$()").unwrap_or_default();
        let is_below = rest.strip_prefix('/').is_some_and(|rest| {
            let first = rest.split('/').next().unwrap_or_default();
            !matches!(first, "" | "." | "*" | ".*") && !rest.split('/').any(|part| part == "..")
        });
        if known && is_below {
            return Err(Miss::Near("the command prints a folder, and the path is below it"));
        }
        Ok(Self::Output)
    }

    /// The danger of a word that says itself which path it is.
    fn of_path(case: &Case, script: &Script, command: &Command, word: &'c Word) -> Option<Self> {
        let text = word.text.trim_end_matches('*');
        if text.strip_prefix('/').is_some_and(is_system) {
            return Some(Self::Folder("a system folder"));
        }
        if is_of_drive(text) {
            return Some(Self::Folder("a folder of the drive"));
        }
        let after_cd = folder_after_cd(case, script, command);
        if text.trim_end_matches('/').ends_with(".git") {
            return is_history(case, script, command, text)
                .then_some(Self::Folder("the whole history, unpushed commits too"));
        }
        // Relative names go up only by dots; absolute ones may name the working directory or a
        // parent of it.
        let climbs = text.split('/').any(|part| part == "..") || text.starts_with('/');
        if !climbs {
            let path = after_cd?.join(text);
            let is_new = is_made_here(script, command, word);
            return folders::of_path(&case.environment, &path)
                .filter(|_| !is_new)
                .map(Self::Folder);
        }
        if text.trim_end_matches('/').split('/').all(|part| part == "..") {
            return Some(Self::Above(word));
        }
        let path = case.environment.absolute(text)?;
        if let Some(folder) = folders::of_path(&case.environment, &path) {
            return (!is_made_here(script, command, word)).then_some(Self::Folder(folder));
        }
        // The client reports the directory after the call: a `cd` of this very call may have led
        // below what was removed.
        let mut commands = script.commands.iter();
        let moved = commands.any(|command| matches!(command.program.as_str(), "cd" | "pushd"));
        let cwd = case.environment.cwd().filter(|_| !moved)?;
        (cwd.starts_with(&path) && !is_temporary(&path)).then_some(Self::Above(word))
    }

    fn advice(&self, case: &Case, command: &Command) -> Advice {
        let check = "next time name the exact path and look with ls -d first";
        match self {
            Self::Variable { word, variable } => {
                let name = &variable.name;
                let raw = text::excerpt(&word.raw);
                let how = match command.program.as_str() {
                    "find" => format!("find {raw} -delete"),
                    _ => format!("rm -r {raw}"),
                };
                let lead = format!("{how} removes another path if ${name} is empty");
                let plain = format!("{lead}; next time ${{{name}:?}} stops it there");
                match guarded(case, command) {
                    Some(rewrite) => {
                        Advice::better(format!("{lead}; next time let it stop"), rewrite, plain)
                    }
                    None => Advice::plain(plain),
                }
            }
            Self::Output => Advice::plain(format!(
                "rm -r of a command's output removes whatever that prints: {check}"
            )),
            Self::Everything => {
                let by_find = command.is("find") || command.is_under("find");
                let how = if by_find { "find of ." } else { "rm -r of a bare glob" };
                Advice::plain(format!("{how} empties whatever folder the shell is in: {check}"))
            }
            Self::Folder(what) => {
                let how = if command.is("find") { "find -delete" } else { "rm -r" };
                Advice::plain(format!(
                    "this {how} names {what}: unless the user asked for it, {check}"
                ))
            }
            Self::Above(word) => Advice::plain(format!(
                "rm -r {} removes the working directory or one above it: {check}",
                text::excerpt(&word.raw)
            )),
            Self::Reclone(path) => Advice::plain(format!(
                "rm -r {} before a fresh clone loses what was not pushed; next time mv it aside",
                text::excerpt(path)
            )),
        }
    }
}

/// Whether a command may empty this folder: it is not home, not a system folder, not above.
fn is_harmless(case: &Case, script: &Script, command: &Command, folder: &Word) -> bool {
    if let Some(variable) = &folder.leading_variable {
        // `cd ""` stays where it is.
        return !matches!(variable.name.as_str(), "HOME" | "OLDPWD")
            && variable.operator.as_deref().is_none_or(|operator| operator == ":?")
            && (variable.operator.is_some() || Known::at(script, command).is_set(&variable.name));
    }
    let Some(text) = folder.literal().filter(|text| !text.is_empty()) else { return false };
    let is_home = folder.raw.starts_with('~') && below_home(text.trim_start_matches('~')).is_some();
    let above = text.split('/').all(|part| part == "..");
    let named = text.strip_prefix('/').is_some_and(is_system);
    let of_home = case
        .environment
        .absolute(text)
        .is_some_and(|path| case.environment.home() == Some(path.as_path()));
    !is_home && !above && !named && !of_home
}

/// Whether `text` is the git folder of the project, and the call makes no new one.
fn is_history(case: &Case, script: &Script, command: &Command, text: &str) -> bool {
    let folder = folder_after_cd(case, script, command);
    let here = folder.or_else(|| {
        let moves =
            script.commands.iter().any(|other| matches!(other.program.as_str(), "cd" | "pushd"));
        case.environment.cwd().filter(|_| !moves).map(Path::to_owned)
    });
    let path = match (here, text.starts_with('/')) {
        (_, true) => case.environment.absolute(text),
        (Some(here), false) => Some(normal(&here.join(text))),
        (None, false) => None,
    };
    let is_of_project = path.is_some_and(|path| {
        path.file_name().is_some_and(|name| name == ".git")
            && path.parent().is_some_and(|parent| {
                case.environment.project() == Some(parent)
                    || case.environment.project().is_none() && !is_temporary(parent)
            })
    });
    let makes_new = case.commands().any(|other| {
        other.is("git")
            && options::subcommand("git", &other.args)
                .is_some_and(|(_, sub)| matches!(sub, "init" | "clone"))
    });
    is_of_project && !makes_new
}

/// The folder that the script removes and then clones again, unless it is a temporary one.
fn recloned<'c>(case: &Case, script: &'c Script, removed: &[&'c Word]) -> Option<&'c str> {
    let removal = script.commands.iter().position(|command| command.is("rm"))?;
    let clone = script.commands.iter().skip(removal).find(|command| {
        command.is("git")
            && options::subcommand("git", &command.args).is_some_and(|(_, sub)| sub == "clone")
    })?;
    let (at, _) = options::subcommand("git", &clone.args)?;
    let operands = options::operands(&options::read(
        clone.args.get(at + 1..)?,
        Spec::new("bcjou", &["branch", "depth", "origin", "config", "jobs", "reference"]),
    ));
    let url = operands.first()?.literal()?;
    let target = match operands.get(1) {
        Some(word) => word.literal()?,
        None => url.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(".git"),
    };
    let moved = script
        .commands
        .first()
        .filter(|first| first.is("cd"))
        .and_then(|cd| cd.args.first()?.literal());
    let path = case.environment.absolute(moved.unwrap_or("."))?.join(target);
    if is_temporary(&path) {
        return None;
    }
    removed
        .iter()
        .find(|word| word.text.trim_end_matches('/') == target)
        .map(|word| word.text.as_str())
}

/// The command with `${NAME:?}` for every variable that decides a path, all else as it was written.
fn guarded(case: &Case, command: &Command) -> Option<String> {
    let is_plain = command.is("rm") && command.wrappers.is_empty();
    if !is_plain || !command.assignments.is_empty() {
        return None;
    }
    // Each word asks what is known in front of it. A command that is too long for a line is not worth
    // that.
    let length: usize = command.args.iter().map(|word| word.raw.len() + 1).sum();
    if length > MAX_BODY_CHARS {
        return None;
    }
    let script = case.script()?;
    let mut words = vec![command.spelled.clone()];
    for word in &command.args {
        let variable = match Danger::of_word(case, script, command, word) {
            Ok(Danger::Variable { variable, .. }) => variable,
            Ok(_) => return None,
            Err(_) => {
                words.push(word.raw.clone());
                continue;
            }
        };
        if variable.operator.is_some() {
            return None;
        }
        let (quote, inside) = match word.raw.strip_prefix('"') {
            Some(inside) => ("", inside),
            None => ("\"", word.raw.as_str()),
        };
        let name = &variable.name;
        let rest = inside
            .strip_prefix(&format!("${{{name}}}"))
            .or_else(|| inside.strip_prefix(&format!("${name}")))?;
        let opening = if quote.is_empty() { "\"" } else { "" };
        words.push(format!("{opening}{quote}${{{name}:?}}{quote}{rest}"));
    }
    Some(words.join(" "))
}
