//! A custom rule, as a settings file defines it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::form::{
    Checked, Flag, Glob, Id, NonBlank, OneOrMore, Program, Rewrite, StringForm, Text,
};
use crate::store::mutes::ALL;

/// How much a custom rule matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Weight {
    /// It speaks within the budget of hints.
    #[default]
    Hint,
    /// It speaks within the budget of warnings.
    Warn,
    /// It speaks regardless of the budget.
    Critical,
}

/// What a custom rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Concern {
    /// A simple command of a shell call.
    Command {
        /// The program, by any of these names.
        programs: Vec<String>,
        /// The sub-command, by any of these names; empty for any or none.
        subcommands: Vec<String>,
        /// Options that must all be present: `-x`, `--long`.
        flags: Vec<String>,
        /// A glob that one of the words after the program must match.
        args: Option<String>,
    },
    /// A tool call.
    Call {
        /// The tool's name must match any of these globs.
        tools: Vec<String>,
        /// A glob that the path of the call must match.
        path: Option<String>,
    },
}

/// A custom rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRule {
    /// Its id.
    pub(crate) id: String,
    /// Its advice.
    pub(crate) text: String,
    /// Its severity.
    pub(crate) weight: Weight,
    /// The command that it suggests.
    pub(crate) better: Option<String>,
    /// What it looks at.
    pub(crate) concern: Concern,
}

/// Every key of a custom rule.
pub(super) const KEYS: [&str; 12] = [
    "id",
    "text",
    "severity",
    "better",
    "program",
    "subcommand",
    "flags",
    "args",
    "tool",
    "path",
    "hits",
    "misses",
];

/// Most examples in a list.
pub(super) const MAX_EXAMPLES: usize = 50;

/// The values of a custom rule's keys.
#[derive(Default)]
pub(super) struct Keys {
    id: Option<String>,
    text: Option<String>,
    severity: Weight,
    better: Option<String>,
    program: Option<Vec<String>>,
    subcommand: Option<Vec<String>>,
    flags: Option<Vec<String>>,
    args: Option<String>,
    tool: Option<Vec<String>>,
    path: Option<String>,
}

/// A string of the form `F`.
fn one<F: StringForm>(part: &RawValue) -> serde_json::Result<Option<String>> {
    serde_json::from_str::<Checked<F>>(part.get()).map(|text| Some(text.0))
}

/// A string of the form `F`, or a list of these.
fn some<F: StringForm>(part: &RawValue) -> serde_json::Result<Option<Vec<String>>> {
    serde_json::from_str::<OneOrMore<F>>(part.get()).map(|texts| Some(texts.0))
}

impl Keys {
    /// Reads the value of one of [`KEYS`] that is not an example.
    ///
    /// # Errors
    /// When it does not have its form.
    pub(super) fn set(&mut self, key: &str, part: &RawValue) -> serde_json::Result<()> {
        match key {
            "id" => self.id = one::<Id>(part)?,
            "text" => self.text = one::<Text>(part)?,
            "severity" => self.severity = serde_json::from_str(part.get())?,
            "better" => self.better = one::<Rewrite>(part)?,
            "program" => self.program = some::<Program>(part)?,
            "subcommand" => self.subcommand = some::<NonBlank>(part)?,
            "flags" => self.flags = some::<Flag>(part)?,
            "args" => self.args = one::<Glob>(part)?,
            "tool" => self.tool = some::<NonBlank>(part)?,
            _ => self.path = one::<Glob>(part)?,
        }
        Ok(())
    }

    /// The rule, if its keys fit together.
    ///
    /// # Errors
    /// Which key is missing or must not be there.
    pub(super) fn rule(self) -> Result<CustomRule, &'static str> {
        let narrows_command =
            self.subcommand.is_some() || self.flags.is_some() || self.args.is_some();
        let id = self.id.ok_or("a custom rule needs `id`")?;
        let text = self.text.ok_or("a custom rule needs `text`")?;
        if id == ALL {
            return Err("`all` stands for every rule");
        }
        let concern = match (self.program, self.tool) {
            (Some(_), Some(_)) => return Err("a custom rule has `program` or `tool`, not both"),
            (None, None) => return Err("a custom rule needs `program` or `tool`"),
            (Some(_), None) if self.path.is_some() => {
                return Err("`path` belongs to `tool`, `args` to `program`");
            }
            (None, Some(_)) if narrows_command => {
                return Err("`subcommand`, `flags` and `args` belong to `program`, not to `tool`");
            }
            (Some(programs), None) => Concern::Command {
                programs,
                subcommands: self.subcommand.unwrap_or_default(),
                flags: self.flags.unwrap_or_default(),
                args: self.args,
            },
            (None, Some(tools)) => Concern::Call { tools, path: self.path },
        };
        Ok(CustomRule { id, text, weight: self.severity, better: self.better, concern })
    }
}
