//! Transitional: rules in the old form.
#![allow(missing_docs)]

use super::advice::{Advice, Finding};
use super::case::Case;
use super::rule::Severity;
use super::trigger::{Check, Miss};
use crate::shell::{Command, Script};

/// What a trigger says of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does not hold.
    No,
    /// It nearly holds; `explain` shows what is missing.
    Near(&'static str),
    /// It holds.
    Fires,
    /// It holds, and matters more or less than the rule usually does.
    FiresAs(Severity),
}

impl Verdict {
    /// `Fires` if `holds`.
    pub fn when(holds: bool) -> Self {
        if holds { Self::Fires } else { Self::No }
    }
}

/// What counts as the same occasion.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// The rule itself.
    Rule,
    /// The file of the call.
    File,
    /// The program of the command.
    Program,
    /// What this function makes of it. Only a hash of it is ever stored, seeded with the session's
    /// id.
    Of(fn(&Case, &Occasion) -> String),
}

pub struct Occasion<'c> {
    pub command: Option<&'c Command>,
}

pub fn found(
    case: &Case,
    command: Option<&Command>,
    verdict: Verdict,
    advice: fn(&Case, &Occasion) -> Option<Advice>,
    key: Key,
) -> Check<Finding> {
    let severity = match verdict {
        Verdict::No => return Err(Miss::No),
        Verdict::Near(because) => return Err(Miss::Near(because)),
        Verdict::Fires => None,
        Verdict::FiresAs(severity) => Some(severity),
    };
    let occasion = Occasion { command };
    let advice = advice(case, &occasion).ok_or(Miss::NoBetterForm)?;
    let subject = match key {
        Key::Rule => None,
        Key::File => Some(case.event.input().file_path.as_deref().unwrap_or_default().to_owned()),
        Key::Program => Some(command.map(|command| command.program.clone()).unwrap_or_default()),
        Key::Of(subject) => Some(subject(case, &occasion)),
    };
    Ok(Finding { advice, severity, subject })
}

pub fn holds(verdict: Verdict) -> Check<()> {
    match verdict {
        Verdict::No => Err(Miss::No),
        Verdict::Near(because) => Err(Miss::Near(because)),
        Verdict::Fires | Verdict::FiresAs(_) => Ok(()),
    }
}

pub fn plain(text: impl Into<String>) -> Option<Advice> {
    Some(Advice::plain(text))
}

pub fn better(
    lead: impl Into<String>,
    command: impl Into<String>,
    plain: impl Into<String>,
) -> Option<Advice> {
    Some(Advice::better(lead, command, plain))
}

type Say = fn(&Case, &Occasion) -> Option<Advice>;

pub fn on_command(
    case: &Case,
    command: &Command,
    when: fn(&Case, &Command) -> Verdict,
    advice: Say,
    key: Key,
) -> Check<Finding> {
    found(case, Some(command), when(case, command), advice, key)
}

pub fn on_script(
    case: &Case,
    script: &Script,
    when: fn(&Case, &Script) -> Verdict,
    advice: Say,
    key: Key,
) -> Check<Finding> {
    found(case, None, when(case, script), advice, key)
}

pub fn on_call(case: &Case, when: fn(&Case) -> Verdict, advice: Say, key: Key) -> Check<Finding> {
    found(case, None, when(case), advice, key)
}

pub fn good_command(
    case: &Case,
    command: &Command,
    when: fn(&Case, &Command) -> Verdict,
) -> Check<()> {
    holds(when(case, command))
}

pub fn good_script(case: &Case, script: &Script, when: fn(&Case, &Script) -> Verdict) -> Check<()> {
    holds(when(case, script))
}

pub fn good_call(case: &Case, when: fn(&Case) -> Verdict) -> Check<()> {
    holds(when(case))
}
