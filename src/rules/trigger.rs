//! When a rule fires: data that narrows where it looks, and the check that decides.

use super::advice::Finding;
use super::case::Case;
use crate::protocol::event::Tool;
use crate::settings::CustomRule;
use crate::shell::{Command, Script};

/// What a check returns for a case: what it found, or why it found nothing.
pub(crate) type Check<T> = Result<T, Miss>;

/// Why a check found nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// It does not hold.
    No,
    /// It nearly holds; `explain` shows what is missing.
    Near(&'static str),
    /// It holds, but no correct better form is known.
    NoBetterForm,
}

/// `Ok` if `holds`.
///
/// # Errors
/// [`Miss::No`] otherwise.
pub(crate) fn check(holds: bool) -> Check<()> {
    if holds { Ok(()) } else { Err(Miss::No) }
}

/// When a bad or a better form is used. The gate looks for the data; the check decides. It finds a
/// `T`: a [`Finding`] for a bad form, nothing for a better one.
#[derive(Debug)]
pub enum Trigger<T: 'static = Finding> {
    /// A simple command of a shell call.
    Command {
        /// Names of the program, wrappers peeled off. Empty for any: then `signs` must narrow the
        /// gate.
        programs: &'static [&'static str],
        /// Its sub-commands; empty for any or none.
        subcommands: &'static [&'static str],
        /// Texts of which the call's text contains one. Empty for any text. They only narrow the
        /// gate.
        signs: &'static [&'static str],
        /// Decides about one such command.
        check: fn(&Case, &Command) -> Check<T>,
    },
    /// Any simple command of a shell call whose text contains a sign of each set.
    AnyCommand {
        /// The sets. They only narrow the gate.
        signs: &'static [&'static [&'static str]],
        /// Decides about one command.
        check: fn(&Case, &Command) -> Check<T>,
    },
    /// A shell call as a whole.
    Script {
        /// What it begins with, as [`crate::shell::opening`] returns it. Scripts with another
        /// opening are not parsed for this trigger.
        openings: &'static [&'static str],
        /// Decides about the script.
        check: fn(&Case, &Script) -> Check<T>,
    },
    /// A call of one of these tools.
    Call {
        /// The tools.
        tools: &'static [Tool],
        /// Decides about the call.
        check: fn(&Case) -> Check<T>,
    },
    /// A call of one of these tools, judged by files or by the session's history, in an analyzer.
    Deferred {
        /// The tools.
        tools: &'static [Tool],
        /// Whether the call is worth an analyzer. The main thread decides it, from the event and
        /// the bytes of the history.
        concerns: fn(&Case) -> bool,
        /// Decides about the call.
        check: fn(&Case) -> Check<T>,
    },
    /// A custom rule.
    Custom(&'static CustomRule),
    /// One of these, for a rule that knows several ways to do one thing: a Read and `cat` both show
    /// a file.
    Any(&'static [Trigger<T>]),
}

impl<T> Clone for Trigger<T> {
    fn clone(&self) -> Self {
        *self
    }
}

// Not derived: `derive` would demand `T: Copy`, and a finding is not.
impl<T> Copy for Trigger<T> {}

impl<T> Trigger<T> {
    /// The triggers of which one must hold. None of them is a [`Trigger::Any`].
    pub fn alternatives(&self) -> Vec<&Self> {
        match self {
            Self::Any(triggers) => triggers.iter().flat_map(Self::alternatives).collect(),
            _ => vec![self],
        }
    }
}
