//! What a command writes into a file out of the agent's own words.

use crate::rules::trigger::{Check, Miss};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Script, Word, options};

/// A text that a command writes into a file.
pub(super) struct Output<'s> {
    /// The file.
    pub(super) target: &'s Word,
    /// The text goes behind what is in the file.
    pub(super) appends: bool,
    /// Lines of the text.
    pub(super) lines: usize,
    /// Bytes of the text.
    pub(super) bytes: usize,
}

impl<'s> Output<'s> {
    /// The output of `cat`, `tee`, `echo` or `printf`; `cat` is the command that [`cat_into`] finds
    /// in front of it.
    pub(super) fn of(command: &'s Command, cat: Option<&'s Command>) -> Check<Self> {
        let ((target, appends), (lines, bytes)) = match command.program.as_str() {
            "cat" => {
                let items = options::read(&command.args, Spec::FLAGS_ONLY);
                if !items.iter().all(|item| matches!(item, Item::Operand(word) if word.is("-"))) {
                    return Err(Miss::No);
                }
                (redirected(command)?, heredoc(command)?)
            }
            "tee" => {
                let items = options::read(&command.args, Spec::FLAGS_ONLY);
                let operands = options::operands(&items);
                let [target] = operands.as_slice() else { return Err(Miss::No) };
                let appends = options::has(&items, Some('a'), "append");
                ((*target, appends), heredoc(cat.unwrap_or(command))?)
            }
            _ => (redirected(command)?, words(command)?),
        };
        Ok(Self { target, appends, lines, bytes })
    }
}

/// The `cat` of `cat <<EOF | tee FILE` if `command` is behind it.
pub(super) fn cat_into<'s>(script: &'s Script, command: &Command) -> Option<&'s Command> {
    match script.stages(command.stage?.pipeline)?.as_slice() {
        [cat, next] if cat.is("cat") && cat.args.is_empty() && next.id == command.id => Some(cat),
        _ => None,
    }
}

/// The file that standard output goes to, and whether the shell appends to it.
fn redirected(command: &Command) -> Check<(&Word, bool)> {
    let last = command.redirections.iter().rfind(|redirection| redirection.takes_stdout());
    let last = last.ok_or(Miss::No)?;
    Ok((&last.target, last.operator.contains(">>")))
}

/// Lines and bytes of the heredoc that feeds `command`, if the shell replaces nothing in it.
fn heredoc(command: &Command) -> Check<(usize, usize)> {
    let fed = command.redirections.iter().rfind(|redirection| redirection.gives_stdin());
    let heredoc = fed.and_then(|redirection| redirection.heredoc.as_ref()).ok_or(Miss::No)?;
    if !heredoc.quoted && expands(&heredoc.text) {
        return Err(Miss::Near("the heredoc is filled in by the shell"));
    }
    Ok((heredoc.text.lines().count(), heredoc.text.len()))
}

/// Whether the shell replaces anything in the text of an unquoted heredoc.
fn expands(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '$' | '`' => return true,
            _ => {}
        }
    }
    false
}

/// Lines and bytes of the words of an `echo` or `printf`, if the shell replaces nothing in them.
fn words(command: &Command) -> Check<(usize, usize)> {
    let (mut lines, mut bytes) = (1, 0);
    for word in &command.args {
        let text = word.literal().ok_or(Miss::Near("the shell fills in a word"))?;
        // The break at the end begins no line.
        let text = text.trim_end_matches("\\n").trim_end_matches('\n');
        lines += text.matches('\n').count() + text.matches("\\n").count();
        bytes += text.len();
    }
    Ok((lines, bytes))
}
