//! Calls that ask for the state of CI, and wait in between.

use super::sleep;
use crate::shell::{Command, Script, Word, options};

/// What a `gh` command asks CI about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The checks of a pull request, by its number if that is literal.
    Checks(Option<String>),
    /// A run of a workflow, by its number if that is literal.
    Run(Option<String>),
}

impl Asked {
    /// What `command` asks, if it asks once.
    pub(crate) fn by(command: &Command) -> Option<Self> {
        if !command.is("gh") || command.args.iter().any(|word| word.is("--watch")) {
            return None;
        }
        let (at, noun) = options::subcommand("gh", &command.args)?;
        let rest = command.args.get(at + 1..)?;
        let verb = rest.first()?.literal()?;
        let number = || {
            let words = rest.iter().skip(1).filter_map(Word::literal);
            let mut numbers =
                words.filter(|word| word.bytes().all(|b| b.is_ascii_digit()) && word.len() <= 12);
            numbers.next().map(str::to_owned)
        };
        let mentions = |signs: &[&str]| {
            rest.iter().any(|word| signs.iter().any(|sign| word.text.contains(sign)))
        };
        match (noun, verb) {
            ("pr", "checks") => Some(Self::Checks(number())),
            ("pr", "view" | "status" | "list")
                if mentions(&["statusCheckRollup", "mergeStateStatus"]) =>
            {
                Some(Self::Checks(number()))
            }
            ("run", "view") => Some(Self::Run(number())),
            ("run", "list") => Some(Self::Run(None)),
            ("api", _) if mentions(&["check-runs", "actions/runs", "/status"]) => {
                Some(Self::Run(None))
            }
            _ => None,
        }
    }
}

/// The first command of the script that asks CI around a `sleep`: in a loop with it, or after it.
pub(crate) fn waited_for(script: &Script) -> Option<(&Command, Asked)> {
    script.commands.iter().filter(|command| !command.remote && !command.in_function).find_map(
        |command| {
            let asked = Asked::by(command)?;
            let is_after = script.before(command).iter().any(|other| other.is("sleep"));
            let in_loop = sleep::loops_around(script, command)
                .any(|found| script.range(&found.body).iter().any(|other| other.is("sleep")));
            (is_after || in_loop).then_some((command, asked))
        },
    )
}
