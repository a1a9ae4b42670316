//! The command that printed the output of a call.

use crate::rules::book::context::support::loud::loud_commands;
use crate::rules::book::support::command_text::{only_command, with_argument, with_option};
use crate::rules::book::support::output::OutputSize;
use crate::rules::trigger::{Check, Miss};
use crate::shell::{Command, Script, Word, options};

/// The command that printed the output of a call, and what a bounded form of it is made from.
pub(super) struct Printer<'c> {
    script: &'c Script,
    /// The command.
    pub(super) command: &'c Command,
    /// The call consists of this command, so that the script can be rewritten.
    pub(super) is_alone: bool,
    /// Its sub-command with the index of that word.
    subcommand: Option<(usize, &'c str)>,
}

impl<'c> Printer<'c> {
    /// The one command of the call that printed more than a few lines.
    pub(super) fn of(script: &'c Script, output: OutputSize) -> Check<Self> {
        let (command, is_alone) = if let Some(command) = only_command(script) {
            if !command.shows_output() {
                return Err(Miss::Near("its output went to a file"));
            }
            (command, true)
        } else {
            match loud_commands(script, output).as_slice() {
                [command] if command.remote => {
                    return Err(Miss::Near("it runs on another machine"));
                }
                [command] if command.depth == 0 && command.stage.is_none() => (*command, false),
                [command] if command.stage.is_some() => {
                    return Err(Miss::Near("its output is thinned out on purpose"));
                }
                _ => return Err(Miss::Near("which command printed it is not known")),
            }
        };
        let subcommand = options::subcommand(&command.program, &command.args);
        Ok(Self { script, command, is_alone, subcommand })
    }

    pub(super) fn subcommand(&self) -> Option<&'c str> {
        self.subcommand.map(|(_, subcommand)| subcommand)
    }

    /// The words behind the first `word`.
    pub(super) fn words_behind(&self, word: &str) -> impl Iterator<Item = &'c str> {
        let words = self.command.args.iter().map(|word| word.text.as_str());
        words.skip_while(move |text| *text != word).skip(1)
    }

    /// Whether one of its words begins with one of `beginnings`.
    pub(super) fn has(&self, beginnings: &[&str]) -> bool {
        self.command
            .args
            .iter()
            .any(|word| beginnings.iter().any(|beginning| word.text.starts_with(beginning)))
    }

    /// The script with `option` behind the program.
    pub(super) fn with_first_option(&self, option: &str) -> Option<String> {
        self.with_option(None, option)
    }

    /// The script with `option` behind the sub-command, if the command has one.
    pub(super) fn with_subcommand_option(&self, option: &str) -> Option<String> {
        self.with_option(self.subcommand.map(|(at, _)| at), option)
    }

    /// The script with `option` behind the first `word`, if the command has one.
    pub(super) fn with_option_behind(&self, word: &str, option: &str) -> Option<String> {
        let at = self.command.args.iter().position(|arg| arg.is(word))?;
        self.with_option(Some(at), option)
    }

    /// The script with `words` in place of `word`, an argument of the command; without the argument
    /// where they are empty.
    pub(super) fn with_word(&self, word: &Word, words: &str) -> Option<String> {
        let at = self.command.args.iter().position(|arg| std::ptr::eq(arg, word))?;
        with_argument(self.script, self.command, at, words).filter(|_| self.is_alone)
    }

    fn with_option(&self, after: Option<usize>, option: &str) -> Option<String> {
        with_option(self.script, self.command, after, option).filter(|_| self.is_alone)
    }

    /// The script with `words` at its end.
    pub(super) fn with_end(&self, words: &str) -> Option<String> {
        let text = self.script.text.trim();
        let has_open_end = self.command.redirections.is_empty() && text.lines().count() == 1;
        (self.is_alone && has_open_end).then(|| format!("{text} {words}"))
    }

    /// The script with all its output in a file.
    pub(super) fn with_log(&self) -> Option<String> {
        let only_copies =
            self.command.redirections.iter().all(|redirection| redirection.operator == ">&");
        (self.is_alone && only_copies).then(|| {
            let text = self.script.text.trim().trim_end_matches("2>&1").trim_end();
            format!("{text} > /tmp/out.log 2>&1")
        })
    }
}
