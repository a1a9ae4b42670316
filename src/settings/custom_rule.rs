//! A custom rule, as a settings file defines it.

use serde::Deserialize;

use super::form::{Checked, Flag, Glob, Id, NonBlank, OneOrMore, Program, Rewrite, Text, present};
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

/// The keys of a custom rule in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    id: Checked<Id>,
    text: Checked<Text>,
    #[serde(default)]
    severity: Weight,
    #[serde(default, deserialize_with = "present")]
    better: Option<Checked<Rewrite>>,
    #[serde(default, deserialize_with = "present")]
    program: Option<OneOrMore<Program>>,
    #[serde(default, deserialize_with = "present")]
    subcommand: Option<OneOrMore<NonBlank>>,
    #[serde(default, deserialize_with = "present")]
    flags: Option<OneOrMore<Flag>>,
    #[serde(default, deserialize_with = "present")]
    args: Option<Checked<Glob>>,
    #[serde(default, deserialize_with = "present")]
    tool: Option<OneOrMore<NonBlank>>,
    #[serde(default, deserialize_with = "present")]
    path: Option<Checked<Glob>>,
}

impl Keys {
    /// The rule, if its keys fit together.
    ///
    /// # Errors
    /// Which key is missing or must not be there.
    pub(super) fn rule(self) -> Result<CustomRule, &'static str> {
        let words =
            |words: Option<OneOrMore<NonBlank>>| words.map(|words| words.0).unwrap_or_default();
        let narrows_command =
            self.subcommand.is_some() || self.flags.is_some() || self.args.is_some();
        if self.id.0 == ALL {
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
                programs: programs.0,
                subcommands: words(self.subcommand),
                flags: self.flags.map(|flags| flags.0).unwrap_or_default(),
                args: self.args.map(|args| args.0),
            },
            (None, Some(tools)) => {
                Concern::Call { tools: tools.0, path: self.path.map(|path| path.0) }
            }
        };
        Ok(CustomRule {
            id: self.id.0,
            text: self.text.0,
            weight: self.severity,
            better: self.better.map(|better| better.0),
            concern,
        })
    }
}
