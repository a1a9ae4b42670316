//! What a command lists to the bottom.

use crate::rules::rewrite::{expression, find};
use crate::shell::options::{self, Spec};
use crate::shell::{Command, Word};

/// The folders of a listing without a bound.
#[derive(Default)]
pub(super) struct Scope<'c> {
    pub(super) folders: Vec<&'c Word>,
    /// What it leaves out, as options of ripgrep.
    pub(super) globs: Vec<String>,
    /// It leaves some files or folders out.
    pub(super) is_narrowed: bool,
}

/// Options of a listing, by their letter and their long form; `'\0'` has no letter.
type Options = [(char, &'static str)];

/// The scope of `command`; `None` if it lists only some levels, or does something else.
pub(super) fn of(command: &Command) -> Option<Scope<'_>> {
    match command.program.as_str() {
        "ls" => listing(
            command,
            Spec::new("ITw", &["ignore", "hide"]),
            &[('R', "recursive")],
            &[('d', "directory")],
            &[('I', "ignore"), ('\0', "hide")],
        ),
        "tree" => listing(
            command,
            Spec::new("LPIo", &["filelimit", "charset", "sort", "gitfile", "fromfile"]),
            &[],
            &[
                ('L', "level"),
                ('d', "dirs-only"),
                ('o', "output"),
                ('\0', "filelimit"),
                ('\0', "fromfile"),
            ],
            &[('I', "gitignore"), ('P', "prune"), ('\0', "gitfile"), ('\0', "matchdirs")],
        ),
        "du" => listing(
            command,
            Spec::new("dtBX", &["max-depth", "threshold", "exclude"]),
            &[('a', "all")],
            &[('d', "max-depth"), ('s', "summarize"), ('t', "threshold")],
            &[('X', "exclude")],
        ),
        _ => find(command),
    }
}

/// A listing that `needs` one of some options, unless it is bounded by one of others.
fn listing<'c>(
    command: &'c Command,
    spec: Spec,
    needs: &Options,
    bounds: &Options,
    narrows: &Options,
) -> Option<Scope<'c>> {
    let items = options::read(&command.args, spec);
    let has =
        |list: &Options| list.iter().any(|(flag, long)| options::has(&items, Some(*flag), long));
    let is_whole = (needs.is_empty() || has(needs))
        && !has(bounds)
        && !has(&[('\0', "help"), ('\0', "version")]);
    is_whole.then(|| Scope {
        folders: options::operands(&items),
        globs: Vec::new(),
        is_narrowed: has(narrows),
    })
}

fn find(command: &Command) -> Option<Scope<'_>> {
    let is_expression =
        |word: &&Word| word.text.starts_with('-') || matches!(word.text.as_str(), "(" | "!");
    let folders: Vec<&Word> = command.args.iter().take_while(|word| !is_expression(word)).collect();
    let tests: Vec<&str> =
        command.args.iter().skip(folders.len()).map(|word| word.text.as_str()).collect();
    if matches!(tests.as_slice(), [] | ["-print"] | ["-type", "f"] | ["-type", "f", "-print"]) {
        return Some(Scope { folders, ..Scope::default() });
    }
    let files = expression::read(&command.args).ok()?;
    let globs = files.exclusions().filter(|_| files.action == find::Action::Print)?;
    Some(Scope { folders, globs, is_narrowed: true })
}
