//! What is known where a command runs: which tests held, which commands succeeded, which variables
//! have a value.
//!
//! The script is parsed again and executed in the abstract, so that `[ -n "$D" ] || exit`, an `if`
//! and a `case` count alike. Only a rule that is about to speak asks.

mod condition;
mod fact;
mod flow;
mod state;
mod values;

use super::command::Command;
use super::script::Script;
use super::{guard, outline};
pub(crate) use fact::{Fact, Test};
use flow::Flow;

/// What is known where a command runs.
#[derive(Debug, Default)]
pub(crate) struct Known {
    facts: Vec<Fact>,
    /// The command cannot be reached, such as one after an `exit`.
    never_runs: bool,
}

impl Known {
    /// What is known where `command` of `script` runs.
    pub(crate) fn at(script: &Script, command: &Command) -> Self {
        let outlined = match guard::admit(&script.text) {
            Ok(()) => None,
            Err(_) => outline::outline(&script.text),
        };
        let text = outlined.as_deref().unwrap_or(&script.text);
        let Ok(nodes) = rable::parse(text, true) else { return Self::default() };
        match Flow::to(command).run(&nodes) {
            Some(Some(facts)) => Self { facts, never_runs: false },
            Some(None) => Self { facts: Vec::new(), never_runs: true },
            None => Self::default(),
        }
    }

    /// Whether the variable of this name cannot be empty.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.never_runs
            || self.facts.iter().any(|fact| match fact {
                Fact::Set(set) => set == name,
                Fact::Test(test, holds) => test.sets(*holds).as_deref() == Some(name),
                Fact::Ran(..) => false,
            })
    }

    /// Whether this command is known to have succeeded before.
    pub(crate) fn has_succeeded(&self, command: &Command) -> bool {
        let words: Vec<&str> = [command.spelled.as_str()]
            .into_iter()
            .chain(command.args.iter().map(|word| word.raw.as_str()))
            .collect();
        self.any(|fact| match fact {
            Fact::Ran(stages, true) => stages
                .last()
                .is_some_and(|stage| stage.iter().map(|word| word.raw.as_str()).eq(words.clone())),
            _ => false,
        })
    }

    /// Whether `proves` holds for one of the facts, or the command never runs.
    pub(crate) fn any(&self, proves: impl Fn(&Fact) -> bool) -> bool {
        self.never_runs || self.facts.iter().any(proves)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::parse;

    fn known(text: &str) -> Known {
        let script = parse(text).unwrap();
        let command = script.commands.iter().find(|command| command.is("rm")).unwrap();
        Known::at(&script, command)
    }

    #[test]
    fn a_guard_of_any_form_sets_the_variable() {
        for text in [
            "[ -n \"$D\" ] && rm $D",
            "[ -n \"$D\" ] || exit 1; rm $D",
            "[ -n \"$D\" ] || { echo 'no D' >&2; exit 1; }\nrm $D",
            "[ -z \"$D\" ] && exit 1\nrm $D",
            "[ -z \"${D:-}\" ] && { echo no; return 1; }; rm $D",
            "[ \"$D\" ] || exit; rm $D",
            "[ -n \"$D\" -a \"$D\" != / ] && rm $D",
            "test -d \"$D\" || exit 1\nrm $D",
            "! test -z \"$D\" && rm $D",
            "if [[ -z $D ]]; then exit 1; fi; rm $D",
            "if [[ -z \"$D\" || $D == / ]]; then\n  echo no\n  exit 1\nfi\nrm $D",
            "if [ -d \"$D\" ]; then rm $D; fi",
            "if [ -z \"$D\" ]; then echo no; else rm $D; fi",
            "if [ -z \"$D\" ]; then echo no; elif true; then rm $D; fi",
            "if [ ! -d \"$D\" ]; then exit; fi; for i in 1 2; do rm $D; done",
            "if [ \"x$D\" = x ]; then exit; fi; rm $D",
            "[[ $D == /tmp/* ]] || exit 1; rm $D",
            "[ ${#D} -gt 0 ] && rm $D",
            "case \"$D\" in '') exit 1 ;; esac; rm $D",
            "case \"$D\" in \"\"|/) echo no; exit 1 ;; *) rm $D ;; esac",
            "case $D in /tmp/*) rm $D ;; esac",
            "set -e\n[ -n \"$D\" ]\nrm $D",
            "set -euo pipefail; test -d \"$D\"; rm $D",
            ": \"${D:?}\"; rm $D",
            ": ${D:=build}; rm $D",
            "D=\"${D:-build}\"; rm $D",
            "D=$ROOT/build; rm $D",
            "A=/x; B=$A; D=\"$B\"; rm $D",
            "need() { [ -n \"$D\" ] || exit 1; }\nneed\nrm $D",
            "die() { echo $1; exit 1; }\n[ -n \"$D\" ] || die no\nrm $D",
            "need() { [ -n \"$D\" ] || return 1; }; need || exit; rm $D",
            "need() { if [ -z \"$D\" ]; then return 1; fi; return 0; }\nneed && rm $D",
            "D=$(mktemp -d) && rm $D",
            "set -e; D=$(mktemp -d); rm $D",
            "D=$(mktemp -d) || exit 1\nrm $D",
            "while [ -n \"$D\" ]; do rm $D; done",
            "([ -n \"$D\" ] || exit 1; rm $D)",
            "bash -c 'if [ -n \"$D\" ]; then rm $D; fi'",
            "sudo bash -c '[ -d \"$D\" ] || exit; rm $D'",
            "exit; rm $D",
        ] {
            assert!(known(text).is_set("D"), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_guard_sets_nothing() {
        for text in [
            "[ -n \"$D\" ]; rm $D",
            "[ -n \"$D\" ] || echo no; rm $D",
            "[ -n \"$D\" ] && ls; rm $D",
            "[ -z \"$D\" ] && rm $D",
            "[ -z \"$D\" ] || exit; rm $D",
            "[ -d $D ] && rm $D",
            "[ -n $D ] && rm $D",
            "[ -d \"$D/x\" ] && rm $D",
            "[ -n \"$E\" ] && rm $D",
            "[ -n \"$D\" -o -n \"$E\" ] && rm $D",
            "if [ -n \"$D\" ]; then ls; fi; rm $D",
            "if [ -n \"$D\" ]; then ls; else rm $D; fi",
            "if [[ -z $D && -z $E ]]; then exit; fi; rm $D",
            "set -u; rm $D",
            "set -eu; rm $D",
            "[ -n \"$D\" ] || exit; D=; rm $D",
            "[ -n \"$D\" ] || exit; D=$(pick); D=$E; rm $D",
            "([ -n \"$D\" ] || exit 1); rm $D",
            "case \"$D\" in /) exit ;; esac; rm $D",
            "case \"$D\" in *) rm $D ;; esac",
            "need() { [ -n \"$D\" ] || return 1; }; need; rm $D",
            "D=${D:-}; rm $D",
            "D=$(mktemp -d); rm $D",
            "[ \"$D\" != / ] && rm $D",
        ] {
            assert!(!known(text).is_set("D"), "{text}");
        }
    }
}
