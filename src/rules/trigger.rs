//! When a rule fires: data that narrows what is looked at, and the check that decides.

use super::advice::Finding;
use super::case::Case;
use crate::protocol::event::Tool;
use crate::settings::CustomRule;
use crate::shell::{Command, Script};

/// What a check says of a case: what it found, or why it found nothing.
pub type Check<T> = Result<T, Miss>;

/// Why a check found nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// It does not hold.
    No,
    /// It nearly holds; `explain` shows what is missing.
    Near(&'static str),
    /// It holds, but nothing correct is known to say instead.
    NoBetterForm,
}

/// `Ok` if `holds`.
///
/// # Errors
/// [`Miss::No`] otherwise.
pub fn check(holds: bool) -> Check<()> {
    if holds { Ok(()) } else { Err(Miss::No) }
}

/// When something holds. The data decides what the gate looks for, the check decides for good. It
/// finds a `T`: what is to be said of a bad form, nothing of a good one.
#[derive(Debug)]
pub enum Trigger<T: 'static = Finding> {
    /// A simple command of a shell call.
    Command {
        /// Names of the program, wrappers peeled off; empty for any, and then `signs` must narrow
        /// the gate.
        programs: &'static [&'static str],
        /// Its sub-command; empty for any or none.
        subcommands: &'static [&'static str],
        /// Texts of which one stands somewhere in the call's text; empty for none. They only narrow
        /// the gate.
        signs: &'static [&'static str],
        /// Decides on one such command.
        check: fn(&Case, &Command) -> Check<T>,
    },
    /// A shell call as a whole.
    Script {
        /// What it sets out with, as [`crate::shell::opening`] tells: other texts are not parsed
        /// for this.
        openings: &'static [&'static str],
        /// Decides on the script.
        check: fn(&Case, &Script) -> Check<T>,
    },
    /// A call of one of these tools.
    Call {
        /// The tools.
        tools: &'static [Tool],
        /// Decides on the call.
        check: fn(&Case) -> Check<T>,
    },
    /// A call of one of these tools, judged by what stands on disk or in the session's history: an
    /// analyzer's matter.
    Deferred {
        /// The tools.
        tools: &'static [Tool],
        /// Whether the call is worth an analyzer: decided on the main thread, from the event and
        /// its size alone.
        concerns: fn(&Case) -> bool,
        /// Decides on the call.
        check: fn(&Case) -> Check<T>,
    },
    /// What a user wrote into a settings file.
    Custom(&'static CustomRule),
    /// One of these, for a rule that knows several ways to do one thing: a file is shown by a Read
    /// or by `cat`.
    Any(&'static [Trigger<T>]),
}

impl<T> Clone for Trigger<T> {
    fn clone(&self) -> Self {
        *self
    }
}

// By hand: what it finds need not be copied for a trigger to be.
impl<T> Copy for Trigger<T> {}

impl<T> Trigger<T> {
    /// The triggers of which one must hold, none of them an [`Trigger::Any`] itself.
    pub fn alternatives(&self) -> Vec<&Self> {
        match self {
            Self::Any(triggers) => triggers.iter().flat_map(Self::alternatives).collect(),
            _ => vec![self],
        }
    }
}
