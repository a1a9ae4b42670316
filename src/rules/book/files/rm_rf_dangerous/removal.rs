//! What a command removes with all that is in it: the operands of `rm -r`, the roots of a `find`
//! that deletes, the words that `xargs rm -r` is fed.

use std::path::PathBuf;

use crate::project::environment::normal;
use crate::rules::case::Case;
use crate::shell::options::Spec;
use crate::shell::{Command, Script, Word, options};

/// What a command removes.
pub(super) struct Removal<'c> {
    pub(super) words: Vec<&'c Word>,
    /// It is a `find`, which takes a missing path for the current folder.
    pub(super) by_find: bool,
}

impl<'c> Removal<'c> {
    /// What `command` removes; `None` if that is nothing, not everything below, or not known.
    pub(super) fn of(script: &'c Script, command: &'c Command) -> Option<Self> {
        match command.program.as_str() {
            "rm" if !is_recursive(command) => None,
            "rm" if command.is_under("find") => {
                let find = script.before(command).iter().rfind(|other| other.is("find"))?;
                Self::of_find(find)
            }
            "rm" if command.is_under("xargs") => {
                let operands = options::operands(&options::read(&command.args, Spec::FLAGS_ONLY));
                match fed_words(script, command) {
                    _ if !operands.is_empty() => Some(Self { words: operands, by_find: false }),
                    fed => fed,
                }
            }
            "rm" => {
                let words = options::operands(&options::read(&command.args, Spec::FLAGS_ONLY));
                Some(Self { words, by_find: false })
            }
            "find" if command.args.iter().any(|word| word.is("-delete")) => Self::of_find(command),
            _ => None,
        }
    }

    /// The roots of a `find` that takes all below them.
    fn of_find(find: &'c Command) -> Option<Self> {
        const NEUTRAL: [&str; 8] = [
            "-delete",
            "-print",
            "-print0",
            "-depth",
            "-xdev",
            "-mount",
            "-ignore_readdir_race",
            "-ls",
        ];
        const WITH_VALUE: [&str; 2] = ["-type", "-mindepth"];
        let is_root = |word: &&Word| !word.text.starts_with(['-', '(', '!']);
        let words: Vec<&Word> = find.args.iter().take_while(is_root).collect();
        let mut rest = find.args.iter().skip(words.len());
        while let Some(word) = rest.next() {
            match word.text.as_str() {
                "-exec" | "-execdir" | "-ok" => break,
                text if NEUTRAL.contains(&text) => {}
                text if WITH_VALUE.contains(&text) => {
                    rest.next();
                }
                // A test narrows what is found.
                _ => return None,
            }
        }
        Some(Self { words, by_find: true })
    }
}

/// Whether an `rm` removes folders.
pub(super) fn is_recursive(command: &Command) -> bool {
    let items = options::read(&command.args, Spec::FLAGS_ONLY);
    options::has(&items, Some('r'), "recursive") || options::has(&items, Some('R'), "recursive")
}

/// What the stage before `xargs` feeds to it.
fn fed_words<'c>(script: &'c Script, command: &Command) -> Option<Removal<'c>> {
    let xargs = script.before(command).iter().rfind(|other| other.is("xargs"))?;
    let stage = xargs.stage?;
    let stages = script.stages(stage.pipeline)?;
    let source = stages.get(stage.index.checked_sub(1)?)?;
    match source.program.as_str() {
        "find" => Removal::of_find(source),
        "echo" | "printf" => {
            let words = source.args.iter().filter(|word| !word.text.starts_with(['-', '%']));
            Some(Removal { words: words.collect(), by_find: false })
        }
        _ => None,
    }
}

/// The folder to which the call itself has led the shell before `command`, if that is certain.
pub(super) fn folder_after_cd(case: &Case, script: &Script, command: &Command) -> Option<PathBuf> {
    let mut folder: Option<PathBuf> = None;
    for other in script.before(command) {
        let has_no_effect = other.in_subshell && !command.in_subshell || other.in_substitution;
        if !matches!(other.program.as_str(), "cd" | "pushd") || has_no_effect {
            continue;
        }
        let Some(target) = other.args.iter().find(|word| !word.text.starts_with('-')) else {
            folder = case.environment.home().map(PathBuf::from);
            continue;
        };
        let of_home = target.leading_variable.as_ref().filter(|variable| variable.name == "HOME");
        let text = match (of_home, target.literal()) {
            (Some(_), _) => target.text.replacen("$HOME", "~", 1).replacen("${HOME}", "~", 1),
            (None, Some(text)) => text.to_owned(),
            (None, None) => return None,
        };
        folder = if text.starts_with(['/', '~']) {
            case.environment.absolute(&text)
        } else {
            folder.map(|folder| normal(&folder.join(&text)))
        };
    }
    folder
}

/// Whether the call itself made what `word` names.
pub(super) fn is_made_here(script: &Script, command: &Command, word: &Word) -> bool {
    const MAKERS: [&str; 8] = ["mkdir", "git", "cp", "tar", "unzip", "rsync", "mv", "python3"];
    let path = word.text.trim_end_matches('/');
    script.before(command).iter().any(|other| {
        MAKERS.contains(&other.program.as_str())
            && other.args.iter().any(|arg| {
                let arg = arg.text.trim_end_matches('/').trim_end_matches(".git");
                arg == path || arg.ends_with(&format!("/{path}"))
            })
    })
}
