//! A user's own rule, as it stands in a settings file.

use serde::Deserialize;

use super::ALL;
use super::form::{Flag, Glob, Id, Of, OneOrMore, Program, Rewrite, Text, Word, present};

/// How much an own rule matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Said within the budget of hints.
    #[default]
    Hint,
    /// Said within the budget of warnings.
    Warn,
    /// Said whatever the budget.
    Critical,
}

/// What an own rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// A simple command of a shell call.
    Command {
        /// Names of the program.
        programs: Vec<String>,
        /// Its sub-command; empty for any or none.
        subcommands: Vec<String>,
        /// Options that must all be there: `-x`, `--long`.
        flags: Vec<String>,
        /// A glob that one of the words after the program must match.
        args: Option<String>,
    },
    /// A call of a tool.
    Call {
        /// Globs of the tool's name.
        tools: Vec<String>,
        /// A glob of the path that it works on.
        path: Option<String>,
    },
}

/// An own rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRule {
    /// Its name.
    pub id: String,
    /// What it says.
    pub text: String,
    /// How much it matters.
    pub weight: Weight,
    /// The command that it suggests.
    pub better: Option<String>,
    /// What it looks at.
    pub concern: Concern,
}

/// An own rule's keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    id: Of<Id>,
    text: Of<Text>,
    #[serde(default)]
    severity: Weight,
    #[serde(default, deserialize_with = "present")]
    better: Option<Of<Rewrite>>,
    #[serde(default, deserialize_with = "present")]
    program: Option<OneOrMore<Program>>,
    #[serde(default, deserialize_with = "present")]
    subcommand: Option<OneOrMore<Word>>,
    #[serde(default, deserialize_with = "present")]
    flags: Option<OneOrMore<Flag>>,
    #[serde(default, deserialize_with = "present")]
    args: Option<Of<Glob>>,
    #[serde(default, deserialize_with = "present")]
    tool: Option<OneOrMore<Word>>,
    #[serde(default, deserialize_with = "present")]
    path: Option<Of<Glob>>,
}

impl Keys {
    /// The rule, if its keys go together.
    ///
    /// # Errors
    /// What is missing or too much.
    pub(super) fn rule(self) -> Result<CustomRule, &'static str> {
        let words = |words: Option<OneOrMore<Word>>| words.map(|words| words.0).unwrap_or_default();
        let narrows_command =
            self.subcommand.is_some() || self.flags.is_some() || self.args.is_some();
        if self.id.0 == ALL {
            return Err("`all` stands for every rule");
        }
        let concern = match (self.program, self.tool) {
            (Some(_), Some(_)) => return Err("an own rule has `program` or `tool`, not both"),
            (None, None) => return Err("an own rule needs `program` or `tool`"),
            (Some(_), None) if self.path.is_some() => {
                return Err("`path` goes with `tool`, `args` with `program`");
            }
            (None, Some(_)) if narrows_command => {
                return Err("`subcommand`, `flags` and `args` go with `program`, not with `tool`");
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
